/// Offsets that were handed to the group to be committed and are not confirmed yet.
///
/// A commit in the midst of a rebalance fails; what it was to commit goes along with the next one, even if no further
/// event of its partition comes.
struct PendingCommits: Sendable {
    private var next: [Int32: Int64] = [:]

    /// By partition.
    var all: [CommittableOffset] {
        next.map { CommittableOffset(partition: $0.key, next: $0.value) }.sorted {
            $0.partition < $1.partition
        }
    }

    mutating func add(_ offsets: [CommittableOffset]) {
        for offset in offsets { next[offset.partition] = offset.next }
    }

    /// The group has committed the offset; a later one stays pending.
    mutating func confirm(_ offset: CommittableOffset) {
        if let pending = next[offset.partition], pending <= offset.next { next[offset.partition] = nil }
    }

    /// The partition belongs to another pod now.
    mutating func forget(_ partition: Int32) { next[partition] = nil }
}
