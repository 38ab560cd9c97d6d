import CRdKafka

/// The messages of one poll, in the order in which librdkafka handed them out.
///
/// They are data only: what librdkafka reports through error “messages” has become a ``ConsumerEvent`` before.
/// The array is allocated once. Messages are destroyed when they are removed, with the batch at the latest; while
/// there are any, the batch keeps their client alive, because librdkafka wants messages destroyed before it.
///
/// Safety: the messages belong to exactly one value, and everything that changes them is `mutating`. Reading them is
/// reading plain memory; librdkafka allows destroying them on any thread.
package struct MessageBatch: ~Copyable, @unchecked Sendable {
    typealias Slot = UnsafeMutablePointer<rd_kafka_message_t>?

    private let slots: UnsafeMutableBufferPointer<Slot>
    private var client: ClientHandle?
    package private(set) var count = 0

    /// - Parameter capacity: the most messages that one poll returns, at least 1.
    package init(capacity: Int) {
        precondition(capacity > 0)
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: nil)
    }

    deinit {
        for slot in slots[..<count] { rd_kafka_message_destroy(slot) }
        slots.deallocate()
    }

    package var capacity: Int { slots.count }
    package var isEmpty: Bool { count == 0 }
    /// Of the values.
    var byteCount: Int { slots[..<count].reduce(0) { $0 + Int($1?.pointee.len ?? 0) } }

    /// Destroys every message.
    package mutating func removeAll() {
        for slot in slots[..<count] { rd_kafka_message_destroy(slot) }
        count = 0
        client = nil
    }

    /// Lends one message.
    ///
    /// The index must be below ``count``.
    package func withMessage<Result, Failure: Error>(
        at index: Int,
        _ body: (borrowing Message) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(message(at: index))
    }

    /// Lends one message to something that is awaited; the bytes stay where they are meanwhile.
    package func withMessage<Result, Failure: Error>(
        at index: Int,
        _ body: (borrowing Message) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await body(message(at: index))
    }

    /// Lends the messages one after the other.
    package func withEachMessage<Failure: Error>(
        _ body: (borrowing Message) throws(Failure) -> Void
    ) throws(Failure) {
        for index in 0..<count { try body(message(at: index)) }
    }

    private func message(at index: Int) -> Message {
        precondition(index >= 0 && index < count, "message \(index) of \(count)")
        return Message(recordAt: promised(slots[index], by: "rd_kafka_consume_batch_queue"))
    }
}

// MARK: - Filling

extension MessageBatch {
    /// Adds what `queue` holds already, without waiting, as far as there is room.
    mutating func drain(_ queue: OpaquePointer, of client: ClientHandle) throws(KafkaError) {
        guard count < slots.count, let free = slots.baseAddress.map({ $0 + count }) else { return }
        let received = rd_kafka_consume_batch_queue(queue, 0, free, slots.count - count)
        guard received >= 0 else { throw KafkaError(.poll, code: rd_kafka_last_error(), of: client.pointer) }
        count += received
        if count > 0 { self.client = client }
    }

    /// Waits for one message and adds it.
    mutating func wait(for queue: OpaquePointer, of client: ClientHandle, timeout: Duration) {
        guard let message = rd_kafka_consume_queue(queue, timeout.milliseconds) else { return }
        slots[count] = message
        count += 1
        self.client = client
    }

    /// Destroys the messages for which `isUnwanted` holds and closes the gaps; it is called once for each.
    mutating func removeAll(where isUnwanted: (UnsafePointer<rd_kafka_message_t>) -> Bool) {
        var kept = 0
        for slot in slots[..<count] {
            guard let message = slot else { continue }
            if isUnwanted(message) {
                rd_kafka_message_destroy(message)
            } else {
                slots[kept] = message
                kept += 1
            }
        }
        count = kept
    }
}
