import LabCore

/// Reads what all processes of a pod keep in memory, as ``ProcessMemoryProbe`` does of one; what several of them share
/// counts once.
///
/// One thread at a time.
final class PodMemoryProbe {
    private let first: ProcessMemoryProbe
    private let pid: Int32
    private let list: () -> [Int32]?
    private let shared: SharedPages
    private var others: [Int32: ProcessMemoryProbe] = [:]

    /// Fails if the first process is gone, or the system has no `/proc`.
    ///
    /// - Parameters:
    ///   - pid: of the first process.
    ///   - shared: what they have in common.
    ///   - list: the pids of all at the time of a reading; `nil` if they cannot be listed.
    init?(pid: Int32, shared: SharedPages = SharedPages(), list: @escaping () -> [Int32]?) {
        guard let first = ProcessMemoryProbe(pid: pid) else { return nil }
        self.first = first
        self.pid = pid
        self.shared = shared
        self.list = list
    }

    /// - Parameter limit: where the exact figure matters, however much it costs.
    /// - Returns: `nil` once the first process has ended, or where the kernel does not say.
    func read(limit: ByteCount? = nil) -> ByteCount? {
        guard let own = first.read() else { return nil }
        let kept = readOthers().merging([pid: own.bytes]) { $1 }
        let pids = kept.keys.sorted()
        shared.update(pids)
        let sum = withoutShared(kept)
        guard let limit, sum <= limit.bytes, kept.values.reduce(0, +) > limit.bytes else {
            return ByteCount(sum)
        }
        shared.update(pids, isUrgent: true)
        return ByteCount(withoutShared(kept))
    }

    private func withoutShared(_ kept: [Int32: Int64]) -> Int64 {
        kept.reduce(0) { sum, process in
            // Of a process that was not measured yet, all may be its parent's.
            let unknown = process.key == pid ? 0 : process.value
            return sum + max(0, process.value - (shared[process.key] ?? unknown))
        }
    }

    /// Bytes by pid.
    private func readOthers() -> [Int32: Int64] {
        let pids = Set(list() ?? Array(others.keys)).subtracting([pid])
        for pid in pids.sorted() where others[pid] == nil && others.count < PodProcessesProbe.most {
            others[pid] = ProcessMemoryProbe(pid: pid)
        }
        var kept: [Int32: Int64] = [:]
        for (pid, probe) in others {
            kept[pid] = probe.read()?.bytes
            if kept[pid] == nil { others[pid] = nil }
        }
        return kept
    }
}
