import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads all processes of a pod, added up: the first one, and whatever that has started.
///
/// Pages that a fork has left to several of them count once (``SharedPages``), pages of files in each. Time of a process
/// that came and went between two readings is not seen. One thread at a time.
final class PodProcessesProbe {
    struct Reading: Hashable {
        var sum: ProcessProbe.Reading
        /// How many processes there were.
        var processes: Int
        /// Of how many something could not be read; one if they could not even be listed.
        var unread: Int
    }

    private struct Member {
        let probe: ProcessProbe
        var last: ProcessProbe.Reading
    }

    /// Of more, these are read: a pod that forks without end shall not take the sampler with it.
    static let most = 256

    private let first: ProcessProbe
    private let list: () -> [Int32]?
    private let shared: SharedPages
    private var others: [Int32: Member] = [:]
    /// What processes that have ended since had counted.
    private var ended: [MetricName: Double] = [:]

    /// Fails if the first process is gone, or the system has no `/proc`.
    ///
    /// - Parameters:
    ///   - pid: of the first process.
    ///   - shared: what they have in common.
    ///   - list: the pids of all at the time of a reading; `nil` if they cannot be listed.
    init?(pid: Int32, shared: SharedPages = SharedPages(), list: @escaping () -> [Int32]?) {
        guard let first = ProcessProbe(pid: pid) else { return nil }
        self.first = first
        self.shared = shared
        self.list = list
    }

    /// - Parameter withSlow: as for a single process.
    /// - Returns: `nil` once the first process has ended.
    func read(withSlow: Bool = false) -> Reading? {
        guard var sum = first.read(withSlow: withSlow) else { return nil }
        let listed = list()
        // The kernel promises neither order nor that a process stands there once.
        let pids = Set(listed ?? Array(others.keys)).subtracting([first.pid])
        let unreadable = readOthers(pids, withSlow: withSlow)
        let unread = unreadable + partlyRead(sum)
        shared.update([first.pid] + others.keys)
        sum[.rss] = max(0, (sum[.rss] ?? 0) - Double(shared[first.pid] ?? 0))
        for (pid, member) in others { sum.add(member.last, shared: shared[pid]) }
        for (metric, value) in ended { sum[metric]? += value }
        return Reading(
            sum: sum,
            processes: 1 + others.count + unreadable,
            unread: max(unread, listed == nil ? 1 : 0)
        )
    }

    /// How many there are whose descriptors cannot be counted.
    private func partlyRead(_ own: ProcessProbe.Reading) -> Int {
        let partial = others.filter { $0.value.last[.descriptors] == nil }.keys
        return (own[.descriptors] == nil ? 1 : 0) + partial.count { Self.isRunning($0) }
    }

    private static func isRunning(_ pid: Int32) -> Bool { ProcessIdentity(ofRunning: pid) != nil }

    /// Whether it runs, even if it is hidden: as another user's may be, or in a cgroup's list, as 0, that of another
    /// namespace.
    private static func isThere(_ pid: Int32) -> Bool {
        pid <= 0 || isRunning(pid) || (kill(pid, 0) != 0 && errno == EPERM)
    }

    /// Leaves in `others` those that are alive.
    ///
    /// - Returns: how many live and could not be read.
    private func readOthers(_ pids: Set<Int32>, withSlow: Bool) -> Int {
        for pid in Array(others.keys) {
            guard pids.contains(pid), let reading = others[pid]?.probe.read(withSlow: withSlow) else {
                keepCounts(of: others.removeValue(forKey: pid))
                continue
            }
            others[pid]?.last.values.merge(reading.values) { $1 }
        }
        var unreadable = 0
        for pid in pids.subtracting(others.keys).sorted() {
            guard others.count < Self.most, let probe = ProcessProbe(pid: pid) else {
                // What has ended since it was listed is missing nowhere.
                if Self.isThere(pid) { unreadable += 1 }
                continue
            }
            if let reading = probe.read(withSlow: withSlow) {
                others[pid] = Member(probe: probe, last: reading)
            }
        }
        return unreadable
    }

    private func keepCounts(of gone: Member?) {
        for (metric, value) in gone?.last.values ?? [:] where metric.definition?.kind == .counter {
            ended[metric, default: 0] += value
        }
    }
}

extension ProcessProbe.Reading {
    /// Adds another of the pod's processes, of what was read of this one; descriptors are those of the processes of which
    /// they are known.
    ///
    /// - Parameters:
    ///   - other: one more of the pod's processes.
    ///   - shared: bytes of it that count elsewhere already; until they are known, its memory does not count.
    fileprivate mutating func add(_ other: ProcessProbe.Reading, shared: Int64?) {
        for (metric, value) in other.values {
            switch metric {
            case .rss: self[.rss]? += shared.map { max(0, value - Double($0)) } ?? 0
            case .descriptors: values[.descriptors, default: 0] += value
            default: self[metric]? += value
            }
        }
    }
}
