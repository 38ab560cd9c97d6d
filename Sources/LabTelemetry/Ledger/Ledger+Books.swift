package import LabCore

// What is counted bit by bit, after the run: exact whatever was killed, and whenever.

extension Ledger {
    /// The exact result of all partitions.
    ///
    /// `duplicated` counts events that were handled again and those that the topic holds twice; it is short by what a kill
    /// left unmarked: at most as many events as the pod was handling. `failed` is what ``markFailed(_:_:)`` counts.
    /// `unexpected` are events that the broker never confirmed and that are no copies; an unreadable one among them is no
    /// event of the run, and does not count as corrupt.
    /// - Complexity: proportional to the capacity; about 1 ms for ten million events.
    package func counts() -> LedgerCounts {
        LedgerCounts(of: (0..<Int32(partitionCount)).map { books(of: $0, lostLimit: 0) })
    }

    /// The exact books of one partition; empty ones for a partition that does not exist.
    ///
    /// The end offset comes from the events that are marked as produced, not from a running number. `lostLimit` is the
    /// most runs of lost offsets that are listed; lost events are counted without limit. `peakLag` is what the caller has
    /// seen of the lag: the ledger knows the present alone.
    /// - Complexity: proportional to the partition's capacity.
    package func books(of partition: Int32, lostLimit: Int, peakLag: Int = 0) -> PartitionBooks {
        var books = PartitionBooks(
            partition: partition,
            counts: LedgerCounts(),
            endOffset: max(0, base(partition)),
            committedOffset: committed(partition),
            peakLag: peakLag,
            lostOffsets: []
        )
        guard isKnown(partition), isWhole else { return books }
        var lostRuns = OffsetRuns(limit: lostLimit)
        var unconfirmed = 0
        scan(Int(partition)) { offset, produced, processed in
            unconfirmed += (processed & ~produced).nonzeroBitCount
            guard produced != 0 else { return }
            books.endOffset = offset + 64 - Int64(produced.leadingZeroBitCount)
            books.counts.produced += produced.nonzeroBitCount
            books.counts.processed += (produced & processed).nonzeroBitCount
            books.counts.lost += (produced & ~processed).nonzeroBitCount
            lostRuns.append(produced & ~processed, from: offset)
        }
        let (copies, unreadable) = (marks(partition, .copies), marks(partition, .unreadable))
        books.counts.duplicated = marks(partition, .duplicated) + copies
        books.counts.unexpected = max(0, unconfirmed - copies)
        books.counts.corrupt = max(0, unreadable - books.counts.unexpected)
        books.counts.outOfOrder = marks(partition, .outOfOrder)
        books.counts.wrongPartition = marks(partition, .wrongPartition)
        books.counts.failed = marks(partition, .failed)
        books.lostOffsets = lostRuns.runs
        return books
    }

    /// Events that the topic holds once more, as a producer that sent them again leaves them, as far as they were read.
    package var copies: Int { (0..<Int32(partitionCount)).reduce(0) { $0 + marks($1, .copies) } }

    /// Offsets that were produced and never handled, in ascending runs, at most `limit` of them.
    package func lostOffsets(_ partition: Int32, limit: Int) -> [ClosedRange<Int64>] {
        books(of: partition, lostLimit: limit).lostOffsets
    }

    /// Whether somebody else has written over the book, or cut it short: its bits and its running counts differ by more
    /// than kills leave between two instructions, or a count cannot be.
    /// - Complexity: proportional to the capacity.
    package var isDamaged: Bool {
        guard isWhole else { return true }
        return (0..<Int32(partitionCount)).contains { partition in
            var bits = (produced: 0, processed: 0)
            scan(Int(partition)) { _, produced, processed in
                bits.produced += produced.nonzeroBitCount
                bits.processed += processed.nonzeroBitCount
            }
            return isFar(partition, .produced, from: bits.produced)
                || isFar(partition, .processed, from: bits.processed)
                || Self.marks.contains { (read(partition, $0) ?? 0) > LedgerLayout.mostMarks }
        }
    }

    /// Fields that count marks.
    private static let marks: [LedgerLayout.Field] = [
        .duplicated, .failed, .outOfCapacity, .copies, .unreadable, .outOfOrder, .wrongPartition,
    ]

    private func isFar(_ partition: Int32, _ field: LedgerLayout.Field, from bits: Int) -> Bool {
        let count = Int64(clamping: read(partition, field) ?? 0)
        return count.saturatingSubtract(Int64(bits)).magnitude > 1_024
    }

    /// Calls `body` for every 64 offsets, with the first of them and the two words of their bits.
    private func scan(_ partition: Int, _ body: (Int64, UInt64, UInt64) -> Void) {
        let base = base(Int32(partition))
        for word in 0..<layout.bitmapWords {
            let produced = load(word, of: .produced, in: partition)
            body(base + Int64(word * 64), produced, load(word, of: .processed, in: partition))
        }
    }
}

/// Ascending offsets as runs without gaps, the first few of them.
private struct OffsetRuns {
    let limit: Int
    private(set) var runs: [ClosedRange<Int64>] = []
    private var isFull = false

    init(limit: Int) { self.limit = limit }

    /// Takes the offsets whose bits are set, `first` being that of the lowest bit.
    mutating func append(_ bits: UInt64, from first: Int64) {
        var rest = bits
        while rest != 0, !isFull {
            append(first + Int64(rest.trailingZeroBitCount))
            rest &= rest - 1
        }
    }

    private mutating func append(_ offset: Int64) {
        if let last = runs.last, last.upperBound + 1 == offset {
            runs[runs.count - 1] = last.lowerBound...offset
        } else if runs.count < limit {
            runs.append(offset...offset)
        } else {
            isFull = true
        }
    }
}

extension LedgerCounts {
    /// Of all these partitions together.
    package init(of partitions: [PartitionBooks]) {
        self.init()
        for partition in partitions { add(partition.counts) }
    }

    private mutating func add(_ other: LedgerCounts) {
        produced += other.produced
        processed += other.processed
        lost += other.lost
        duplicated += other.duplicated
        failed += other.failed
        corrupt += other.corrupt
        outOfOrder += other.outOfOrder
        wrongPartition += other.wrongPartition
        unexpected += other.unexpected
    }
}
