/// One Kafka record on its way through a handler.
///
/// The bytes belong to the consumer and are gone when the handler returns, so an event cannot be kept: copy what
/// outlives the call.
@safe
package struct Event: ~Copyable {
    package let partition: Int32
    package let offset: Int64
    private let keyBytes: UnsafeRawBufferPointer
    private let valueBytes: UnsafeRawBufferPointer

    /// `key` is empty for none, `value` for a tombstone; both must stay valid as long as the event lives.
    @unsafe
    package init(partition: Int32, offset: Int64, key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)
    {
        self.partition = partition
        self.offset = offset
        unsafe self.keyBytes = key
        unsafe self.valueBytes = value
    }

    /// The same event again, for another type that lends it on; valid as long as `event`.
    @unsafe
    package init(lending event: borrowing Event) {
        partition = event.partition
        offset = event.offset
        unsafe keyBytes = event.keyBytes
        unsafe valueBytes = event.valueBytes
    }

    package var payloadSize: Int { unsafe valueBytes.count }

    /// Lends the payload's bytes without copying them.
    package func withPayload<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(valueBytes.bytes)
    }

    /// Lends the key's bytes without copying them; empty if the record has no key.
    package func withKey<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(keyBytes.bytes)
    }
}

/// What a variant does with one event: the code under test.
///
/// With a concurrency of 1 the calls come one after another from the pod's own thread; otherwise they overlap on the
/// global pool.
package protocol EventHandler: Sendable {
    /// Handles one event.
    ///
    /// What becomes of an event whose handling throws is the pod's ``HandlerErrorPolicy``.
    func handle(_ event: borrowing Event) async throws

    /// Whether it wants no more events for now.
    ///
    /// Asked on the polling thread before each poll, so it has to answer at once. While it is true the pod's partitions are
    /// paused and polling goes on, which keeps the pod in its group; what the last poll brought is still handed over.
    var isSaturated: Bool { get }

    /// Ends what the handler keeps for all events, after the last one was handled.
    func shutDown() async
}

extension EventHandler {
    package var isSaturated: Bool { false }
    package func shutDown() async {}
}
