import Foundation
import LabCore
import Synchronization
import Testing

@testable import LabTelemetry

@Suite struct LedgerTests {
    private let scratch: ScratchFolder
    private let path: String

    init() throws {
        scratch = try ScratchFolder()
        path = scratch.file("ledger")
    }

    @Test("An event that was produced and not handled is lost; one handled twice is a duplicate")
    func counting() throws {
        let ledger = try Ledger.create(at: path, bases: [100, 0], capacityPerPartition: 10)
        for offset in 100..<Int64(106) { ledger.markProduced(0, offset) }
        ledger.markProduced(1, 0)
        #expect(ledger.markProcessed(0, 100))
        #expect(ledger.markProcessed(0, 103))
        #expect(!ledger.markProcessed(0, 103))
        ledger.markFailed(0, 102)
        let counts = ledger.counts()
        #expect(counts.produced == 7)
        #expect(counts.processed == 2)
        #expect(counts.lost == 5)
        #expect(counts.duplicated == 1)
        #expect(counts.failed == 1)
        #expect(ledger.lostOffsets(0, limit: 10) == [101...102, 104...105])
        #expect(ledger.lostOffsets(0, limit: 1) == [101...102])
        #expect(ledger.lostOffsets(1, limit: 10) == [0...0])
        #expect(ledger.lostOffsets(0, limit: 0) == [])
    }

    @Test("Failed events count, not failures: one that fails in every life counts once")
    func failures() throws {
        let ledger = try Ledger.create(at: path, bases: [0, 0], capacityPerPartition: 10)
        for _ in 0..<3 { ledger.markFailed(0, 4) }
        ledger.markFailed(1, 4)
        #expect(ledger.counts().failed == 2)
        ledger.markFailed(0, 5)
        ledger.markProcessed(0, 5)
        ledger.markFailed(0, 5)
        ledger.markFailed(0, 4)
        ledger.markProcessed(0, 4)
        #expect(ledger.counts().failed == 4)
        for offset in [Int64(4), 5] { ledger.markFailed(0, offset) }
        #expect(ledger.counts().failed == 4)
        #expect(ledger.totals.failed == 4)
    }

    @Test("A producer's report that comes twice counts once")
    func producedTwice() throws {
        let ledger = try Ledger.create(at: path, bases: [0], capacityPerPartition: 10)
        ledger.markProduced(0, 3)
        ledger.markProduced(0, 3)
        #expect(ledger.produced(0) == 1)
        #expect(ledger.counts().produced == 1)
    }

    @Test("An event handled before its delivery report is neither lost nor twice")
    func handledFirst() throws {
        let ledger = try Ledger.create(at: path, bases: [0], capacityPerPartition: 10)
        ledger.markProcessed(0, 3)
        var counts = LedgerCounts()
        counts.unexpected = 1
        #expect(ledger.counts() == counts)
        ledger.markProduced(0, 3)
        #expect(ledger.counts().processed == 1)
        #expect(ledger.counts().lost == 0 && ledger.counts().unexpected == 0)
    }

    @Test(
        "A partition or an offset that the book has no room for is counted, and nothing else happens",
        arguments: [
            (-1, 5), (2, 5), (.max, 5), (.min, 5), (0, 99), (0, 100 + 1_024), (0, .max), (0, .min), (0, -1),
            (1, -1),
        ] as [(Int32, Int64)]
    )
    func outOfCapacity(partition: Int32, offset: Int64) throws {
        let ledger = try Ledger.create(at: path, bases: [100, 0], capacityPerPartition: 1_024)
        ledger.markProduced(partition, offset)
        #expect(!ledger.markProcessed(partition, offset))
        ledger.markFailed(partition, offset)
        #expect(ledger.totals.outOfCapacity == 3)
        #expect(ledger.counts() == LedgerCounts())
    }

    @Test("A partition that does not exist has nothing", arguments: [-1, 1, .max] as [Int32])
    func unknownPartition(partition: Int32) throws {
        let ledger = try Ledger.create(at: path, bases: [0], capacityPerPartition: 10)
        ledger.setCommitted(partition, 7)
        #expect(ledger.committed(partition) == -1)
        #expect(ledger.base(partition) == -1)
        #expect(ledger.produced(partition) == 0)
        #expect(ledger.lag(partition) == 0)
        #expect(ledger.lostOffsets(partition, limit: 3) == [])
        #expect(ledger.progress(partition) == (-1, -1, 0))
        let books = ledger.books(of: partition, lostLimit: 3)
        #expect(books.counts == LedgerCounts() && books.lag == 0 && books.lostOffsets.isEmpty)
        #expect(ledger.committed(0) == -1)
    }

