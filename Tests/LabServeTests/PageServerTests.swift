import Foundation
import LabCluster
import LabCore
import LabReport
import LabTesting
import Synchronization
import Testing

@testable import LabServe

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("The server of the live page", .timeLimit(.minutes(1)))
struct PageServerTests {
    @Test("the page comes with what keeps other sites out")
    func page() async throws {
        try await serving { server, _ in
            let answer = try Wire.ask(server.port, Wire.get("/", port: server.port))
            #expect(answer.status == 200)
            #expect(answer.text.contains("<title>LeakLab</title>"))
            #expect(answer.text.contains("default-src 'none'"))
            #expect(answer.text.contains("X-Frame-Options: DENY"))
        }
    }

    @Test("a stream has the frames in order and ends with the last")
    func stream() async throws {
        try await serving { server, runs in
            runs.frames.withLock { $0 = [.made(1), .made(2), .made(3, isFinal: true)] }
            let answer = try Wire.ask(server.port, Wire.get("/api/runs/x/stream", port: server.port))
            #expect(answer.text.contains("Content-Type: text/event-stream"))
            let kinds = answer.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }
            #expect(kinds.last == "event: end")
            #expect(kinds.dropLast().allSatisfy { $0 == "event: frame" })
            #expect(answer.text.contains("\"now\":3"))
            #expect(answer.text.contains("\"isFinal\":true"))
        }
    }

    @Test("before there is anything to show a stream says so")
    func waiting() async throws {
        try await serving { server, runs in
            runs.frames.withLock { $0 = [nil, .made(1, isFinal: true)] }
            let answer = try Wire.ask(server.port, Wire.get("/api/runs/x/stream", port: server.port))
            #expect(answer.text.contains("event: wait"))
        }
    }

    @Test("a run that there is not is answered in words")
    func unknownRun() async throws {
        try await serving { server, _ in
            let answer = try Wire.ask(server.port, Wire.get("/api/runs/unknown/stream", port: server.port))
            #expect(answer.status == 404)
            #expect(answer.text.contains("no such run"))
        }
    }

    @Test("another host, another origin and a missing token are refused, and change nothing")
    func refusals() async throws {
        try await serving { server, runs in
            let port = server.port
            let requests = [
                "GET / HTTP/1.1\r\nHost: evil.example:\(port)\r\nConnection: close\r\n\r\n",
                "GET /api/runs HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nOrigin: http://evil.example\r\nConnection: close\r\n\r\n",
                "POST /api/runs/x/acts HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                "POST /api/runs/x/acts HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
                    + "X-LeakLab-Token: 0000\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            ]
            for request in requests {
                let answer = try Wire.ask(port, request)
                #expect(answer.status == 403, "\(request)")
            }
            #expect(runs.acts.withLock { $0.isEmpty })
        }
    }

    @Test("with the token of the page’s address an act is done")
    func act() async throws {
        try await serving { server, runs in
            let token = try #require(server.address().split(separator: "=").last)
            let request =
                "POST /api/runs/x/acts HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
                + "X-LeakLab-Token: \(token)\r\nContent-Length: 4\r\nConnection: close\r\n\r\nstop"
            let answer = try Wire.ask(server.port, request)
            #expect(answer.status == 200)
            #expect(runs.acts.withLock { $0 } == ["stop"])
        }
    }

    @Test(
        "what is no request is answered with 400",
        arguments: [
            "nonsense\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nHost : x\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "\u{16}\u{3}\u{1}\r\n\r\n",
            "GET / HTTP/1.1\r\nA: \(String(repeating: "x", count: 200_000))\r\n\r\n",
        ]
    )
    func malformed(request: String) async throws {
        try await serving { server, _ in
            let answer = try Wire.ask(server.port, request)
            #expect(answer.status == 400)
            let next = try Wire.ask(server.port, Wire.get("/", port: server.port))
            #expect(next.status == 200)
        }
    }

    @Test("a body of 100 MB is refused before it is there, and not kept")
    func hugeBody() async throws {
        try await serving { server, runs in
            let length = 100_000_000
            for head in ["Content-Length: \(length)", "Transfer-Encoding: chunked"] {
                let request =
                    "POST /api/runs/x/acts HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n\(head)\r\n\r\n"
                let answer = try Wire.ask(
                    server.port,
                    request,
                    sending: length,
                    chunked: head.hasSuffix("chunked")
                )
                #expect(answer.status == 413, "\(head)")
                #expect(answer.text.contains("65,536 bytes at most"))
            }
            #expect(runs.acts.withLock { $0.isEmpty })
        }
    }

    @Test("of 1,000 connections some are refused in words, and the others still get their answer")
    func crowd() async throws {
        try await serving { server, _ in
            var open: [Int32] = []
            defer { for descriptor in open { close(descriptor) } }
            var refused = 0
            let request = "GET /page.css HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n\r\n"
            for _ in 0..<1_000 {
                let descriptor = try Wire.connect(server.port)
                // Who is refused hears of it at once; of the others so many stay open as a server allows.
                if open.count < 128 {
                    open.append(descriptor)
                    try Wire.send(descriptor, request)
                    let line = try Wire.read(descriptor, until: "\r\n")
                    #expect(line.contains("200"))
                } else {
                    if try Wire.read(descriptor, until: "\r\n").contains("503") { refused += 1 }
                    close(descriptor)
                }
            }
            #expect(refused == 872)
            // There is room again once somebody has hung up.
            close(open.removeLast())
            var status = 503
            while status == 503 {
                status = try Wire.ask(server.port, Wire.get("/page.css", port: server.port)).status
            }
            #expect(status == 200)
        }
    }

    @Test("who does not read keeps nobody waiting, and skips frames")
    func slowViewer() async throws {
        try await serving { server, runs in
            let frames = (1...40).map { PageFrame.made($0, padding: 1 << 20, isFinal: $0 == 40) }
            runs.frames.withLock { $0 = frames }
            let slow = try Wire.connect(server.port)
            defer { close(slow) }
            try Wire.send(slow, Wire.get("/api/runs/x/stream", port: server.port))
            while runs.frames.withLock({ $0.count > 1 }) { sched_yield() }
            let text = try Wire.readAll(slow)
            let taken = text.components(separatedBy: "event: frame").count - 1
            #expect(taken < 40, "frames were queued")
            #expect(text.contains("event: end"))
        }
    }

    @Test("a port that is taken is passed over, and one that the system chooses has a number")
    func takenPort() async throws {
        let runs = MadeRuns()
        try await PageServer.serving(port: 0, runs) { first in
            try await PageServer.serving(port: first.port, runs) { second in
                #expect(second.port > first.port)
                let address = second.address(of: "live")
                #expect(address.hasPrefix("http://127.0.0.1:\(second.port)/?run=live#token="))
            }
        }
    }

    /// The body blocks, and so has a thread of its own.
    private func serving(
        _ body: @escaping @Sendable (PageServer, MadeRuns) throws -> Void
    ) async throws {
        let runs = MadeRuns()
        try await PageServer.serving(port: 0, runs) { server in
            try await onThread { try body(server, runs) }
        }
    }
}
