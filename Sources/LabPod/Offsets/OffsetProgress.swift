/// For each partition the offset after the last event that need not be read again, when events may finish in
/// any order: only what lies before the first unfinished event counts.
///
/// Offsets may have gaps.
struct OffsetProgress: Sendable {
    private struct Partition {
        /// Begun, in order; those before `head` are finished.
        var begun: [Int64] = []
        var head = 0
        var finishedAhead: Set<Int64> = []
        var next: Int64 = -1
        var taken: Int64 = -1

        mutating func advance() {
            while head < begun.count, finishedAhead.remove(begun[head]) != nil {
                next = begun[head] + 1
                head += 1
            }
            if head == begun.count {
                begun.removeAll(keepingCapacity: true)
                head = 0
            }
        }
    }

    private var partitions: [Int32: Partition] = [:]

    /// An event is about to be handled.
    ///
    /// Offsets of a partition ascend.
    mutating func begin(_ partition: Int32, _ offset: Int64) {
        partitions[partition, default: Partition()].begun.append(offset)
    }

    mutating func finish(_ partition: Int32, _ offset: Int64) {
        partitions[partition]?.finishedAhead.insert(offset)
        partitions[partition]?.advance()
    }

    /// What has grown since it was last taken, to be committed.
    mutating func takeChanges() -> [CommittableOffset] {
        var changes: [CommittableOffset] = []
        for (partition, state) in partitions where state.next > state.taken {
            changes.append(CommittableOffset(partition: partition, next: state.next))
            partitions[partition]?.taken = state.next
        }
        return changes.sorted { $0.partition < $1.partition }
    }

    /// The partition belongs to another pod now.
    mutating func forget(_ partition: Int32) { partitions[partition] = nil }
}

/// The same where events finish in order: one array write for each event.
///
/// Safety: touched only on the polling thread; the rebalance callback, which commits what is finished, runs on it too,
/// inside a poll.
final class SequentialOffsets: @unchecked Sendable {
    private var next: [Int64] = []
    private var taken: [Int64] = []

    func finish(_ partition: Int32, _ offset: Int64) {
        let index = Int(partition)
        if index >= next.count { grow(to: index + 1) }
        next[index] = offset + 1
    }

    func takeChanges() -> [CommittableOffset] {
        var changes: [CommittableOffset] = []
        for index in next.indices where next[index] > taken[index] {
            changes.append(CommittableOffset(partition: Int32(index), next: next[index]))
            taken[index] = next[index]
        }
        return changes
    }

    func forget(_ partition: Int32) {
        guard next.indices.contains(Int(partition)) else { return }
        next[Int(partition)] = -1
        taken[Int(partition)] = -1
    }

    private func grow(to count: Int) {
        next += Array(repeating: -1, count: count - next.count)
        taken += Array(repeating: -1, count: count - taken.count)
    }
}

struct CommittableOffset: Hashable, Sendable {
    var partition: Int32
    var next: Int64
}
