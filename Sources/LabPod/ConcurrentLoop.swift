import Kafka
import LabCore
import LabTelemetry
import Synchronization

/// Up to `concurrency` events at once on the global pool; the polling thread runs no handler.
///
/// Each event is copied once, and only what lies before a partition's first unfinished event is committed.
struct ConcurrentLoop {
    let books: EventBooks
    let concurrency: Int
    let stop: StopFlag

    func run(_ source: inout EventSource, _ handler: any EventHandler) async throws {
        let flight = Flight(capacity: concurrency)
        source.whenRevoking {
            flight.waitUntilEmpty()
            return flight.takeChanges()
        }
        var batch = MessageBatch(capacity: min(EventSource.batchCapacity, max(1, concurrency)))
        try await withThrowingDiscardingTaskGroup { group in
            while !stop.isRaised {
                for partition in try source.poll(into: &batch) { flight.forget(partition) }
                for index in 0..<batch.count where !stop.isRaised {
                    if source.isCommitDue { try source.commit(flight.takeChanges()) }
                    await flight.enter()
                    let copy = batch.withMessage(at: index) { CopiedEvent($0) }
                    flight.begin(copy.partition, copy.offset)
                    group.addTask(executorPreference: globalConcurrentExecutor) { [books] in
                        await Self.handle(copy, handler, books)
                        flight.leave(copy.partition, copy.offset)
                    }
                }
                if source.isCommitDue { try source.commit(flight.takeChanges()) }
            }
        }
        try source.commitFinally(flight.takeChanges())
    }

    private static func handle(_ copy: CopiedEvent, _ handler: any EventHandler, _ books: EventBooks) async {
        var scopes = EventScopeTracker(outliving: books.metrics.outliving)
        books.metrics.inFlight.add()
        defer { books.metrics.inFlight.subtract() }
        let event = copy.event
        let envelope = event.withPayload(EventEnvelope.init(readingFrom:))
        books.began(envelope, at: WallClock.microseconds())
        var hasFailed = false
        do {
            try await scopes.run { try await handler.handle(event) }
        } catch {
            hasFailed = true
        }
        books.ended(
            envelope,
            partition: copy.partition,
            offset: copy.offset,
            failed: hasFailed,
            at: WallClock.microseconds()
        )
    }
}
