import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Asks a JVM for a collection of its whole heap, as `jcmd PID GC.run` does.
///
/// Through the JVM's attach mechanism: a file in its `/tmp` and SIGQUIT make it listen at a socket (HotSpot's
/// `attachListener_posix.cpp`). Blocks its thread, ten seconds at most.
package enum JVMAttach {
    private static let question: [UInt8] = Array("1\0jcmd\0GC.run\0\0\0".utf8)
    private static let patience = Duration.seconds(10)
    private static let step: useconds_t = 10_000

    /// - Throws: why it was not asked, in words.
    package static func collect(_ pid: Int32) throws(MetricsRequest.Failure) {
        #if os(Linux)
        let deadline = ContinuousClock.now + patience
        let own = ProcessText.ownPID(of: pid)
        let temporary = "/proc/\(pid)/root/tmp"
        let socket = "\(temporary)/.java_pid\(own)"
        if access(socket, F_OK) != 0 {
            try wake(pid, "\(temporary)/.attach_pid\(own)", socket, until: deadline)
        }
        let connection = try connect(to: socket)
        defer { close(connection) }
        let sent = question.withUnsafeBytes {
            send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == question.count else {
            throw failure("its attach socket broke: \(SystemError.words(errno))")
        }
        let answer = try receive(connection, until: deadline)
        let status = answer.prefix { $0 != "\n" }
        guard status == "0" else {
            throw failure("the JVM answered \(status.isEmpty ? "nothing" : "“\(status)”")")
        }
        #else
        throw failure("a JVM can be asked on Linux alone")
        #endif
    }

    private static func failure(_ words: String) -> MetricsRequest.Failure {
        MetricsRequest.Failure(description: words)
    }

    #if os(Linux)
    /// A JVM that does not catch SIGQUIT would die of it (`-Xrs`).
    private static func wake(
        _ pid: Int32,
        _ file: String,
        _ socket: String,
        until deadline: ContinuousClock.Instant
    ) throws(MetricsRequest.Failure) {
        guard RuntimeProcess.runtime(of: pid) == .jvm else { throw failure("process \(pid) is no JVM") }
        guard ProcessText.catches(SIGQUIT, pid) else { throw failure("the JVM does not listen (-Xrs)") }
        let made = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
        guard made >= 0 else { throw failure("\(file): \(SystemError.words(errno))") }
        close(made)
        defer { unlink(file) }
        kill(pid, SIGQUIT)
        while access(socket, F_OK) != 0 {
            guard ContinuousClock.now < deadline else {
                throw failure("the JVM does not listen (-XX:+DisableAttachMechanism)")
            }
            usleep(step)
        }
    }

    private static func connect(to path: String) throws(MetricsRequest.Failure) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw failure("\(path) is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let connection = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard connection >= 0 else { throw failure("no socket: \(SystemError.words(errno))") }
        let result = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(connection, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let error = errno
            close(connection)
            throw failure("\(path): \(SystemError.words(error))")
        }
        return connection
    }

    /// The answer comes when the collection is over.
    private static func receive(
        _ connection: Int32,
        until deadline: ContinuousClock.Instant
    ) throws(MetricsRequest.Failure) -> String {
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while answer.count < 64 << 10 {
            let rest = ContinuousClock.now.duration(to: deadline)
            guard rest > .zero else { throw failure("no collection within \(patience.text)") }
            var waiting = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, Int32(max(1, rest.inSeconds * 1_000))) > 0 else { continue }
            let count = recv(connection, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            answer += chunk[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }
    #endif
}
