import LabCore

/// One Kafka record on its way through a handler.
///
/// The bytes belong to the consumer and are gone when the handler returns. The compiler sees to it that an event is not
/// kept: copy what outlives the call, such as ``keyText`` or ``payloadBytes``.
///
/// Events of the lab's producer have the key `p-NUMBER`, drawn as the scenario's `workload.keys` says, and a JSON object as
/// payload, filled up to the size that `workload.payload` says:
///
/// ```json
/// {"seq":42,"at":1700000000000000,"player":"p-12","feature":"inventory","index":"features-inventory-3","items":"…"}
/// ```
///
/// Safety: nobody writes to the bytes while an event lives, and an event is only ever borrowed for a call that is awaited,
/// so whichever thread the call runs on reads what is there.
public struct Event: ~Copyable, @unchecked Sendable {
    private let record: LabCore.Event

    /// Lends `record` on: its owner waits for the call that the event is made for.
    init(_ record: borrowing LabCore.Event) {
        self.record = unsafe LabCore.Event(lending: record)
    }

    /// Of the topic, from 0.
    public var partition: Int { Int(record.partition) }

    /// Within the partition, from 0.
    public var offset: Int { Int(record.offset) }

    /// The payload's size in bytes; 0 for a tombstone.
    public var payloadSize: Int { record.payloadSize }

    /// The number that the lab's producer gave the event, counted from 0 over all partitions; `nil` for events of anybody
    /// else's.
    ///
    /// An event that is handed over again after a kill has the number that it had.
    public var sequence: UInt64? { record.withPayload { EventEnvelope(readingFrom: $0) }?.sequence }

    /// Lends the payload's bytes without copying them; none for a tombstone.
    ///
    /// - Parameter body: must not keep the span, which the compiler checks.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public func withPayload<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try record.withPayload(body)
    }

    /// Lends the key's bytes without copying them; none if the record has no key.
    ///
    /// - Parameter body: must not keep the span, which the compiler checks.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public func withKey<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try record.withKey(body)
    }

    /// A copy of the payload; empty for a tombstone.
    public var payloadBytes: [UInt8] { record.withPayload(Self.bytes(of:)) }

    /// A copy of the key; empty if the record has none.
    public var keyBytes: [UInt8] { record.withKey(Self.bytes(of:)) }

    /// The key as text, what is no UTF-8 replaced; empty if the record has none.
    public var keyText: String { String(decoding: keyBytes, as: UTF8.self) }

    private static func bytes(of span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
}

extension EventHandler {
    /// Hands the handler an event that is made of these texts, for unit tests of it.
    ///
    /// - Parameters:
    ///   - key: as UTF-8; empty for an event without a key.
    ///   - payload: as UTF-8; empty for a tombstone.
    ///   - partition: from 0.
    ///   - offset: from 0.
    /// - Throws: what the handler throws.
    public func handle(key: String, payload: String, partition: Int = 0, offset: Int = 0) async throws {
        let (keyBytes, payloadBytes) = (Array(key.utf8), Array(payload.utf8))
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: keyBytes.count + payloadBytes.count,
            alignment: 1
        )
        defer { unsafe memory.deallocate() }
        unsafe memory.copyBytes(from: keyBytes + payloadBytes)
        let bytes = UnsafeRawBufferPointer(memory)
        let record = unsafe LabCore.Event(
            partition: Int32(clamping: partition),
            offset: Int64(offset),
            key: UnsafeRawBufferPointer(rebasing: bytes[..<keyBytes.count]),
            value: UnsafeRawBufferPointer(rebasing: bytes[keyBytes.count...])
        )
        try await handle(Event(record))
    }
}