    @Test("Lag runs from the commit, or the base, to the highest produced offset")
    func lag() throws {
        let ledger = try Ledger.create(at: path, bases: [100], capacityPerPartition: 1_000)
        #expect(ledger.lag(0) == 0)
        #expect(ledger.progress(0) == (100, -1, 0))
        ledger.markProduced(0, 149)
        #expect(ledger.progress(0) == (150, -1, 50))
        ledger.markProduced(0, 120)
        #expect(ledger.lag(0) == 50)
        ledger.setCommitted(0, 130)
        #expect(ledger.lag(0) == 20)
        ledger.setCommitted(0, 150)
        #expect(ledger.lag(0) == 0)
        ledger.setCommitted(0, 170)
        #expect(ledger.lag(0) == 0)
        #expect(ledger.totals.lag == 0)
        #expect(ledger.progress(0) == (150, 170, 0))
        ledger.setCommitted(0, .min)
        #expect(ledger.lag(0) == 50)
        // An offset that cannot be counts as none.
        ledger.setCommitted(0, .max)
        #expect(ledger.lag(0) == 50)
    }

    @Test("A ledger opened again is the same book")
    func reopening() throws {
        let writer = try Ledger.create(at: path, bases: [5, 6, 7], capacityPerPartition: 2_000)
        let other = try Ledger.open(at: path)
        #expect(other.partitionCount == 3)
        #expect(other.capacityPerPartition == writer.capacityPerPartition)
        #expect((0..<3).map { other.base($0) } == [5, 6, 7])
        writer.markProduced(1, 8)
        writer.markProduced(1, 9)
        other.markProcessed(1, 8)
        other.setCommitted(1, 9)
        #expect(writer.committed(1) == 9)
        #expect(!writer.markProcessed(1, 8))
        #expect(writer.counts() == other.counts())
        #expect(other.lostOffsets(1, limit: 5) == [9...9])
    }

    @Test(
        "Marks from many tasks over two mappings of the file agree with the sets they make",
        arguments: [1, 2]
    )
    func concurrency(seed: UInt64) async throws {
        let books = [
            try Ledger.create(at: path, bases: [0, 1_000], capacityPerPartition: 4_096),
            try Ledger.open(at: path),
        ]
        var random = SplitMix64(seed: seed)
        let produced = (0..<2).map { base in
            Set((0..<3_000).map { _ in Int64(base * 1_000) + Int64(random.next() % 4_096) })
        }
        let processed = (0..<8).map { _ in (0..<2_000).map { _ in Int64(1_000 + random.next() % 3_000) } }
        let firsts = await withTaskGroup(of: Int.self) { group in
            for (task, offsets) in processed.enumerated() {
                group.addTask { offsets.count { books[task % 2].markProcessed(Int32(task / 2 % 2), $0) } }
            }
            group.addTask {
                for (partition, offsets) in produced.enumerated() {
                    for offset in offsets { books[1].markProduced(Int32(partition), offset) }
                }
                return 0
            }
            return await group.reduce(0, +)
        }
        let handled = (0..<2).map { partition in
            Set(processed.enumerated().filter { $0.offset / 2 % 2 == partition }.flatMap(\.element))
        }
        let counts = books[0].counts()
        #expect(counts.produced == produced.reduce(0) { $0 + $1.count })
        #expect(counts.processed == (0..<2).reduce(0) { $0 + produced[$1].intersection(handled[$1]).count })
        #expect(counts.lost == counts.produced - counts.processed)
        #expect(counts.duplicated == 16_000 - firsts)
        #expect(firsts == handled.reduce(0) { $0 + $1.count })
        #expect(books[1].totals.processed == firsts)
        for partition in 0..<2 {
            let lost = books[1].lostOffsets(Int32(partition), limit: .max).flatMap(Array.init)
            #expect(lost == produced[partition].subtracting(handled[partition]).sorted())
        }
    }

    @Test("A file that is no ledger, or not all of one, is refused", arguments: [0, 100, 128, 2_000])
    func damaged(size: Int) throws {
        _ = try Ledger.create(at: path, bases: [0], capacityPerPartition: 100_000)
        let cut = try scratch.write(try scratch.bytes(of: "ledger").prefix(size), to: "cut")
        #expect(throws: LabError.self) { try Ledger.open(at: cut) }
        let noise = try scratch.write((0..<max(size, 128)).map { UInt8(truncatingIfNeeded: $0) }, to: "noise")
        #expect(throws: LabError.self) { try Ledger.open(at: noise) }
    }

