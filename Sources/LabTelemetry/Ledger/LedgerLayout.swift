/// How a ledger's file is laid out, in 64-bit words: header, one record for each partition, then for each partition
/// the bitmaps of produced and of processed offsets, and that of events seen, by their place among the partition's events.
///
/// Records and bitmaps begin on multiples of 128 bytes: two cache lines, which processors fetch as a pair, so that
/// partitions that different pods work on do not slow each other down.
struct LedgerLayout: Sendable {
    /// "LEAKBOOK", little end first.
    static let magic: UInt64 = 0x4b4f_4f42_4b41_454c
    static let version: UInt64 = 2

    // The header's words.
    static let magicWord = 0
    static let versionWord = 1
    static let partitionCountWord = 2
    static let capacityWord = 3
    /// Marks that named a partition that does not exist.
    static let unknownPartitionWord = 4
    /// Consecutive events that go to one partition.
    static let runLengthWord = 5
    static let headerWords = 16
    static let headerBytes = headerWords * 8

    static let largestPartitionCount = 10_000
    static let largestCapacity = 1 << 36
    /// Of one kind in one partition; the sum over all partitions is a number.
    static let mostMarks: UInt64 = 1 << 48

    /// A word of a partition's record.
    enum Field: Int {
        case base
        case produced
        case processed
        case duplicated
        case failed
        case committed
        case outOfCapacity
        /// Highest produced offset, plus one, counted from the base.
        case highestProduced
        /// The event whose failure was counted last, plus one, counted from the base.
        case lastFailed
        /// Highest offset that a pod has read, plus one, counted from the base.
        case highestRead
        /// Highest place of an event that a pod has read, plus one.
        case highestSeen
        /// Events that were seen before, at another offset.
        case copies
        case unreadable
        case outOfOrder
        case wrongPartition
    }
    static let recordWords = 16

    enum Bitmap: Int {
        case produced
        case processed
        case seen
    }
    private static let bitmaps = 3

    /// Whether a partition may begin there: every offset that it has room for is a number then.
    static func isBase(_ offset: Int64) -> Bool { (0...Int64.max - Int64(largestCapacity)).contains(offset) }

    let partitionCount: Int
    let capacity: Int
    let bitmapWords: Int

    /// `nil` if the numbers are out of range.
    ///
    /// `capacity` is a multiple of 1,024, the bits in 128 bytes.
    init?(partitionCount: Int, capacity: Int) {
        guard (1...Self.largestPartitionCount).contains(partitionCount),
            (1...Self.largestCapacity).contains(capacity), capacity.isMultiple(of: 1_024)
        else { return nil }
        self.partitionCount = partitionCount
        self.capacity = capacity
        bitmapWords = capacity / 64
    }

    /// Of the whole file, bytes.
    var size: Int { (bitmap(.produced, in: partitionCount)) * 8 }

    func record(_ partition: Int) -> Int { Self.headerWords + partition * Self.recordWords }

    func bitmap(_ bitmap: Bitmap, in partition: Int) -> Int {
        record(partitionCount) + (Self.bitmaps * partition + bitmap.rawValue) * bitmapWords
    }
}
