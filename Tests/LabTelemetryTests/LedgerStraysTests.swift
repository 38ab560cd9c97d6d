import Foundation
import LabCore
import LabTelemetry
import Testing

@Suite("What a ledger knows of events by their numbers")
struct LedgerStraysTests {
    private let folder: ScratchFolder
    /// Two partitions, to which four events each go in turn: 0–3, 8–11, … and 4–7, 12–15, ….
    private let ledger: Ledger

    init() throws {
        folder = try ScratchFolder()
        ledger = try Ledger.create(
            at: folder.file("ledger"),
            bases: [100, 0],
            capacityPerPartition: 1_024,
            runLength: 4
        )
    }

    private func handle(_ partition: Int32, _ offset: Int64, _ sequence: UInt64?, isConfirmed: Bool = true) {
        if isConfirmed { ledger.markProduced(partition, offset) }
        ledger.markRead(partition, offset, sequence: sequence)
        ledger.markProcessed(partition, offset)
    }

    @Test("in the order in which they were produced nothing is amiss, whoever opened the book")
    func order() throws {
        let numbers: [UInt64] = [0, 1, 2, 3, 8, 9, 10, 11, 16]
        let reader = try Ledger.open(at: folder.file("ledger"))
        for (index, sequence) in numbers.enumerated() {
            reader.markProduced(0, 100 + Int64(index))
            reader.markRead(0, 100 + Int64(index), sequence: sequence)
            reader.markProcessed(0, 100 + Int64(index))
        }
        var expected = LedgerCounts()
        (expected.produced, expected.processed) = (9, 9)
        #expect(ledger.counts() == expected)
    }

    @Test(
        "a batch that the broker has taken twice counts as so many duplicates, confirmed or not",
        arguments: [true, false]
    )
    func copies(isConfirmed: Bool) {
        for index in 0..<8 as Range<Int64> {
            handle(1, index, [4, 5, 6, 7][Int(index % 4)], isConfirmed: index >= 4 || isConfirmed)
        }
        let counts = ledger.counts()
        #expect(counts.duplicated == 4 && counts.outOfOrder == 0 && counts.unexpected == 0)
        #expect(counts.lost == 0)
        #expect(ledger.totals.duplicated == 4)
    }

    @Test("what is read again after a kill or a rewind is a duplicate only once it is handled again")
    func rewind() {
        for offset in 100..<104 as Range<Int64> { handle(0, offset, UInt64(offset - 100)) }
        for offset in 101..<104 as Range<Int64> { ledger.markRead(0, offset, sequence: UInt64(offset - 100)) }
        #expect(ledger.counts().duplicated == 0 && ledger.counts().outOfOrder == 0)
        ledger.markProcessed(0, 103)
        #expect(ledger.counts().duplicated == 1)
    }

    @Test("each of the other ways to go astray has its count")
    func strays() {
        handle(0, 100, 0)
        handle(0, 101, 2)
        handle(0, 102, 1)
        handle(0, 103, 4)
        handle(0, 104, nil)
        handle(0, 105, .max)
        handle(0, 106, 3, isConfirmed: false)
        let counts = ledger.counts()
        #expect(counts.outOfOrder == 1 && counts.wrongPartition == 1)
        #expect(counts.unexpected == 1)
        // One of the two that cannot be read may be the one that nobody confirmed.
        #expect(counts.corrupt == 1)
        #expect(counts.duplicated == 0 && counts.lost == 0)
    }

    @Test("an event of somebody else's is unexpected, not corrupt")
    func foreign() {
        handle(0, 100, 0)
        handle(0, 101, nil, isConfirmed: false)
        #expect(ledger.counts().unexpected == 1 && ledger.counts().corrupt == 0)
    }

    @Test("no number and no place can make it fail", arguments: [-1, 0, 1, 2, .max] as [Int32])
    func absurd(partition: Int32) {
        for offset in [Int64.min, -1, 0, 99, 100, 1_123, 1_124, .max] {
            for sequence in [0, 1, 4, 1 << 40, .max, nil] as [UInt64?] {
                ledger.markRead(partition, offset, sequence: sequence)
            }
        }
        #expect(!ledger.isDamaged)
    }

    @Test("recordings of before have none of the later counts")
    func olderRecordings() throws {
        let text = #"{"produced":5,"processed":4,"lost":1,"duplicated":2,"failed":3,"droppedByBroker":0}"#
        let counts = try JSONDecoder().decode(LedgerCounts.self, from: Data(text.utf8))
        #expect(counts.produced == 5 && counts.duplicated == 2)
        #expect(counts.corrupt == 0 && counts.outOfOrder == 0)
        #expect(counts.wrongPartition == 0 && counts.unexpected == 0)
        #expect(try JSONDecoder().decode(LedgerCounts.self, from: JSONEncoder().encode(counts)) == counts)
    }
}
