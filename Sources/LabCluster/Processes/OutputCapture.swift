import Foundation
import LabCore
import LabTelemetry
import Synchronization
import SystemPackage

/// Reads what one process writes, on a thread of its own, into the tails of its two streams.
///
/// The process never waits for a disk, and never fills one. Ends with the process: somebody who inherited the
/// streams and lives on is not waited for.
final class OutputCapture: Sendable {
    /// Between two writings of a log while output comes.
    private static let flushInterval = Duration.milliseconds(500)
    /// Between two looks at whether the process has ended.
    private static let pollMilliseconds: Int32 = 100
    /// What was written before the process ended is read out, unless somebody else goes on writing.
    private static let lastReads = 64

    private let streams: [(file: FileDescriptor, tail: OutputTail)]
    private let hasEnded = Atomic(false)
    private let end = Latch()

    /// - Returns: the capture, and the two ends that the process writes to, to be closed once it has them.
    /// - Throws: ``LabError`` if there are no pipes to be had.
    static func start(
        _ output: OutputTail,
        _ error: OutputTail
    ) throws(LabError) -> (OutputCapture, out: FileDescriptor, error: FileDescriptor) {
        let first = try makePipe()
        let second: (read: FileDescriptor, write: FileDescriptor)
        do {
            second = try makePipe()
        } catch {
            for end in [first.read, first.write] { try? end.close() }
            throw error
        }
        let capture = OutputCapture([(first.read, output), (second.read, error)])
        Thread { capture.work() }.start()
        return (capture, first.write, second.write)
    }

    private init(_ streams: [(file: FileDescriptor, tail: OutputTail)]) { self.streams = streams }

    /// Returns when everything that the process wrote is in the tails and their files.
    func finish() async {
        hasEnded.store(true, ordering: .relaxed)
        await end.wait()
    }

    private func work() {
        Thread.current.name = "output"
        var open = streams
        var buffer = [UInt8](repeating: 0, count: OutputTail.limit)
        var rest = Self.lastReads
        var lastFlush = ContinuousClock.now
        while !open.isEmpty {
            var waits = open.map { pollfd(fd: $0.file.rawValue, events: Int16(POLLIN), revents: 0) }
            let isEnding = hasEnded.load(ordering: .relaxed)
            let ready = poll(&waits, nfds_t(waits.count), isEnding ? 0 : Self.pollMilliseconds)
            if isEnding { rest -= 1 }
            if isEnding, ready <= 0 || rest < 0 { break }
            let readable = zip(open, waits).filter { $1.revents != 0 }.map(\.0)
            for stream in readable where !Self.read(stream, &buffer) {
                open.removeAll { $0.file == stream.file }
            }
            if ContinuousClock.now - lastFlush >= Self.flushInterval {
                lastFlush = .now
                for stream in streams { stream.tail.flush() }
            }
        }
        for stream in streams {
            stream.tail.flush()
            try? stream.file.close()
        }
        end.open()
    }

    /// - Returns: false at the end of the stream.
    private static func read(
        _ stream: (file: FileDescriptor, tail: OutputTail),
        _ buffer: inout [UInt8]
    ) -> Bool {
        let count = buffer.withUnsafeMutableBytes { try? stream.file.read(into: $0) } ?? 0
        guard count > 0 else { return false }
        stream.tail.append(buffer[..<count])
        return true
    }

    private static func makePipe() throws(LabError) -> (read: FileDescriptor, write: FileDescriptor) {
        do {
            let ends = try FileDescriptor.pipe()
            for end in [ends.readEnd, ends.writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
            return (ends.readEnd, ends.writeEnd)
        } catch {
            throw LabError("a pipe for a command's output cannot be made: \(error)")
        }
    }
}
