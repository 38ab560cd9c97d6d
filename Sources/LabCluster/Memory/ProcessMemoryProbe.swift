import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads what a process keeps in memory of its own, anonymous and shared pages: files that it maps, such as its
/// program, can be dropped at any time and do not count.
///
/// `/proc/PID/status` has it, but takes several times as long to read as `/proc/PID/statm`, which does not part
/// shared pages from those of files; so it is read only when these two together have changed. The open files belong to
/// the process, not to its pid: they never show another one. One thread at a time.
final class ProcessMemoryProbe {
    private static let anonymousKey = Array("RssAnon:".utf8)
    private static let sharedKey = Array("RssShmem:".utf8)

    private let status: Int32
    private let pages: Int32
    private let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
    private var buffer = [UInt8](repeating: 0, count: 4_096)
    /// Pages of files and shared ones at the last reading of the status, and how much of it was shared.
    private var known: (mapped: Int64, shared: ByteCount)?

    /// - Returns: `nil` if the process is gone or the system has no `/proc`.
    init?(pid: Int32) {
        status = open("/proc/\(pid)/status", O_RDONLY | O_CLOEXEC)
        pages = open("/proc/\(pid)/statm", O_RDONLY | O_CLOEXEC)
        guard status >= 0, pages >= 0 else { return nil }
    }

    deinit {
        for descriptor in [status, pages] where descriptor >= 0 { close(descriptor) }
    }

    /// - Returns: `nil` once the process has ended, its zombie included, or where the kernel does not say
    ///   (before Linux 4.5).
    func read() -> ByteCount? {
        guard let (resident, mapped) = fill(from: pages).flatMap(Self.pages(in:)), resident > 0 else {
            return nil
        }
        if let known, known.mapped == mapped {
            let (own, hasOverflowed) = (resident - mapped).multipliedReportingOverflow(by: pageSize)
            return hasOverflowed ? nil : ByteCount(max(0, own) + known.shared.bytes)
        }
        guard let (anonymous, shared) = fill(from: status).flatMap(Self.kept(in:)) else { return nil }
        known = (mapped, shared)
        return ByteCount(anonymous.bytes + shared.bytes)
    }

    private func fill(from descriptor: Int32) -> ArraySlice<UInt8>? {
        let length = pread(descriptor, &buffer, buffer.count, 0)
        return length > 0 ? buffer[..<length] : nil
    }

    /// The second and the third number of `/proc/PID/statm`: resident pages, and how many of these are of files or
    /// shared (proc_pid_statm(5)).
    static func pages(in text: ArraySlice<UInt8>) -> (resident: Int64, mapped: Int64)? {
        let numbers = text.split(separator: 32, maxSplits: 3)
        guard numbers.count >= 3, let resident = number(numbers[1]), let mapped = number(numbers[2]) else {
            return nil
        }
        return (resident, mapped)
    }

    /// What `/proc/PID/status` says of anonymous and of shared memory.
    static func kept(in text: ArraySlice<UInt8>) -> (anonymous: ByteCount, shared: ByteCount)? {
        // The two lines are neighbours, or nearly.
        guard let (anonymous, rest) = kibibytes(after: anonymousKey, in: text),
            let (shared, _) = kibibytes(after: sharedKey, in: rest)
        else { return nil }
        return (ByteCount(anonymous << 10), ByteCount(shared << 10))
    }

    /// The number on the first line that begins so, and the text behind it.
    static func kibibytes(
        after key: [UInt8],
        in text: ArraySlice<UInt8>
    ) -> (Int64, ArraySlice<UInt8>)? {
        var line = text
        while !line.isEmpty {
            let end = line.firstIndex(of: 10) ?? line.endIndex
            if line.starts(with: key) {
                let digits = line[line.startIndex + key.count..<end].drop { $0 == 9 || $0 == 32 }
                return number(digits.prefix { $0 != 32 }).map { ($0, line[end...]) }
            }
            line = line[end...].dropFirst()
        }
        return nil
    }

    /// From zero to what is an exabyte in kibibytes.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        Int64(String(decoding: digits, as: UTF8.self)).flatMap { $0 >= 0 && $0 < 1 << 50 ? $0 : nil }
    }
}
