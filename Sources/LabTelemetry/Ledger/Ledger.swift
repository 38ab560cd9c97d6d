import LabCore
import Synchronization

/// The exact book of one variant's events: which were produced, and which were handled.
///
/// Three bits for each offset, in a file that producer and pods map: produced, processed, and whether the event of that
/// place has been seen. Marks are atomic, so any number of processes may write at once, and a kill at any instant loses at
/// most the mark that had not been made yet. A wrong partition or offset never fails: it is counted as out of capacity.
package final class Ledger: Sendable {
    package let partitionCount: Int
    /// Offsets that each partition has room for, counted from its base.
    package let capacityPerPartition: Int
    private let file: MappedFile
    let layout: LedgerLayout
    /// From the file's records, which nobody changes later.
    private let bases: [Int64]
    /// Consecutive events that go to one partition.
    private let runLength: UInt64

    private init(file: MappedFile, layout: LedgerLayout, bases: [Int64], runLength: UInt64) {
        self.file = file
        self.layout = layout
        self.bases = bases
        self.runLength = runLength
        partitionCount = layout.partitionCount
        capacityPerPartition = layout.capacity
    }

    /// Makes the book's file.
    ///
    /// `bases` are the partitions' end offsets at the start of the run: the first ones that can be marked.
    /// `capacityPerPartition` is the number of events that one partition will receive at most; it is rounded up to a
    /// multiple of 1,024. `runLength` is the number of consecutive events that go to one partition before the next one gets
    /// as many.
    /// - Throws: ``LabError`` if the numbers are out of range, the file cannot be made, or there is no room for it.
    package static func create(
        at path: String,
        bases: [Int64],
        capacityPerPartition: Int,
        runLength: Int = 1
    ) throws -> Ledger {
        let rounded =
            (max(1, min(capacityPerPartition, LedgerLayout.largestCapacity)) + 1_023) / 1_024 * 1_024
        guard bases.allSatisfy(LedgerLayout.isBase), capacityPerPartition <= LedgerLayout.largestCapacity,
            let layout = LedgerLayout(partitionCount: bases.count, capacity: rounded)
        else {
            throw LabError(
                "\(path): no ledger for \(bases.count) partitions of \(capacityPerPartition) events",
                hint: "A ledger holds up to 10,000 partitions of up to 2³⁶ events, and offsets from 0 on."
            )
        }
        let file = try MappedFile.create(at: path, size: layout.size)
        let ledger = Ledger(file: file, layout: layout, bases: bases, runLength: UInt64(max(1, runLength)))
        ledger.format()
        return ledger
    }

    /// - Throws: ``LabError`` if the file is missing, or no ledger of this version, or not as large as it says.
    package static func open(at path: String) throws -> Ledger {
        let file = try MappedFile.open(at: path, isWritable: true, minimumSize: LedgerLayout.headerBytes)
        let words = file.words
        guard words[LedgerLayout.magicWord].load(ordering: .acquiring) == LedgerLayout.magic else {
            throw LabError("\(path): is no ledger")
        }
        let version = words[LedgerLayout.versionWord].load(ordering: .relaxed)
        guard version == LedgerLayout.version else {
            throw LabError(
                "\(path): ledger of version \(version), this program reads \(LedgerLayout.version)"
            )
        }
        let layout = LedgerLayout(
            partitionCount: Int(exactly: words[LedgerLayout.partitionCountWord].load(ordering: .relaxed))
                ?? -1,
            capacity: Int(exactly: words[LedgerLayout.capacityWord].load(ordering: .relaxed)) ?? -1
        )
        guard let layout, layout.size <= file.size else {
            throw LabError("\(path): ledger is cut short at \(file.size) bytes")
        }
        let bases = (0..<layout.partitionCount).map { partition in
            let word = layout.record(partition) + LedgerLayout.Field.base.rawValue
            return Int64(bitPattern: words[word].load(ordering: .relaxed))
        }
        guard bases.allSatisfy(LedgerLayout.isBase) else {
            throw LabError("\(path): ledger with impossible offsets")
        }
        let runLength = words[LedgerLayout.runLengthWord].load(ordering: .relaxed)
        return Ledger(file: file, layout: layout, bases: bases, runLength: max(1, runLength))
    }

    private func format() {
        let words = file.words
        words[LedgerLayout.versionWord].store(LedgerLayout.version, ordering: .relaxed)
        words[LedgerLayout.partitionCountWord].store(UInt64(partitionCount), ordering: .relaxed)
        words[LedgerLayout.capacityWord].store(UInt64(capacityPerPartition), ordering: .relaxed)
        words[LedgerLayout.runLengthWord].store(runLength, ordering: .relaxed)
        for (partition, base) in bases.enumerated() {
            record(partition, .base).store(UInt64(bitPattern: base))
            record(partition, .committed).store(UInt64(bitPattern: -1))
        }
        words[LedgerLayout.magicWord].store(LedgerLayout.magic, ordering: .releasing)
    }

    // MARK: - Marking

    /// The broker has confirmed the event.
    ///
    /// Marking twice changes nothing.
    package func markProduced(_ partition: Int32, _ offset: Int64) {
        guard let index = index(partition, offset) else { return }
        guard set(bit: index, of: .produced, in: Int(partition)) else { return }
        record(Int(partition), .produced).add()
        record(Int(partition), .highestProduced).raise(to: UInt64(index + 1))
    }

    /// A pod has read the event, and not handled it yet: called in the order of a partition's offsets.
    ///
    /// What was read before, by an earlier life or before a rewind, changes nothing. An event that carries a number is
    /// held against the numbers that this partition has, in this order, and against those that were read.
    /// - Parameters:
    ///   - partition: where it was read.
    ///   - offset: of the event there.
    ///   - sequence: the event's number within the run; `nil` if it cannot be read.
    package func markRead(_ partition: Int32, _ offset: Int64, sequence: UInt64?) {
        guard isKnown(partition) else { return }
        let index = offset.saturatingSubtract(bases[Int(partition)])
        guard index >= 0, index < capacityPerPartition else { return }
        let read = record(Int(partition), .highestRead)
        guard UInt64(index) >= read.load() else { return }
        read.store(UInt64(index) + 1)
        guard let sequence else { return record(Int(partition), .unreadable).add() }
        let (run, rest) = sequence.quotientAndRemainder(dividingBy: runLength)
        let (round, expected) = run.quotientAndRemainder(dividingBy: UInt64(partitionCount))
        let place = round.multipliedReportingOverflow(by: runLength).partialValue &+ rest
        // A number that the run has not is none.
        guard place < UInt64(capacityPerPartition) else { return record(Int(partition), .unreadable).add() }
        guard expected == UInt64(partition) else { return record(Int(partition), .wrongPartition).add() }
        guard set(bit: Int(place), of: .seen, in: Int(partition)) else {
            return record(Int(partition), .copies).add()
        }
        let highest = record(Int(partition), .highestSeen)
        if place + 1 < highest.load() {
            record(Int(partition), .outOfOrder).add()
        } else {
            highest.store(place + 1)
        }
    }

    /// The handler is done with the event.
    /// - Returns: false if it had been marked before, which is counted as a duplicate, or is out of capacity.
    @discardableResult
    package func markProcessed(_ partition: Int32, _ offset: Int64) -> Bool {
        guard let index = index(partition, offset) else { return false }
        let isFirst = set(bit: index, of: .processed, in: Int(partition))
        record(Int(partition), isFirst ? .processed : .duplicated).add()
        return isFirst
    }

    /// The handler has thrown at the event for the last time; call it before ``markProcessed(_:_:)``, if that follows.
    ///
    /// Counts events, not failures: one that was marked processed before is not counted, nor is the one that was
    /// counted last in its partition. So an event that is not committed and fails in life after life counts once. Only
    /// where several events of a partition fail uncommitted at the same time, each may count again in the next life.
    package func markFailed(_ partition: Int32, _ offset: Int64) {
        guard let index = index(partition, offset),
            load(index >> 6, of: .processed, in: Int(partition)) & Self.mask(index) == 0
        else { return }
        let word = layout.record(Int(partition)) + LedgerLayout.Field.lastFailed.rawValue
        let event = UInt64(index + 1)
        guard file.words[word].exchange(event, ordering: .relaxed) != event else { return }
        record(Int(partition), .failed).add()
    }

    /// Notes how far the partition was committed: `nextOffset` is the first one that has to be read again.
    package func setCommitted(_ partition: Int32, _ nextOffset: Int64) {
        guard isKnown(partition) else { return }
        record(Int(partition), .committed).store(UInt64(bitPattern: nextOffset))
    }

    // MARK: - Reading

    /// Whether the file is as long as it was made; one that was cut short reads as an empty ledger.
    package var isWhole: Bool { file.isWhole }

    /// The committed offset; -1 if there is none yet, or no such partition, or no such offset can be.
    package func committed(_ partition: Int32) -> Int64 {
        isWhole ? storedCommitted(partition) : -1
    }

    private func storedCommitted(_ partition: Int32) -> Int64 {
        guard let word = read(partition, .committed) else { return -1 }
        let offset = Int64(bitPattern: word)
        return LedgerLayout.isBase(offset) ? offset : -1
    }

    /// The first offset of the run; -1 if there is no such partition.
    package func base(_ partition: Int32) -> Int64 {
        isKnown(partition) ? bases[Int(partition)] : -1
    }

    /// Events that the broker has confirmed for this partition.
    package func produced(_ partition: Int32) -> Int { isWhole ? events(partition, .produced) : 0 }

    /// Events between the commit (or the base, if there is none) and the highest confirmed offset.
    package func lag(_ partition: Int32) -> Int {
        isWhole ? lag(partition, committed: storedCommitted(partition)) : 0
    }

    private func lag(_ partition: Int32, committed next: Int64) -> Int {
        let done = max(0, next.saturatingSubtract(base(partition)))
        return max(0, events(partition, .highestProduced) - Int(done))
    }

    /// How far a partition is written and committed, from running counts: a few loads, for who looks often.
    ///
    /// `end` is the offset after the highest confirmed event, or the base before there is one; `committed` and `lag`
    /// are as in ``committed(_:)`` and ``lag(_:)``. For a partition that does not exist, -1, -1 and 0.
    package func progress(_ partition: Int32) -> (end: Int64, committed: Int64, lag: Int) {
        guard isKnown(partition) else { return (-1, -1, 0) }
        guard isWhole else { return (base(partition), -1, 0) }
        let committed = storedCommitted(partition)
        let end = base(partition).saturatingAdd(Int64(events(partition, .highestProduced)))
        return (end, committed, lag(partition, committed: committed))
    }

    /// Sums over all partitions from running counts: for live views.
    ///
    /// A kill can leave one short.
    package var totals: LedgerTotals {
        var totals = LedgerTotals()
        guard isWhole else { return totals }
        for partition in 0..<Int32(partitionCount) {
            totals.produced += events(partition, .produced)
            totals.processed += events(partition, .processed)
            totals.duplicated += marks(partition, .duplicated) + marks(partition, .copies)
            totals.failed += marks(partition, .failed)
            totals.outOfCapacity += marks(partition, .outOfCapacity)
            totals.lag += lag(partition, committed: storedCommitted(partition))
        }
        totals.outOfCapacity += Self.marks(
            file.words[LedgerLayout.unknownPartitionWord].load(ordering: .relaxed)
        )
        return totals
    }

    // MARK: - Words

    func isKnown(_ partition: Int32) -> Bool {
        if partition >= 0, partition < partitionCount { return true }
        return false
    }

    /// The event's bit; `nil`, and counted, if the book has no room for it.
    private func index(_ partition: Int32, _ offset: Int64) -> Int? {
        guard isKnown(partition) else {
            file.words[LedgerLayout.unknownPartitionWord].wrappingAdd(1, ordering: .relaxed)
            return nil
        }
        let index = offset.saturatingSubtract(bases[Int(partition)])
        guard index >= 0, index < capacityPerPartition else {
            record(Int(partition), .outOfCapacity).add()
            return nil
        }
        return Int(index)
    }

    private static func mask(_ index: Int) -> UInt64 { UInt64(1) << UInt64(index & 63) }

    /// Whether the bit was clear before.
    private func set(bit index: Int, of bitmap: LedgerLayout.Bitmap, in partition: Int) -> Bool {
        let mask = Self.mask(index)
        let word = layout.bitmap(bitmap, in: partition) + index >> 6
        return file.words[word].bitwiseOr(mask, ordering: .relaxed).oldValue & mask == 0
    }

    func load(_ word: Int, of bitmap: LedgerLayout.Bitmap, in partition: Int) -> UInt64 {
        file.words[layout.bitmap(bitmap, in: partition) + word].load(ordering: .relaxed)
    }

    func read(_ partition: Int32, _ field: LedgerLayout.Field) -> UInt64? {
        isKnown(partition) ? record(Int(partition), field).load() : nil
    }

    /// A number of events of a partition: at most as many as it has room for, whatever stands there.
    private func events(_ partition: Int32, _ field: LedgerLayout.Field) -> Int {
        min(Int(clamping: read(partition, field) ?? 0), capacityPerPartition)
    }

    /// A number of marks, of which an event can have several; 0 for one that cannot be.
    func marks(_ partition: Int32, _ field: LedgerLayout.Field) -> Int {
        Self.marks(read(partition, field) ?? 0)
    }

    private static func marks(_ word: UInt64) -> Int { word <= LedgerLayout.mostMarks ? Int(word) : 0 }

    private func record(_ partition: Int, _ field: LedgerLayout.Field) -> Counter {
        Counter(file.words.baseAddress.unsafelyUnwrapped + (layout.record(partition) + field.rawValue))
    }
}

/// Running counts of a ledger, all partitions together.
package struct LedgerTotals: Sendable, Hashable {
    package var produced = 0
    /// Handled at least once.
    package var processed = 0
    package var duplicated = 0
    package var failed = 0
    /// Marks that named a partition or an offset that the book has no room for.
    package var outOfCapacity = 0
    package var lag = 0

    package init() {}
}

// Numbers in a mapped file may be anything, if somebody wrote over it.
extension Int64 {
    func saturatingSubtract(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < other ? .min : .max) : difference
    }

    func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }
}
