import LabCore
import Testing

@testable import LabIncidents

@Suite struct RecencyListTests {
    @Test("A random walk agrees with an array in order of use", arguments: [1, 2, 3] as [UInt64])
    func randomWalk(seed: UInt64) {
        var list = RecencyList()
        // Newest last.
        var expected: [(item: IndexItem, gets: Int)] = []
        var random = SplitMix64(seed: seed)
        for step in 0..<3_000 {
            let position = expected.isEmpty ? 0 : Int(random.next() % UInt64(expected.count))
            switch random.next() % 5 {
            case 0, 1:
                let item = IndexItem(key: "\(step)", exists: true, expiry: 0)
                list.insert(item)
                expected.append((item, 0))
            case 2 where !expected.isEmpty:
                guard let node = expected[position].item.node else { continue }
                list.countGet(ofNode: node, promotingEvery: 3)
                expected[position].gets += 1
                guard expected[position].gets == 3 else { continue }
                let moved = expected.remove(at: position)
                expected.append((moved.item, 0))
            case 3 where !expected.isEmpty:
                guard let node = expected[position].item.node else { continue }
                list.remove(node: node)
                expected.remove(at: position)
            case 4 where step.isMultiple(of: 3) && !expected.isEmpty:
                #expect(list.removeOldest() === expected.removeFirst().item)
            default:
                continue
            }
        }
        #expect(list.count == expected.count)
        var order: [String] = []
        while let item = list.removeOldest() { order.append(item.key) }
        #expect(order == expected.map(\.item.key))
        #expect(list.count == 0)
    }
}
