import LabCore
import Testing

@testable import LabTelemetry

@Suite(.timeLimit(.minutes(1))) struct LedgerBooksTests {
    private let scratch: ScratchFolder
    private let path: String

    init() throws {
        scratch = try ScratchFolder()
        path = scratch.file("ledger")
    }

    @Test("Event accounting of a partition are its own, and the counts of all are their sum")
    func ownBooks() throws {
        let ledger = try Ledger.create(at: path, bases: [100, 0], capacityPerPartition: 3_000)
        for offset in 100..<Int64(2_300) { ledger.markProduced(0, offset) }
        for offset in 100..<Int64(2_200) where !(1_000..<1_500).contains(offset) && offset != 163 {
            ledger.markProcessed(0, offset)
        }
        ledger.markProcessed(0, 100)
        ledger.markFailed(0, 163)
        ledger.setCommitted(0, 2_200)
        ledger.markProduced(1, 7)
        let books = ledger.books(of: 0, lostLimit: 2, peakLag: 77)
        #expect(books.partition == 0)
        #expect(books.counts.produced == 2_200 && books.counts.processed == 1_599)
        #expect(books.counts.lost == 601 && books.counts.duplicated == 1 && books.counts.failed == 1)
        #expect(books.endOffset == 2_300 && books.committedOffset == 2_200)
        #expect(books.lag == 100 && books.peakLag == 77)
        #expect(books.lostOffsets == [163...163, 1_000...1_499])
        let other = ledger.books(of: 1, lostLimit: 2)
        #expect(other.counts.produced == 1 && other.counts.lost == 1 && other.endOffset == 8)
        #expect(other.committedOffset == -1 && other.lag == 1 && other.peakLag == 0)
        #expect(ledger.counts().produced == 2_201 && ledger.counts().lost == 602)
    }

    @Test("Runs of lost offsets join across words and end at the limit", arguments: [0, 1, 2, 3, 4, .max])
    func runs(limit: Int) throws {
        let ledger = try Ledger.create(at: path, bases: [10], capacityPerPartition: 1_000)
        let expected: [ClosedRange<Int64>] = [10...10, 60...141, 200...200, 1_033...1_033]
        for run in expected { for offset in run { ledger.markProduced(0, offset) } }
        #expect(ledger.lostOffsets(0, limit: limit) == Array(expected.prefix(limit)))
        #expect(ledger.books(of: 0, lostLimit: limit).counts.lost == 85)
    }

    @Test("An untouched partition ends where it began")
    func untouched() throws {
        let ledger = try Ledger.create(at: path, bases: [42], capacityPerPartition: 1_000)
        let books = ledger.books(of: 0, lostLimit: 3)
        #expect(books.endOffset == 42 && books.committedOffset == -1 && books.lag == 0)
        #expect(books.counts == LedgerCounts() && books.lostOffsets.isEmpty)
    }

    /// One partition's consumers, one life after the other, until all is handled; each life has its own mapping.
    private struct Consumer: Sendable {
        let partition: Int32
        let base: Int64
        let count: Int64
        var handledTwice = 0
        var kills = 0

        /// Events that the harness lost by passing over them: committed, never handled.
        var dropped: Set<Int64> = []

        mutating func consumeAll(from path: String, _ random: inout SplitMix64) throws {
            var highest = base
            while highest < base + count {
                let ledger = try Ledger.open(at: path)
                let committed = ledger.committed(partition)
                let start = committed < 0 ? base : committed
                let killedAfter = start + Int64(random.next() % 200_000)
                let commitInterval = Int64(random.next() % 5_000) + 1
                for offset in start..<min(base + count, killedAfter) {
                    if random.next() % 10_000 == 0, offset >= highest {
                        dropped.insert(offset)
                    } else if !ledger.markProcessed(partition, offset) {
                        handledTwice += 1
                    } else {
                        dropped.remove(offset)
                    }
                    highest = max(highest, offset + 1)
                    if (offset + 1 - start) % commitInterval == 0 {
                        ledger.setCommitted(partition, offset + 1)
                    }
                }
                // The kill: what was handled since the last commit is handled again, its marks stay.
                kills += 1
            }
        }
    }

    @Test("Over millions of events and many killed lives a partition's books are exact")
    func manyLives() async throws {
        let bases: [Int64] = [0, 5, 1_000_000, 77]
        let count: Int64 = 300_000
        let ledger = try Ledger.create(at: path, bases: bases, capacityPerPartition: Int(count))
        let consumers = try await withThrowingTaskGroup(of: Consumer.self) { group in
            for (partition, base) in bases.enumerated() {
                group.addTask { [path] in
                    var random = SplitMix64(seed: UInt64(partition))
                    let producer = try Ledger.open(at: path)
                    for offset in base..<base + count { producer.markProduced(Int32(partition), offset) }
                    var consumer = Consumer(partition: Int32(partition), base: base, count: count)
                    try consumer.consumeAll(from: path, &random)
                    return consumer
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for consumer in consumers {
            let books = ledger.books(of: consumer.partition, lostLimit: .max)
            #expect(books.counts.produced == Int(count) && books.endOffset == consumer.base + count)
            #expect(books.counts.lost == consumer.dropped.count)
            #expect(books.lostOffsets.flatMap(Array.init) == consumer.dropped.sorted())
            #expect(books.counts.processed == Int(count) - consumer.dropped.count)
            #expect(books.counts.duplicated == consumer.handledTwice)
            #expect(consumer.kills > 1 && consumer.handledTwice > 0 && !consumer.dropped.isEmpty)
        }
        #expect(ledger.counts().produced == Int(count) * bases.count)
    }
}
