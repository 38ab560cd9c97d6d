/// Who of the machine's processes belong to a pod, from one look at them to the next.
///
/// A child of a member is one, and stays one when its parent ends and another process becomes its parent. So is who
/// shares a process group or a session with a member, and who carries the pod's mark in its environment: a process
/// whose parents came and went between two looks is found by that.
struct ProcessFamily: Sendable {
    let leader: Int32
    /// Clock ticks after boot; `nil` if the first process had ended before anybody looked.
    let start: UInt64?
    /// Start times by pid.
    private(set) var members: [Int32: UInt64]
    /// Those that were looked at and carry no mark.
    private var strangers: [Int32: UInt64] = [:]
    /// The session that the first process was started in, which is not the pod's own.
    private var outerSession: Int32?

    /// - Parameters:
    ///   - leader: the pod's first process, which leads a process group.
    ///   - start: of that process.
    init(leader: Int32, start: UInt64?) {
        self.leader = leader
        self.start = start
        members = start.map { [leader: $0] } ?? [:]
    }

    /// Takes in who has come, and forgets who has ended.
    ///
    /// - Parameters:
    ///   - snapshot: the machine's processes now.
    ///   - isMarked: whether the process of that pid carries the pod's mark.
    mutating func look(at snapshot: ProcessSnapshot, isMarked: (Int32) -> Bool) {
        forgetEnded(snapshot)
        if members[leader] != nil { outerSession = snapshot.entries[leader]?.session }
        // Whoever is older than the pod is none of it, and nobody is by sharing a group or a session with such a one.
        let young = snapshot.entries.filter { $0.value.startTime >= start ?? 0 }
        let others = Self.others(in: snapshot, startedBefore: start)
        var hasGrown = true
        // A parent may be found after its child.
        while hasGrown {
            hasGrown = false
            let own = members.keys.compactMap { young[$0] }
            let groups = Set(own.map(\.group)).union([leader]).subtracting(others.groups)
            let sessions = Set(own.map(\.session)).subtracting(others.sessions)
                .subtracting([outerSession].compactMap(\.self))
            for (pid, entry) in young where members[pid] == nil {
                let isRelated =
                    members[entry.parent] != nil || groups.contains(entry.group)
                    || sessions.contains(entry.session)
                guard isRelated || isNewlyMarked(pid, entry, isMarked) else { continue }
                members[pid] = entry.startTime
                hasGrown = true
            }
        }
    }

    /// Groups and sessions that prove nothing: all of them, as long as it is not known who is older.
    private static func others(
        in snapshot: ProcessSnapshot,
        startedBefore start: UInt64?
    ) -> (groups: Set<Int32>, sessions: Set<Int32>) {
        let old = snapshot.entries.values.filter { $0.startTime < start ?? .max }
        return (Set(old.map(\.group)), Set(old.map(\.session)))
    }

    /// A pid alone may have been given to another process since.
    private mutating func forgetEnded(_ snapshot: ProcessSnapshot) {
        members = members.filter { snapshot.entries[$0.key]?.startTime == $0.value }
        strangers = strangers.filter { snapshot.entries[$0.key]?.startTime == $0.value }
    }

    private mutating func isNewlyMarked(
        _ pid: Int32,
        _ entry: ProcessSnapshot.Entry,
        _ isMarked: (Int32) -> Bool
    ) -> Bool {
        guard strangers[pid] == nil else { return false }
        if isMarked(pid) { return true }
        strangers[pid] = entry.startTime
        return false
    }
}
