import Foundation
import LabCluster
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("A question to a metrics endpoint", .timeLimit(.minutes(1)))
struct MetricsRequestTests {
    @Test(
        "gives the body of a good answer",
        arguments: [
            "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\na 1\n", "HTTP/1.1 200 Fine\n\na 1\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\na \r\n2\r\n1\n\r\n0\r\n\r\n",
        ]
    )
    func body(_ answer: String) throws {
        let server = try OneAnswer(answer)
        #expect(try MetricsRequest(port: server.port, path: "/m").answer() == "a 1\n")
        #expect(server.question.hasPrefix("GET /m HTTP/1.0\r\n"))
    }

    @Test(
        "says what is wrong with another one",
        arguments: [
            ("", "the answer is not HTTP"), ("hello", "the answer is not HTTP"),
            ("SSH-2.0-x\r\n\r\n", "the answer is not HTTP"), ("HTTP/1.1 x\r\n\r\n", "the answer is not HTTP"),
            ("HTTP/1.1 404 Not Found\r\n\r\n", "the answer has status 404"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the answer is cut short"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort", "the answer is cut short"),
            (String(repeating: "x", count: 5 << 20), "the answer is larger than 4.0 MiB"),
        ]
    )
    func refusal(_ answer: String, _ reason: String) throws {
        let server = try OneAnswer(answer)
        let failure = #expect(throws: MetricsRequest.Failure.self) {
            _ = try MetricsRequest(port: server.port, path: "/").answer()
        }
        #expect(failure?.description == reason)
    }

    @Test("waits a second for a server that says nothing, and no longer")
    func silence() throws {
        let server = try OneAnswer(nil)
        let start = ContinuousClock.now
        let failure = #expect(throws: MetricsRequest.Failure.self) {
            _ = try MetricsRequest(port: server.port, path: "/").answer()
        }
        #expect(failure?.description == "no answer within 1 s")
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("finds that nothing listens there")
    func nobody() throws {
        let port = try Loopback.freePort()
        let failure = #expect(throws: MetricsRequest.Failure.self) {
            _ = try MetricsRequest(port: port, path: "/").answer()
        }
        #expect(failure?.description == "nothing listens there")
    }
}

/// Takes one connection, reads what is asked, and says always the same; `nil` to say nothing at all.
private final class OneAnswer: Sendable {
    let port: Int
    private let listener: Int32
    private let asked = LockedText()

    var question: String { asked.text }

    init(_ answer: String?) throws {
        let port = try Loopback.freePort()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0 && listen(listener, 4) == 0)
        (self.port, self.listener) = (port, listener)
        guard let answer else { return }
        Thread { [asked] in
            let connection = accept(listener, nil, nil)
            var question = [UInt8](repeating: 0, count: 1_024)
            let count = recv(connection, &question, question.count, 0)
            asked.set(String(decoding: question[..<max(0, count)], as: UTF8.self))
            var rest = Array(answer.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { break }
                rest = rest.dropFirst(count)
            }
            close(connection)
        }
        .start()
    }

    deinit { close(listener) }
}

private final class LockedText: Sendable {
    private let state = Mutex("")
    var text: String { state.withLock { $0 } }
    func set(_ text: String) { state.withLock { $0 = text } }
}
