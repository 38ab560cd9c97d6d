/// Which of a pod's partitions are paused, and what has to change about that.
///
/// A partition that is given up and comes back is not paused any more: librdkafka forgets it with the assignment.
struct PausedPartitions: Sendable, Equatable {
    /// What the client has to be told; in ascending order.
    struct Change: Sendable, Equatable {
        var paused: [Int32] = []
        var resumed: [Int32] = []
    }

    private var partitions: Set<Int32> = []

    var isEmpty: Bool { partitions.isEmpty }
    var count: Int { partitions.count }

    /// All that are held are to be paused, those that came since included, or none.
    mutating func change(to isPaused: Bool, of held: Set<Int32>) -> Change {
        let wanted = isPaused ? held : []
        defer { partitions = wanted }
        return Change(
            paused: wanted.subtracting(partitions).sorted(),
            resumed: partitions.intersection(held).subtracting(wanted).sorted()
        )
    }

    /// They are no longer the pod's.
    mutating func forget(_ gone: [Int32]) { partitions.subtract(gone) }
}
