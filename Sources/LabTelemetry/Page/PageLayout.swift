/// How a telemetry page is laid out, in 64-bit words: header, table of descriptors, slots.
enum PageLayout {
    /// "LEAKPAGE", little end first.
    static let magic: UInt64 = 0x4547_4150_4b41_454c
    static let version: UInt64 = 1

    // The header's words.
    static let magicWord = 0
    static let versionWord = 1
    /// Number of published descriptors; stored with release after the descriptors themselves.
    static let descriptorCountWord = 2
    /// Index of the first slot that no metric has.
    static let nextSlotWord = 3
    // Of a page that an agent writes, see ``AgentPage``.
    static let ownerWord = 4
    static let requestWord = 5
    static let answerWord = 6
    static let errorWord = 7
    static let headerWords = 16

    static let descriptorCapacity = 256
    static let slotsWord = headerWords + descriptorCapacity * DescriptorLayout.wordCount

    /// The slots that metrics share when the page is full, one set for each kind, in `MetricKind`'s order.
    static let overflowSlots = MetricKind.allCases.reduce(0) { $0 + $1.slotCount }
    static let overflowName = "other"

    /// Descriptors kept back, so that every kind's overflow can still be published.
    static let reservedDescriptors = MetricKind.allCases.count

    static let minimumSize = (slotsWord + overflowSlots) * MemoryLayout<UInt64>.stride

    static func overflowSlot(of kind: MetricKind) -> Int {
        MetricKind.allCases.prefix { $0 != kind }.reduce(0) { $0 + $1.slotCount }
    }

    static func slotCount(ofWords words: Int) -> Int { max(0, words - slotsWord) }

    static func descriptorWord(_ index: Int) -> Int { headerWords + index * DescriptorLayout.wordCount }
}
