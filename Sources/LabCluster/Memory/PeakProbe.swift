import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The kernel's record of a cgroup's highest usage, from the moment this is made.
///
/// Version 1 resets `memory.max_usage_in_bytes` for all readers, version 2 `memory.peak` for one descriptor and from
/// Linux 6.12 on (cgroup-v2.rst); before that, a record that does not rise says nothing of this time.
final class PeakProbe: Sendable {
    private let descriptor: Int32
    private let earlier: Int64?

    /// - Returns: `nil` if the group is gone.
    init?(_ cgroup: MemoryCgroup) {
        let path = "\(cgroup.path)/\(cgroup.version == 2 ? "memory.peak" : "memory.max_usage_in_bytes")"
        let writable = open(path, O_RDWR | O_CLOEXEC)
        let isReset = writable >= 0 && write(writable, "0", 1) == 1
        if isReset {
            descriptor = writable
        } else {
            if writable >= 0 { close(writable) }
            descriptor = open(path, O_RDONLY | O_CLOEXEC)
        }
        guard descriptor >= 0 else {
            earlier = nil
            return nil
        }
        earlier = isReset ? nil : Self.number(in: descriptor)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// - Returns: `nil` if the kernel does not say.
    func read() -> ByteCount? {
        Self.number(in: descriptor).flatMap { Self.peak($0, above: earlier) }.map(ByteCount.init)
    }

    /// A record that stood at `earlier` before.
    static func peak(_ record: Int64, above earlier: Int64?) -> Int64? {
        record > earlier ?? -1 ? record : nil
    }

    private static func number(in descriptor: Int32) -> Int64? {
        var buffer = [UInt8](repeating: 0, count: 32)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? ChargeProbe.number(in: buffer[..<count], after: []) : nil
    }
}
