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

    package init(bytesPerEvent: Double, oneOffBytes: Int64) {
        self.bytesPerEvent = bytesPerEvent
        self.oneOffBytes = oneOffBytes
    }

    /// 0.92 MiB per minute at 7.23 million events an hour; the largest single step in the models that the verdict was
    /// tested with.
    package static let standard = MemoryThresholds(bytesPerEvent: 8, oneOffBytes: 4 << 20)
}
