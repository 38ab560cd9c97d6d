import Foundation
import Kafka
package import LabCore
import LabLoad
package import LabPod
import LabTelemetry

/// Measures in this process what events of a workload cost with one handler: broker, producer and pod are the real
/// ones, on sockets of the loopback interface.
///
/// First all events are written, then the pod empties the backlog: so each half has its own figure, and the rate is what
/// the pod can do, not what it was given.
package struct RehearsalMeasurement: Sendable {
    private static let topic = "rehearsal"
    private static let productionLimit = Duration.seconds(3)
    /// For a pod to end in, once all is known, before its broker goes.
    private static let longestEnd = 0.5

    private let configuration: RehearsalConfiguration

    /// The pod's telemetry and ledger paths must name files that can be made.
    package init(_ configuration: RehearsalConfiguration) {
        self.configuration = configuration
    }

    /// Returns when the figures are known and the pod has ended, but does not wait for a handler that holds it up.
    ///
    /// `makeHandler` is called once, after the pod's page was installed in the census; `heapBytes` returns the size of
    /// the live heap, on any thread, and `nil` where nothing does; `whenKnown` is given the figures before broker and
    /// clients are taken down, which can take a second.
    /// - Throws: ``LabError`` if the broker does not take the events, or the pod handles none within four seconds;
    ///   what the pod throws.
    package func run(
        heapBytes: @escaping @Sendable () -> Double?,
        makeHandler: (PodConfiguration) async throws -> any EventHandler,
        whenKnown: (RehearsedCost) throws -> Void = { _ in }
    ) async throws -> RehearsedCost {
        let cluster = try MockCluster()
        try cluster.createTopic(named: Self.topic, partitions: configuration.workload.partitions)
        let pod = podConfiguration(cluster.bootstrapServers)
        try makeFiles(of: pod)
        let before = RehearsalMeter.cpuSeconds
        let events = try produce(cluster.bootstrapServers, ledger: pod.ledgerPath)
        let production = RehearsalMeter.cpuSeconds - before
        let watch = RehearsalWatch(
            RehearsalWatch.Limits(
                events: events,
                time: configuration.limit,
                growth: configuration.growthLimit.bytes
            ),
            heapBytes: heapBytes
        )
        let course = try await consume(pod, watch, makeHandler)
        let cost = course.cost(fetched: events, productionCPUSeconds: production / Double(events))
        try withExtendedLifetime(cluster) { try whenKnown(cost) }
        return cost
    }

    private func podConfiguration(_ servers: String) -> PodConfiguration {
        var pod = configuration.pod
        pod.topic = Self.topic
        pod.assignment = .fixed(partitions: (0..<Int32(configuration.workload.partitions)).map { $0 })
        let record = ByteCount(Int64(configuration.workload.payload.mean.rounded(.up)) + 1_000)
        pod.properties = ClientProfile.consumer(
            bootstrapServers: servers,
            group: Self.topic,
            // Everything: a full queue can stop fetching for a whole second.
            prefetch: .bounded(
                messages: configuration.events,
                bytes: ByteCount(Int64(configuration.events) * record.bytes)
            ),
            offsetReset: "error",
            overrides: []
        )
        return pod
    }

    private func makeFiles(of pod: PodConfiguration) throws {
        guard let page = pod.telemetryPath, let ledger = pod.ledgerPath else {
            throw LabError("rehearsal: the pod has no telemetry page or no ledger")
        }
        _ = try TelemetryPage.create(at: page)
        let workload = configuration.workload
        _ = try Ledger.create(
            at: ledger,
            bases: Array(repeating: 0, count: workload.partitions),
            capacityPerPartition: workload.content?.key.decidesPartition == true
                ? configuration.events
                : min(
                    configuration.events,
                    configuration.events / workload.partitions + 2 * workload.runLength
                )
        )
    }

    // MARK: - The two halves

    /// Blocks the calling thread, in a process that has nothing else to do.
    /// - Returns: how many events the broker has.
    private func produce(_ servers: String, ledger: String?) throws -> Int {
        var generator = try LoadGenerator(
            ProducerConfiguration(
                targets: [ProducerConfiguration.Target(topic: Self.topic, ledgerPath: ledger)],
                workload: configuration.workload,
                pace: .flatOut(events: UInt64(configuration.events)),
                seed: configuration.pod.seed,
                properties: ClientProfile.producer(
                    bootstrapServers: servers,
                    compression: configuration.workload.compression,
                    overrides: []
                ),
                zero: Int64(clamping: MonotonicClock.nanoseconds)
            )
        )
        let deadline = MonotonicClock.nanoseconds + UInt64(Self.productionLimit.inNanoseconds)
        let outcome = try generator.run(until: StopFlag { MonotonicClock.nanoseconds > deadline })
        guard outcome.undelivered == 0, outcome.sent > 0 else {
            throw LabError(
                "rehearsal: the broker took \(outcome.sent) events and lost \(outcome.undelivered)"
            )
        }
        return Int(outcome.sent)
    }

    private func consume(
        _ configuration: PodConfiguration,
        _ watch: RehearsalWatch,
        _ makeHandler: (PodConfiguration) async throws -> any EventHandler
    ) async throws -> RehearsalCourse {
        let pod = try Pod(configuration)
        let handler = GatedHandler(handler: try await makeHandler(configuration), gate: watch.gate)
        let page = try TelemetryReader(openingPageAt: configuration.telemetryPath ?? "")
        let (courses, seen) = AsyncThrowingStream.makeStream(of: RehearsalCourse?.self)
        watch.start(reading: page) { course in
            seen.yield(course)
            Thread.sleep(forTimeInterval: Self.longestEnd)
            seen.finish()
        }
        // Awaited by way of the stream, but not for ever: a handler may never return, and the process ends anyway.
        Task {
            do {
                try await pod.run(handler, until: watch.stopFlag)
                seen.finish()
            } catch {
                seen.finish(throwing: error)
            }
        }
        defer { watch.stop() }
        var seenCourse: RehearsalCourse?
        for try await case let course? in courses { seenCourse = course }
        guard let seenCourse else {
            throw LabError("rehearsal: no event came to \(configuration.handler)")
        }
        return seenCourse
    }
}
