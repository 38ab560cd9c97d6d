import LabCluster
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Bytes to and from a server on 127.0.0.1, as a client may send them that knows no HTTP.
enum Wire {
    struct Answer {
        var text: String
        var status: Int { text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }
    }

    /// In milliseconds; a test that waits longer for a byte has failed.
    private static let patience: Int32 = 15_000

    static func get(_ path: String, port: Int) -> String {
        "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
    }

    /// Sends a request, then `body` bytes of its body as far as the server takes them, and reads until the server hangs up.
    static func ask(
        _ port: Int,
        _ request: String,
        sending body: Int = 0,
        chunked: Bool = false
    ) throws -> Answer {
        let descriptor = try connect(port)
        defer { close(descriptor) }
        try send(descriptor, request)
        if body > 0 { try sendBody(descriptor, body, chunked) }
        return Answer(text: try readAll(descriptor))
    }

    static func connect(_ port: Int) throws -> Int32 {
        let descriptor = try Loopback.stream()
        _ = Loopback.connect(descriptor, to: port)
        try wait(descriptor, for: Int16(POLLOUT))
        return descriptor
    }

    static func send(_ descriptor: Int32, _ text: String) throws { try send(descriptor, Array(text.utf8)) }

    private static func sendBody(_ descriptor: Int32, _ length: Int, _ chunked: Bool) throws {
        let piece = [UInt8](repeating: 0x78, count: 1_000_000)
        for _ in 0..<(length / piece.count) {
            if chunked { try send(descriptor, "f4240\r\n") }
            try send(descriptor, piece)
            if chunked { try send(descriptor, "\r\n") }
        }
        if chunked { try send(descriptor, "0\r\n\r\n") }
    }

    private static func send(_ descriptor: Int32, _ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(descriptor, for: Int16(POLLOUT))
            } else {
                // The server has hung up: what it said before is still to be read.
                return
            }
        }
    }

    static func readAll(_ descriptor: Int32) throws -> String { try read(descriptor, until: nil) }

    /// Reads up to and with a text, or to the end.
    static func read(_ descriptor: Int32, until end: String?) throws -> String {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = piece.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
            if count > 0 {
                bytes += piece.prefix(count)
                if let end, String(decoding: bytes, as: UTF8.self).contains(end) { break }
            } else if count < 0, errno == EAGAIN {
                try wait(descriptor, for: Int16(POLLIN))
            } else {
                break
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func wait(_ descriptor: Int32, for events: Int16) throws {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        guard poll(&entry, 1, patience) > 0 else { throw LabError("nothing came for \(patience) ms") }
    }
}
