import LabCore
import Testing

@testable import LabIncidents

@Suite struct WorkerBuffersTests {
    private final class Item {
        let number: Int
        init(_ number: Int) { self.number = number }
    }

    @Test("Each queue gives back what was put there, in order, for many rounds", arguments: [1, 2, 7])
    func order(capacity: Int) {
        var buffers = WorkerBuffers<Item>(capacity: capacity)
        var expected: [[Int]] = [[], []]
        var random = SplitMix64(seed: UInt64(capacity))
        var matches = true
        for number in 0..<2_000 {
            let side = Int(random.next() % 2)
            let queue: WorkerBuffers<Item>.Queue = side == 0 ? .promotions : .deletions
            if random.next() % 2 == 0 {
                let hasRoom = expected[side].count < capacity
                matches = matches && buffers.append(Item(number), to: queue) == hasRoom
                if hasRoom { expected[side].append(number) }
            } else {
                let first = expected[side].isEmpty ? nil : expected[side].removeFirst()
                matches = matches && buffers.popFirst(of: queue)?.number == first
            }
            matches = matches && buffers.count(of: queue) == expected[side].count
            matches = matches && buffers.isFull(queue) == (expected[side].count == capacity)
        }
        #expect(matches)
    }

    @Test("What is still queued when the buffers go is let go")
    func release() {
        weak var promoted: Item?
        weak var deleted: Item?
        do {
            var buffers = WorkerBuffers<Item>(capacity: 3)
            for number in 0..<2 {
                _ = buffers.append(Item(number), to: .deletions)
                _ = buffers.popFirst(of: .deletions)
            }
            for number in 0..<3 {
                let items = [Item(number), Item(number)]
                (promoted, deleted) = (items[0], items[1])
                _ = buffers.append(items[0], to: .promotions)
                _ = buffers.append(items[1], to: .deletions)
            }
            #expect(promoted != nil)
            #expect(deleted != nil)
            #expect(buffers.count(of: .promotions) == 3)
        }
        #expect(promoted == nil)
        #expect(deleted == nil)
    }

    @Test("A capacity below one is one", arguments: [0, -5])
    func smallest(capacity: Int) {
        var buffers = WorkerBuffers<Item>(capacity: capacity)
        let accepted = [buffers.append(Item(1), to: .promotions), buffers.append(Item(2), to: .promotions)]
        #expect(accepted == [true, false])
    }
}
