#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// All processes of the machine at one moment, as `/proc` shows them.
struct ProcessSnapshot: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        var parent: Int32
        var group: Int32
        var session: Int32
        /// Clock ticks after boot; with the pid it names a process for good.
        var startTime: UInt64
        /// It has ended, though somebody may still have to wait for it.
        var isOver = false
    }

    var entries: [Int32: Entry] = [:]

    /// Those that end meanwhile may be missing.
    /// - Returns: `nil` if the system has no `/proc`, or does not let it be read.
    static func take() -> ProcessSnapshot? {
        guard let folder = opendir("/proc") else { return nil }
        defer { closedir(folder) }
        var snapshot = ProcessSnapshot()
        var buffer = [UInt8](repeating: 0, count: 1_024)
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let pid = Int32(name) else { continue }
            switch read(pid, &buffer) {
            case .success(let entry): snapshot.entries[pid] = entry
            case .failure(.gone): continue
            case .failure(.unreadable): return nil
            }
        }
        return snapshot.entries.isEmpty ? nil : snapshot
    }

    private enum Obstacle: Error {
        case gone
        case unreadable
    }

    private static func read(_ pid: Int32, _ buffer: inout [UInt8]) -> Result<Entry, Obstacle> {
        let descriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            // Without descriptors to open it with, a list would be short and look whole.
            return .failure(errno == EMFILE || errno == ENFILE ? .unreadable : .gone)
        }
        defer { close(descriptor) }
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0, let statistics = ProcessStatistics(parsing: buffer[..<count]) else {
            return .failure(.gone)
        }
        return .success(Entry(statistics))
    }
}

extension ProcessSnapshot.Entry {
    init(_ statistics: ProcessStatistics) {
        self.init(
            parent: statistics.parent,
            group: statistics.group,
            session: statistics.session,
            startTime: statistics.startTime,
            isOver: statistics.state == "Z" || statistics.state == "X"
        )
    }
}
