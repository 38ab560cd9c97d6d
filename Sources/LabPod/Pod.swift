import Foundation
import Kafka
package import LabCore
package import LabTelemetry

/// One consumer process: takes events from Kafka, hands them to the handler under test, and keeps the books.
///
/// consume → handler → ledger mark → offset stored → commit on an interval. SIGTERM ends it gracefully: the events
/// that are being handled finish, offsets are committed, the group is left.
package struct Pod: Sendable {
    private let configuration: PodConfiguration
    let page: TelemetryPage
    let books: EventBooks

    /// Maps the pod's files and makes the census count on its page; so a handler must be made after this.
    /// - Throws: ``LabError`` if a file cannot be mapped.
    package init(_ configuration: PodConfiguration) throws {
        self.configuration = configuration
        page = try configuration.telemetryPath.map(TelemetryPage.open(at:)) ?? .anonymous()
        let ledger = try configuration.ledgerPath.map(Ledger.open(at:))
        books = EventBooks(
            metrics: PodMetrics(page: page),
            ledger: ledger,
            numbersAreInHeader: configuration.numbersAreInHeader,
            isOneThread: configuration.concurrency == 1
        )
        Census.install(page)
    }

    /// Consumes until the flag is raised, by SIGTERM and SIGINT if none is given.
    ///
    /// A handler that does not return keeps the pod from ending; only a SIGKILL helps then.
    /// - Throws: ``KafkaError`` if the client cannot go on. ``LabError`` if offsets cannot be had, or if the policy is
    ///   ``HandlerErrorPolicy/stop`` and the handler threw: what was finished before is committed then, and the
    ///   group is left.
    package func run(_ handler: any EventHandler, until stop: StopFlag? = nil) async throws {
        let stop = try stop ?? .signals()
        let heap = HeapReader(interval: .seconds(configuration.heapInterval), metrics: books.metrics)
        heap.start()
        let profiler = HeapProfiler(configuration, metrics: books.metrics)
        profiler?.start()
        let executor = PodExecutor(name: "pod-loop")
        defer {
            heap.stop()
            executor.stop()
        }
        let failure = try await withTaskExecutorPreference(executor) {
            try await consume(handler, until: stop)
        }
        profiler?.finish()
        await handler.shutDown()
        heap.readOnce()
        if let failure { throw failure.described(in: configuration.topic) }
    }

    /// - Returns: the event that ended the pod, if one did.
    private func consume(
        _ handler: any EventHandler,
        until stop: StopFlag
    ) async throws -> HandlerFailure? {
        var source = try EventSource(configuration, books: books)
        try source.start()
        let end = try await loop(&source, handler, until: stop)
        do {
            try source.commitFinally(end.finished)
            try source.close()
        } catch  where end.failure != nil {
            // The handler's error is the reason that has to be told.
            ProcessLog.write("\(error)")
        }
        return end.failure
    }

    private func loop(
        _ source: inout EventSource,
        _ handler: any EventHandler,
        until stop: StopFlag
    ) async throws -> LoopEnd {
        let errors = HandlerErrors(policy: configuration.errors, stop: stop, retries: books.metrics.retries)
        if configuration.concurrency == 1 {
            return try await SequentialLoop(books: books, errors: errors, stop: stop).run(&source, handler)
        }
        let concurrency = configuration.concurrency
        return try await ConcurrentLoop(books: books, errors: errors, concurrency: concurrency, stop: stop)
            .run(&source, handler)
    }
}
