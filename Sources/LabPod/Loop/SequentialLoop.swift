import Kafka
import LabCore
import LabTelemetry

/// One event after the other on the pod's own thread: nothing is copied, allocated or locked for an event, and the
/// handler is awaited without a hop.
///
/// The way to the handler is kept to two asynchronous layers, the binding of the scope and the handler itself: each
/// further one costs some 50 ns for every event, as the runtime looks up the executor after each `await`. For the same
/// reason the loop is `@concurrent` (which here means the pod's executor, by preference) and not `nonsending`.
///
/// A handler that hangs ends the polling as well: see ``ConcurrentLoop`` for what a group makes of it.
struct SequentialLoop {
    let books: EventBooks
    let errors: HandlerErrors
    let stop: StopFlag

    @concurrent
    func run(_ source: inout EventSource, _ handler: any EventHandler) async throws -> LoopEnd {
        defer { books.metrics.inFlight.store(0) }
        var batch = MessageBatch(capacity: EventSource.batchCapacity)
        var scopes = EventScopeTracker(outliving: books.metrics.outliving)
        let offsets = SequentialOffsets()
        source.whenRevoking { offsets.takeChanges() }
        while !stop.isRaised {
            books.metrics.inFlight.store(0)
            try source.pause(while: handler.isSaturated)
            for partition in try source.poll(into: &batch) { offsets.forget(partition) }
            if !batch.isEmpty { books.metrics.inFlight.store(1) }
            var now = WallClock.microseconds()
            var index = 0
            while index < batch.count, !stop.isRaised {
                let message = batch.withMessage(at: index) { LentMessage($0, books.envelope(of: $0)) }
                let event = message.event
                let envelope = message.envelope
                books.read(envelope, partition: message.partition, offset: message.offset)
                books.began(envelope, at: now)
                var outcome = HandlerErrors.Outcome.handled
                do {
                    try await EventScope.$current.withValue(scopes.scope) { try await handler.handle(event) }
                } catch {
                    if let verdict = errors.verdict(on: error) {
                        outcome = verdict
                    } else {
                        outcome = await EventScope.$current.withValue(scopes.scope) {
                            await errors.retry(event, handler)
                        }
                    }
                }
                scopes.settle()
                guard outcome.isFinal else {
                    return end(outcome, at: message, finished: offsets.takeChanges())
                }
                now = WallClock.microseconds()
                books.ended(
                    envelope,
                    partition: message.partition,
                    offset: message.offset,
                    failed: outcome.isFailed,
                    at: now
                )
                offsets.finish(message.partition, message.offset)
                index += 1
            }
            if source.isCommitDue { try source.commit(offsets.takeChanges()) }
        }
        return LoopEnd(finished: offsets.takeChanges(), failure: nil)
    }

    /// The loop ends at an event that stays unfinished.
    private func end(
        _ outcome: HandlerErrors.Outcome,
        at message: LentMessage,
        finished: [CommittableOffset]
    ) -> LoopEnd {
        guard case .fatal(let error) = outcome else { return LoopEnd(finished: finished, failure: nil) }
        let (partition, offset) = (message.partition, message.offset)
        books.refused(partition: partition, offset: offset)
        let failure = HandlerFailure(partition: partition, offset: offset, error: error)
        return LoopEnd(finished: finished, failure: failure)
    }
}

/// Where a message of the present batch lies; valid until the next poll.
private struct LentMessage {
    let partition: Int32
    let offset: Int64
    let key: UnsafeRawBufferPointer
    let value: UnsafeRawBufferPointer
    let envelope: EventEnvelope?

    init(_ message: borrowing Message, _ envelope: EventEnvelope?) {
        partition = message.partition
        offset = message.offset
        key = message.rawKey
        value = message.rawValue
        self.envelope = envelope
    }

    var event: Event { Event(partition: partition, offset: offset, key: key, value: value) }
}
