import LabCore
import Testing

@testable import LabPod

/// The same by the plainest means: everything that was begun, and which of it is finished.
private struct NaiveProgress {
    private struct Partition {
        var begun: [Int64] = []
        var finished: Set<Int64> = []
        var taken: Int64 = -1

        /// After the last of the leading finished events; -1 if the first is not.
        var next: Int64 { begun.prefix { finished.contains($0) }.last.map { $0 + 1 } ?? -1 }
    }

    private var partitions: [Int32: Partition] = [:]

    mutating func begin(_ partition: Int32, _ offset: Int64) {
        partitions[partition, default: Partition()].begun.append(offset)
    }

    mutating func finish(_ partition: Int32, _ offset: Int64) {
        partitions[partition]?.finished.insert(offset)
    }

    mutating func forget(_ partition: Int32) { partitions[partition] = nil }

    func firstUnfinished(_ partition: Int32) -> Int64? {
        partitions[partition].flatMap { state in state.begun.first { !state.finished.contains($0) } }
    }

    mutating func takeChanges() -> [CommittableOffset] {
        var changes: [CommittableOffset] = []
        for (number, partition) in partitions.sorted(by: { $0.key < $1.key })
        where partition.next > partition.taken {
            changes.append(CommittableOffset(partition: number, next: partition.next))
            partitions[number]?.taken = partition.next
        }
        return changes
    }
}

@Suite("Offset progress")
struct OffsetProgressTests {
    @Test("only what lies before the first unfinished event is to be committed")
    func contiguousPrefix() {
        var progress = OffsetProgress()
        for offset in Int64(10)..<14 { progress.begin(2, offset) }
        progress.finish(2, 12)
        progress.finish(2, 11)
        #expect(progress.takeChanges().isEmpty)
        progress.finish(2, 10)
        #expect(progress.takeChanges() == [CommittableOffset(partition: 2, next: 13)])
        #expect(progress.takeChanges().isEmpty)
        progress.finish(2, 13)
        #expect(progress.takeChanges() == [CommittableOffset(partition: 2, next: 14)])
    }

    @Test("offsets that were never begun leave no gap")
    func gaps() {
        var progress = OffsetProgress()
        for offset in [Int64(1), 5, 100] { progress.begin(0, offset) }
        for offset in [Int64(100), 1, 5] { progress.finish(0, offset) }
        #expect(progress.takeChanges() == [CommittableOffset(partition: 0, next: 101)])
    }

    @Test("changes come by partition")
    func sorting() {
        var progress = OffsetProgress()
        for partition in [Int32(9), 3, 7, 0] {
            progress.begin(partition, 0)
            progress.finish(partition, 0)
        }
        #expect(progress.takeChanges().map(\.partition) == [0, 3, 7, 9])
    }

    @Test("a forgotten partition has nothing to commit, and begins anew when it comes back")
    func forgetting() {
        var progress = OffsetProgress()
        progress.begin(0, 5)
        progress.begin(0, 6)
        progress.finish(0, 5)
        progress.forget(0)
        progress.finish(0, 6)
        #expect(progress.takeChanges().isEmpty)
        progress.begin(0, 2)
        progress.finish(0, 2)
        #expect(progress.takeChanges() == [CommittableOffset(partition: 0, next: 3)])
    }

    @Test(
        "over any order of events it agrees with the plain model, and never passes an unfinished event",
        arguments: 1...20
    )
    func randomWalk(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var progress = OffsetProgress()
        var model = NaiveProgress()
        var next = [Int64](repeating: 0, count: 4)
        var running: [(partition: Int32, offset: Int64)] = []
        for _ in 0..<800 {
            switch random.next() % 16 {
            case 0..<7:
                let partition = Int.random(in: 0..<4, using: &random)
                next[partition] += Int64(random.next() % 3) + 1
                let event = (Int32(partition), next[partition])
                running.append(event)
                progress.begin(event.0, event.1)
                model.begin(event.0, event.1)
            case 7..<14 where !running.isEmpty:
                let event = running.remove(at: Int.random(in: running.indices, using: &random))
                progress.finish(event.partition, event.offset)
                model.finish(event.partition, event.offset)
            case 14 where random.next() % 8 == 0:
                let partition = Int32.random(in: 0..<4, using: &random)
                running.removeAll { $0.partition == partition }
                progress.forget(partition)
                model.forget(partition)
            default:
                let changes = progress.takeChanges()
                #expect(changes == model.takeChanges())
                for change in changes {
                    if let first = model.firstUnfinished(change.partition) { #expect(change.next <= first) }
                }
            }
        }
        for event in running {
            progress.finish(event.partition, event.offset)
            model.finish(event.partition, event.offset)
        }
        #expect(progress.takeChanges() == model.takeChanges())
    }
}

@Suite("Sequential offsets")
struct SequentialOffsetsTests {
    @Test("the offset after the last finished event is to be committed, once")
    func changes() {
        let offsets = SequentialOffsets()
        #expect(offsets.takeChanges().isEmpty)
        offsets.finish(5, 7)
        offsets.finish(1, 3)
        offsets.finish(5, 9)
        let expected = [CommittableOffset(partition: 1, next: 4), CommittableOffset(partition: 5, next: 10)]
        #expect(offsets.takeChanges() == expected)
        #expect(offsets.takeChanges().isEmpty)
    }

    @Test("the very first offset counts")
    func first() {
        let offsets = SequentialOffsets()
        offsets.finish(0, 0)
        #expect(offsets.takeChanges() == [CommittableOffset(partition: 0, next: 1)])
    }

    @Test("a forgotten partition has nothing to commit, and may come back at a lower offset")
    func forgetting() {
        let offsets = SequentialOffsets()
        offsets.finish(2, 100)
        offsets.forget(2)
        offsets.forget(77)
        #expect(offsets.takeChanges().isEmpty)
        offsets.finish(2, 50)
        #expect(offsets.takeChanges() == [CommittableOffset(partition: 2, next: 51)])
    }
}

@Suite("Pending commits")
struct PendingCommitsTests {
    @Test("what is not confirmed stays to be committed, and a later offset replaces an earlier one")
    func pending() {
        var pending = PendingCommits()
        #expect(pending.all.isEmpty)
        pending.add([CommittableOffset(partition: 3, next: 10), CommittableOffset(partition: 1, next: 5)])
        pending.add([CommittableOffset(partition: 3, next: 20)])
        pending.confirm(CommittableOffset(partition: 3, next: 10))
        pending.confirm(CommittableOffset(partition: 7, next: 10))
        let expected = [CommittableOffset(partition: 1, next: 5), CommittableOffset(partition: 3, next: 20)]
        #expect(pending.all == expected)
        pending.confirm(CommittableOffset(partition: 3, next: 20))
        pending.forget(1)
        #expect(pending.all.isEmpty)
    }
}
