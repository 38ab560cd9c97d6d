import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One question to an endpoint on 127.0.0.1, answered within a second, if nothing else is said, or not at all.
///
/// Blocks its thread; never fails in another way than by saying why.
package struct MetricsRequest: Sendable {
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package let description: String

        package init(description: String) { self.description = description }
    }

    /// For everything together: a server that answers byte by byte gets no more.
    package static let standardLimit = Duration.seconds(1)
    /// A consumer's page has some ten kilobytes.
    package static let largestAnswer = 4 << 20

    package let port: Int
    package let path: String
    private let limit: Duration

    package init(port: Int, path: String, limit: Duration = standardLimit) {
        self.port = port
        self.path = path
        self.limit = limit
    }

    /// - Returns: the body of the answer.
    package func answer() throws(Failure) -> String {
        let deadline = ContinuousClock.now + limit
        let connection = try connect(port, until: deadline)
        defer { close(connection) }
        let question =
            "GET \(path) HTTP/1.0\r\nHost: 127.0.0.1:\(port)\r\nAccept: text/plain\r\nConnection: close\r\n\r\n"
        try send(Array(question.utf8), on: connection, until: deadline)
        return try HTTPAnswer(try receive(on: connection, until: deadline)).body
    }

    // MARK: - Sockets

    private func connect(_ port: Int, until deadline: ContinuousClock.Instant) throws(Failure) -> Int32 {
        let connection: Int32
        do throws(LabError) {
            connection = try Loopback.stream()
        } catch {
            throw Failure(description: error.description)
        }
        do {
            try connect(connection, port, until: deadline)
            return connection
        } catch {
            close(connection)
            throw error
        }
    }

    private func connect(
        _ connection: Int32,
        _ port: Int,
        until deadline: ContinuousClock.Instant
    ) throws(Failure) {
        guard Loopback.connect(connection, to: port) != 0 else { return }
        guard errno == EINPROGRESS else { throw Self.refused(errno) }
        try wait(for: Int16(POLLOUT), on: connection, until: deadline)
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(connection, SOL_SOCKET, SO_ERROR, &code, &size)
        guard code == 0 else { throw Self.refused(code) }
    }

    private static func refused(_ code: Int32) -> Failure {
        Failure(
            description: code == ECONNREFUSED
                ? "nothing listens there" : "no connection: \(SystemError.words(code))"
        )
    }

    private func send(
        _ bytes: [UInt8],
        on connection: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            try wait(for: Int16(POLLOUT), on: connection, until: deadline)
            let count = rest.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                Glibc.send(connection, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                #else
                Darwin.send(connection, bytes.baseAddress, bytes.count, 0)
                #endif
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else {
                throw Failure(description: "the connection broke: \(SystemError.words(errno))")
            }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(
        on connection: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(Failure) -> [UInt8] {
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            try wait(for: Int16(POLLIN), on: connection, until: deadline)
            let count = recv(connection, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count >= 0 else {
                throw Failure(description: "the connection broke: \(SystemError.words(errno))")
            }
            guard count > 0 else { return answer }
            answer.append(contentsOf: chunk[..<count])
            guard answer.count <= Self.largestAnswer else {
                throw Failure(
                    description: "the answer is larger than \(ByteCount(Int64(Self.largestAnswer)))"
                )
            }
        }
    }

    private func wait(
        for event: Int16,
        on connection: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(Failure) {
        while true {
            let rest = ContinuousClock.now.duration(to: deadline)
            guard rest > .zero else { throw Failure(description: "no answer within \(limit.text)") }
            var waiting = pollfd(fd: connection, events: event, revents: 0)
            let count = poll(&waiting, 1, Int32(max(1, rest.inSeconds * 1_000)))
            if count > 0 { return }
            if count < 0, errno != EINTR {
                throw Failure(description: "the connection broke: \(SystemError.words(errno))")
            }
        }
    }
}
