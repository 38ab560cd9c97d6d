import LabCore
import Synchronization
import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The pipe to one guardian process.
///
/// The lab keeps the reading end open too, so that writing to a guardian that is gone raises no signal, and never
/// blocks: what a guardian that does not read would not take, its successor gets.
final class GuardianPipe: Sendable {
    let readEnd: FileDescriptor
    private let writeEnd: Mutex<FileDescriptor?>

    /// - Throws: ``LabError`` with the system's reason.
    init() throws(LabError) {
        do {
            let ends = try Self.open()
            readEnd = ends.readEnd
            writeEnd = Mutex(ends.writeEnd)
            _ = fcntl(ends.writeEnd.rawValue, F_SETFL, O_NONBLOCK)
        } catch {
            throw LabError("guardian: no pipe: \(error)")
        }
    }

    deinit {
        end()
        try? readEnd.close()
    }

    /// A child that inherited the writing end would keep the guardian from seeing the end of file.
    private static func open() throws -> (readEnd: FileDescriptor, writeEnd: FileDescriptor) {
        #if os(Linux)
        return try FileDescriptor.pipe(options: .closeOnExec)
        #else
        let ends = try FileDescriptor.pipe()
        for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
        return ends
        #endif
    }

    /// One write below PIPE_BUF is atomic.
    func send(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        writeEnd.withLock { end in _ = bytes.withUnsafeBytes { try? end?.write($0) } }
    }

    /// Lets the guardian see the end of file.
    func end() {
        writeEnd.withLock { end in
            try? end?.close()
            end = nil
        }
    }
}
