import LabCore
import LabTelemetry

/// Results by key, each good for a while.
///
/// An expired result is told as well, since it is better than none while the database is down.
protocol ItemCache: Sendable {
    func find(_ key: ItemKey) -> CachedItem?

    /// Keeps a result from now on, in place of another one of that key.
    func keep(_ result: some ItemResult, for key: ItemKey)
}

/// A result and how long it is good.
///
/// Any kind of result, as the library of the incident keeps any kind of value: an object is kept by its reference, while a
/// value of this size is moved into an object that is made for it.
struct CachedItem: Sendable {
    let result: any ItemResult
    /// From then on the result is to be loaded anew.
    let expiry: IncidentClock.Instant

    /// Bytes on the heap of a result and its key, without their place in a table: the result's object with its head of
    /// 16 bytes, and the text of a key that is too long to lie in its place, with a head of 32.
    static func size(ofKey text: String) -> Int {
        let object = AllocatedBytes.chunk(of: 16 + Item.byteCount)
        let length = text.utf8.count
        return length > 15 ? object + AllocatedBytes.chunk(of: 32 + length) : object
    }
}

/// A cache's numbers on the pod's page.
struct ItemCacheMetrics: Sendable {
    private let entries: Counter
    private let cachedBytes: Counter
    /// Results that were pushed out by others.
    let evictions: Counter
    /// Expired results that a clean-up removed.
    let swept: Counter

    init(on page: TelemetryPage) {
        entries = page.gauge("entries", class: .incident)
        cachedBytes = page.gauge("cachedBytes", unit: .bytes, class: .incident)
        evictions = page.counter("evictions", class: .incident)
        swept = page.counter("swept", class: .incident)
    }

    /// Call it under the cache's lock, so that the two numbers belong together.
    func tell(entries count: Int, bytes: Int) {
        entries.store(UInt64(count))
        cachedBytes.store(UInt64(bytes))
    }
}
