import LabCore

/// Lives that are looked at together: all of a variant's, or those that were started for one of its segments.
struct LifeSet: Sendable {
    /// By pod, in the order in which they were lived; pods without a life are left out.
    let pods: [[Life]]
    let lives: [Life]

    init(_ pods: [[Life]]) {
        self.pods = pods.filter { !$0.isEmpty }
        lives = pods.flatMap(\.self)
    }

    /// Labelled sites were seen, so that a count of zero says that nothing lives.
    ///
    /// So does one that is counted from outside.
    var isLabelled: Bool { isForeign || lives.contains { !$0.sites.isEmpty } }

    /// They are of a command, of which neither live heap nor single events are known.
    var isForeign: Bool { lives.contains(where: \.isForeign) }

    /// Live heap was read: an allocator that the reading does not cover gives nothing, or zero.
    var hasHeap: Bool { lives.contains { $0[.heap].values.contains { $0 > 0 } } }

    /// When the first event was first seen to be handled by any pod.
    var firstEvent: Double? { lives.compactMap(\.firstEvent).min() }

    /// Events, those handled twice counted twice.
    var handled: Double { lives.reduce(0) { $0 + $1.handled } }

    /// Lives after the first of each pod.
    var restarts: Int { lives.count - pods.count }

    /// Of pods, and of other processes of theirs.
    var oomKills: Int { lives.count { $0.wasOOMKilled } + workerKills }

    /// Those that a pod's first process outlived.
    var workerKills: Int { lives.reduce(0) { $0 + $1.workerKills } }
}
