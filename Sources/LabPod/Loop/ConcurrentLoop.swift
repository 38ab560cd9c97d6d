import Kafka
import LabCore
import LabTelemetry
import Synchronization

/// Up to `concurrency` events at once on the global pool; the polling thread runs no handler.
///
/// Each event is copied once, and only what lies before a partition's first unfinished event is committed.
///
/// Polling goes on while a place is free. With all of them taken by handlers that hang, it ends, and after
/// `max.poll.interval.ms` a group takes the pod's partitions away, as it does from a sequential pod whose one handler
/// hangs: heartbeats come from librdkafka's own thread and tell nothing. A pod that goes on after that is told at its
/// next poll, commits nothing for what it lost, and joins anew. A handler that tells in time that it is saturated
/// has the partitions paused instead, and polling goes on.
struct ConcurrentLoop {
    let books: EventBooks
    let errors: HandlerErrors
    let concurrency: Int
    let stop: StopFlag

    func run(_ source: inout EventSource, _ handler: any EventHandler) async throws -> LoopEnd {
        let flight = Flight(capacity: concurrency)
        source.whenRevoking {
            flight.waitUntilEmpty()
            return flight.takeChanges()
        }
        var batch = MessageBatch(capacity: min(EventSource.batchCapacity, max(1, concurrency)))
        try await withThrowingDiscardingTaskGroup { group in
            while !stop.isRaised, flight.failure == nil {
                try source.pause(while: handler.isSaturated)
                for partition in try source.poll(into: &batch) { flight.forget(partition) }
                for index in 0..<batch.count where !stop.isRaised {
                    if source.isCommitDue { try source.commit(flight.takeChanges()) }
                    guard await flight.enter() else { break }
                    let (copy, envelope) = batch.withMessage(at: index) { message in
                        (CopiedEvent(message), books.envelope(of: message))
                    }
                    books.read(envelope, partition: copy.partition, offset: copy.offset)
                    flight.begin(copy.partition, copy.offset)
                    group.addTask(executorPreference: globalConcurrentExecutor) { [books, errors] in
                        await Self.handle(copy, envelope, handler, books, errors, flight)
                    }
                }
                if source.isCommitDue { try source.commit(flight.takeChanges()) }
            }
        }
        return LoopEnd(finished: flight.takeChanges(), failure: flight.failure)
    }

    private static func handle(
        _ copy: CopiedEvent,
        _ envelope: EventEnvelope?,
        _ handler: any EventHandler,
        _ books: EventBooks,
        _ errors: HandlerErrors,
        _ flight: Flight
    ) async {
        books.metrics.inFlight.add()
        defer { books.metrics.inFlight.subtract() }
        let (partition, offset) = (copy.partition, copy.offset)
        books.began(envelope, at: WallClock.microseconds())
        let outcome = await outcome(of: copy, handler, errors, outliving: books.metrics.outliving)
        switch outcome {
        case .handled, .failed:
            books.ended(
                envelope,
                partition: partition,
                offset: offset,
                failed: outcome.isFailed,
                at: WallClock.microseconds()
            )
            flight.leave(partition, offset)
        case .fatal(let error):
            flight.fail(HandlerFailure(partition: partition, offset: offset, error: error))
            books.refused(partition: partition, offset: offset)
        case .unfinished:
            flight.abandon()
        }
    }

    /// All attempts at an event are made in its one scope.
    private static func outcome(
        of copy: CopiedEvent,
        _ handler: any EventHandler,
        _ errors: HandlerErrors,
        outliving: Counter
    ) async -> HandlerErrors.Outcome {
        var scopes = EventScopeTracker(outliving: outliving)
        var outcome = HandlerErrors.Outcome.handled
        await scopes.run {
            let event = copy.event
            do {
                try await handler.handle(event)
            } catch {
                if let verdict = errors.verdict(on: error) {
                    outcome = verdict
                } else {
                    outcome = await errors.retry(event, handler)
                }
            }
        }
        return outcome
    }
}
