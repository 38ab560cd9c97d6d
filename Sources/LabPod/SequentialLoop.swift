import Kafka
import LabCore
import LabTelemetry

/// One event after the other on the pod's own thread: nothing is copied, allocated or locked for an event, and the
/// handler is awaited without a hop.
///
/// The way to the handler is kept to two asynchronous layers, the binding of the scope and the handler itself: each
/// further one costs some 50 ns for every event, as the runtime looks up the executor after each `await`. For the same
/// reason the loop is `@concurrent` (which here means the pod's executor, by preference) and not `nonsending`.
struct SequentialLoop {
    let books: EventBooks
    let stop: StopFlag

    @concurrent
    func run(_ source: inout EventSource, _ handler: any EventHandler) async throws {
        var batch = MessageBatch(capacity: EventSource.batchCapacity)
        var scopes = EventScopeTracker(outliving: books.metrics.outliving)
        let offsets = SequentialOffsets()
        source.whenRevoking { offsets.takeChanges() }
        while !stop.isRaised {
            for partition in try source.poll(into: &batch) { offsets.forget(partition) }
            var now = WallClock.microseconds()
            var index = 0
            while index < batch.count, !stop.isRaised {
                let message = batch.withMessage(at: index) { LentMessage($0) }
                let event = message.event
                let envelope = event.withPayload(EventEnvelope.init(readingFrom:))
                books.began(envelope, at: now)
                var hasFailed = false
                do {
                    try await EventScope.$current.withValue(scopes.scope) { try await handler.handle(event) }
                } catch {
                    hasFailed = true
                }
                scopes.settle()
                now = WallClock.microseconds()
                books.ended(
                    envelope,
                    partition: message.partition,
                    offset: message.offset,
                    failed: hasFailed,
                    at: now
                )
                offsets.finish(message.partition, message.offset)
                index += 1
            }
            if source.isCommitDue { try source.commit(offsets.takeChanges()) }
        }
        try source.commitFinally(offsets.takeChanges())
    }
}

/// Where a message of the present batch lies; valid until the next poll.
private struct LentMessage {
    let partition: Int32
    let offset: Int64
    let key: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer

    init(_ message: borrowing Message) {
        partition = message.partition
        offset = message.offset
        key = message.rawKey
        value = message.rawValue
    }

    var event: Event { Event(partition: partition, offset: offset, key: key, value: value) }
}
