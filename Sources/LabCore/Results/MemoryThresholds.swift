/// The growth of memory that is no leak.
///
/// docs/verdict.md gives the reasons for the standards.
package struct MemoryThresholds: Hashable, Sendable, Codable {
    /// What an event may keep, bytes; above 0.
    package var bytesPerEvent: Double
    /// What a life may keep once, bytes: lazily filled tables, the allocator settling.
    ///
    /// It is spread over the events of the life.
    package var oneOffBytes: Int64

    /// Live objects of one size that an event may keep; above 0.
    ///
    /// `nil` in recordings of earlier releases.
    package var objectsPerEvent: Double?

    package init(
        bytesPerEvent: Double,
        oneOffBytes: Int64,
        objectsPerEvent: Double? = standardObjectsPerEvent
    ) {
        self.bytesPerEvent = bytesPerEvent
        self.oneOffBytes = oneOffBytes
        self.objectsPerEvent = objectsPerEvent
    }

    /// One object per 2,000 events: a quarter of what one object in 500 events keeps, which a minute at 2,000 events/s shows.
    package static let standardObjectsPerEvent = 0.0005

    /// 0.92 MiB per minute at 7.23 million events an hour; the largest single step in the models that the verdict was
    /// tested with.
    package static let standard = MemoryThresholds(bytesPerEvent: 8, oneOffBytes: 4 << 20)
}
