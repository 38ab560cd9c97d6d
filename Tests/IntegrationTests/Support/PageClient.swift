import Foundation
import LabCluster
import LabCore
import LabTesting
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What a test heard of a page, from within the program's run.
final class Heard: Sendable {
    let answers = Mutex<[String]>([])
}

/// A viewer of the live page: a socket, or a browser.
enum PageClient {
    struct Frame: Decodable {
        struct Variant: Decodable {
            var name: String
            var verdict: String
        }

        struct Chart: Decodable {
            var id: String
        }

        var state: String
        var isFinal: Bool
        var now: Double
        var variants: [Variant]
        var charts: [Chart]
    }

    static let chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    static func get(_ path: String, _ port: Int) -> String {
        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)"
    }

    /// Of the address that a program has printed.
    static func port(of program: RunningProgram) async throws -> Int {
        try await eventually("the page’s address is printed") {
            let text = program.output + program.errors
            return text.firstMatch(of: /http:\/\/127\.0\.0\.1:([0-9]+)\//).flatMap { Int($0.1) }
        }
    }

    /// Sends the head of a request, and reads until the server hangs up.
    static func ask(_ port: Int, _ head: String) async throws -> String {
        let answer = Mutex("")
        try await onThread {
            let descriptor = try Loopback.stream()
            defer { close(descriptor) }
            _ = Loopback.connect(descriptor, to: port)
            try wait(descriptor, Int16(POLLOUT))
            let request = Array("\(head)\r\nConnection: close\r\n\r\n".utf8)
            _ = request.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 65_536)
            while true {
                try wait(descriptor, Int16(POLLIN))
                let count = piece.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
                guard count > 0 else { break }
                bytes += piece.prefix(count)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            answer.withLock { $0 = text }
        }
        return answer.withLock { $0 }
    }

    private static func wait(_ descriptor: Int32, _ events: Int16) throws {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        guard poll(&entry, 1, 60_000) > 0 else { throw LabError("the server said nothing for a minute") }
    }

    /// The frames of a stream; each is a line of its own, whatever the transfer put between.
    static func frames(in stream: String) throws -> [Frame] {
        let decoder = JSONDecoder()
        let lines = stream.split(separator: "\n")
        return try lines.filter { $0.hasPrefix("data: {") && $0.contains("\"isFinal\"") }.map {
            try decoder.decode(Frame.self, from: Data($0.dropFirst("data: ".count).utf8))
        }
    }

    /// The page of a run as Chromium has it after some seconds.
    static func dom(of lab: LabFixture, run: String, width: Int) async throws -> String {
        guard let chromium else { throw LabError("there is no chromium") }
        let text = Mutex("")
        _ = try await lab.leaklab(["serve", run, "--port", "0"]) { program in
            let port = try await port(of: program)
            let words = [
                chromium, "--headless", "--no-sandbox", "--disable-gpu",
                "--user-data-dir='\(lab.folder)/browser'",
                "--window-size=\(width),2400", "--virtual-time-budget=8000",
                "--dump-dom",
                "'http://127.0.0.1:\(port)/?run=\(run)'", "2>/dev/null",
            ]
            let end = try await lab.shell(words.joined(separator: " "), in: lab.folder)
            text.withLock { $0 = end.output }
            program.send(SIGTERM)
        }
        return text.withLock { $0 }
    }
}
