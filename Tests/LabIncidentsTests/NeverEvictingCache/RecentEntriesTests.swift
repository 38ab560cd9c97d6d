import LabCore
import Testing

@testable import LabIncidents

@Suite struct RecentEntriesTests {
    @Test("Entries by use behave like an array that is searched, for many random steps", arguments: 1...3)
    func model(seed: UInt64) {
        var entries = RecentEntries<Int>()
        var expected: [(key: String, value: Int)] = []
        var random = SplitMix64(seed: seed)
        var matches = true
        for step in 0..<3_000 {
            let key = "\(random.next() % 20)"
            let known = expected.firstIndex { $0.key == key }
            switch random.next() % 6 {
            case 0, 1:
                entries.insert(step, weighing: step, for: key)
                if let known { expected.remove(at: known) }
                expected.append((key, step))
            case 2, 3:
                matches = matches && entries.use(key) == known.map { expected[$0].value }
                if let known { expected.append(expected.remove(at: known)) }
            case 4:
                entries.remove(key)
                if let known { expected.remove(at: known) }
            default:
                entries.removeOldest()
                if !expected.isEmpty { expected.removeFirst() }
            }
            matches = matches && entries.count == expected.count
            matches = matches && entries.weight == expected.reduce(0) { $0 + $1.value }
        }
        #expect(matches)
    }
}
