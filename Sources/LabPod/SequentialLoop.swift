import CPlatform
import Kafka
import LabCore
import LabTelemetry

/// One event after the other on the pod's own thread: nothing is copied, allocated or locked for an event, and the
/// handler is awaited without a hop.
struct SequentialLoop {
    let books: EventBooks

    func run(_ source: inout EventSource, _ handler: any EventHandler) async throws {
        var batch = MessageBatch(capacity: EventSource.batchCapacity)
        var scopes = EventScopeTracker(outliving: books.metrics.outliving)
        let offsets = SequentialOffsets()
        source.whenRevoking { offsets.takeChanges() }
        while !cplatform_stop_requested() {
            for partition in try source.poll(into: &batch) { offsets.forget(partition) }
            var now = WallClock.microseconds()
            var index = 0
            while index < batch.count, !cplatform_stop_requested() {
                await batch.withMessage(at: index) { message in
                    let event = Event(
                        partition: message.partition, offset: message.offset, key: message.rawKey,
                        value: message.rawValue
                    )
                    let envelope = event.withPayload(EventEnvelope.init(readingFrom:))
                    books.began(envelope, at: now)
                    var hasFailed = false
                    do {
                        try await scopes.run { try await handler.handle(event) }
                    } catch {
                        hasFailed = true
                    }
                    now = WallClock.microseconds()
                    books.ended(
                        envelope, partition: message.partition, offset: message.offset, failed: hasFailed, at: now
                    )
                    offsets.finish(message.partition, message.offset)
                }
                index += 1
            }
            if source.isCommitDue { try source.commit(offsets.takeChanges()) }
        }
        try source.commitFinally(offsets.takeChanges())
    }
}
