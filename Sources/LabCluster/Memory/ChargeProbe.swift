import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads a cgroup's charge from outside, ten times a second and more: its two files stay open, and only the one number
/// that is needed is looked for in the long one.
///
/// One thread at a time.
final class ChargeProbe {
    private let usage: Int32
    private let statistics: Int32
    private let inactiveKey: [UInt8]
    private var buffer = [UInt8](repeating: 0, count: 8_192)

    /// - Returns: `nil` if the group is gone.
    init?(_ cgroup: MemoryCgroup) {
        inactiveKey = Array((cgroup.version == 2 ? "inactive_file " : "total_inactive_file ").utf8)
        usage = open(cgroup.usagePath, O_RDONLY | O_CLOEXEC)
        statistics = open("\(cgroup.path)/memory.stat", O_RDONLY | O_CLOEXEC)
        // A class's deinit runs after a failed init too, once all properties are set.
        guard usage >= 0, statistics >= 0 else { return nil }
    }

    deinit {
        for descriptor in [usage, statistics] where descriptor >= 0 { close(descriptor) }
    }

    /// Usage minus inactive file pages, which are reclaimed before anything is killed.
    /// - Returns: `nil` once the group is gone, or if its files make no sense.
    func read() -> ByteCount? {
        guard let used = number(in: usage, after: []), let length = fill(from: statistics) else { return nil }
        let inactive = Self.number(in: buffer[..<length], after: inactiveKey) ?? 0
        return ByteCount(max(0, used - inactive))
    }

    private func number(in descriptor: Int32, after key: [UInt8]) -> Int64? {
        fill(from: descriptor).flatMap { Self.number(in: buffer[..<$0], after: key) }
    }

    private func fill(from descriptor: Int32) -> Int? {
        let length = pread(descriptor, &buffer, buffer.count, 0)
        return length >= 0 ? length : nil
    }

    /// The decimal number behind `key` where that begins a line.
    static func number(in text: ArraySlice<UInt8>, after key: [UInt8]) -> Int64? {
        var line = text
        while !line.isEmpty {
            if line.starts(with: key) {
                let digits = line.dropFirst(key.count).prefix { $0 != 10 }
                return Int64(String(decoding: digits, as: UTF8.self))
            }
            line = line.drop { $0 != 10 }.dropFirst()
        }
        return nil
    }
}