    @Test("A header whose numbers were overwritten is refused or read, never fatal", arguments: 0..<32)
    func corruptedHeader(seed: Int) throws {
        _ = try Ledger.create(at: path, bases: [0, 0], capacityPerPartition: 1_024)
        var bytes = try scratch.bytes(of: "ledger")
        var random = SplitMix64(seed: UInt64(seed))
        for _ in 0..<4 { bytes[16 + Int(random.next() % 368)] = UInt8(truncatingIfNeeded: random.next()) }
        let damaged = try scratch.write(bytes, to: "damaged")
        guard let ledger = try? Ledger.open(at: damaged) else { return }
        for partition in -1..<Int32(3) {
            ledger.markProduced(partition, Int64(seed))
            ledger.markProcessed(partition, Int64(seed))
            _ = ledger.lag(partition)
            ledger.markFailed(partition, Int64(seed))
            _ = ledger.progress(partition)
            _ = ledger.books(of: partition, lostLimit: 10)
        }
        _ = ledger.counts()
        _ = ledger.totals
    }

    @Test(
        "A ledger that is cut short while it is open reads as an empty one, and as damaged",
        arguments: [0, 4_096]
    )
    func truncationWhileOpen(size: off_t) throws {
        let ledger = try Ledger.create(at: path, bases: [5, 0], capacityPerPartition: 100_000)
        ledger.markProduced(0, 7)
        ledger.setCommitted(0, 6)
        #expect(!ledger.isDamaged)
        #expect(truncate(path, size) == 0)
        #expect(ledger.isDamaged && !ledger.isWhole)
        #expect(ledger.totals == LedgerTotals() && ledger.counts() == LedgerCounts())
        #expect(ledger.progress(0) == (5, -1, 0))
        #expect(ledger.committed(0) == -1 && ledger.lag(0) == 0 && ledger.produced(0) == 0)
    }

    @Test("Numbers of a ledger that cannot be are limited or left out, and noticed", arguments: 0..<40)
    func overwritten(seed: Int) throws {
        let ledger = try Ledger.create(at: path, bases: [5, 1 << 50], capacityPerPartition: 1_024)
        for offset in 5..<50 { ledger.markProduced(0, Int64(offset)) }
        let file = try MappedFile.open(at: path, isWritable: true, minimumSize: 0)
        var random = SplitMix64(seed: UInt64(seed))
        for word in LedgerLayout.headerWords..<LedgerLayout.headerWords + 2 * LedgerLayout.recordWords {
            file.words[word].store(random.next() >> (random.next() % 64), ordering: .relaxed)
        }
        #expect(ledger.isDamaged)
        #expect(ledger.totals.produced <= 2_048 && ledger.totals.lag <= 2_048)
        for partition in Int32(0)..<2 {
            #expect(ledger.progress(partition).lag <= 1_024)
            #expect(ledger.progress(partition).end - ledger.base(partition) <= 1_024)
            #expect(ledger.books(of: partition, lostLimit: 10).counts.produced <= 1_024)
        }
        #expect(ledger.counts().produced == 45)
    }

    @Test(
        "A ledger with impossible numbers is refused",
        arguments: [([], 10), ([-1], 10), ([0], .max)] as [([Int64], Int)]
    )
    func impossible(bases: [Int64], capacity: Int) {
        #expect(throws: LabError.self) {
            try Ledger.create(at: path, bases: bases, capacityPerPartition: capacity)
        }
    }

    @Test("Records and bitmaps of a ledger begin on multiples of 128 bytes and do not overlap")
    func layout() throws {
        let layout = try #require(LedgerLayout(partitionCount: 3, capacity: 2_048))
        let starts = (0..<3).flatMap {
            [
                layout.bitmap(.produced, in: $0), layout.bitmap(.processed, in: $0),
                layout.bitmap(.seen, in: $0),
            ]
        }
        let words = (0..<3).map(layout.record) + starts
        #expect(words.allSatisfy { $0.isMultiple(of: 16) })
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 == 2_048 / 64 })
        #expect(layout.record(0) == 16)
        #expect(starts[0] == layout.record(2) + 16)
        #expect(layout.size == (starts[8] + 2_048 / 64) * 8)
    }
}
