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
    /// More of them say nothing more about the cost of an event.
    private static let mostPartitions = 32
    private static let productionLimit = Duration.seconds(3)
    /// From fewer events than these after the warm-up nothing is derived: the warm-up counts, too.
    private static let fewestEvents: UInt64 = 20

    private let configuration: RehearsalConfiguration

    /// The pod's telemetry and ledger paths must name files that can be made.
    package init(_ configuration: RehearsalConfiguration) {
        self.configuration = configuration
        self.configuration.workload.partitions = min(configuration.workload.partitions, Self.mostPartitions)
    }

    /// Returns when the figures are known; the pod, which a handler may hold up, then ends by itself.
    ///
    /// `makeHandler` is called once, after the pod's page was installed in the census.
    /// - Throws: ``LabError`` if the broker does not take the events, or the pod handles none within four seconds;
    ///   what the pod throws.
    package func run(
        _ makeHandler: (PodConfiguration) throws -> any EventHandler
    ) async throws -> RehearsedCost {
        let cluster = try MockCluster()
        try cluster.createTopic(named: Self.topic, partitions: configuration.workload.partitions)
        let pod = podConfiguration(cluster.bootstrapServers)
        try makeFiles(of: pod)
        let before = RehearsalMeter.cpuSeconds
        let events = try produce(cluster.bootstrapServers, ledger: pod.ledgerPath)
        let production = RehearsalMeter.cpuSeconds - before
        let course = try await consume(pod, events: events, makeHandler)
        withExtendedLifetime(cluster) {}
        return Self.cost(of: course, productionCPUSeconds: production / Double(events))
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
            capacityPerPartition: configuration.events / workload.partitions + 2 * workload.runLength
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
                properties: ClientProfile.producer(bootstrapServers: servers, overrides: []),
                zero: Int64(clamping: MonotonicClock.nanoseconds)
            )
        )
        let deadline = MonotonicClock.nanoseconds + UInt64(Self.productionLimit.inNanoseconds)
        let outcome = try generator.run(until: StopFlag { MonotonicClock.nanoseconds > deadline })
        guard outcome.undelivered == 0, outcome.sent > 0 else {
            throw LabError("rehearsal: the broker took \(outcome.sent) events and lost \(outcome.undelivered)")
        }
        return Int(outcome.sent)
    }

    private func consume(
        _ configuration: PodConfiguration,
        events: Int,
        _ makeHandler: (PodConfiguration) throws -> any EventHandler
    ) async throws -> RehearsalWatch.Course {
        let pod = try Pod(configuration)
        let handler = try makeHandler(configuration)
        let page = try TelemetryReader(openingPageAt: configuration.telemetryPath ?? "")
        let watch = RehearsalWatch(
            RehearsalWatch.Limits(
                events: UInt64(events),
                time: self.configuration.limit,
                growth: self.configuration.growthLimit.bytes
            )
        )
        let (courses, seen) = AsyncThrowingStream.makeStream(of: RehearsalWatch.Course?.self)
        watch.start(reading: page) { course in
            seen.yield(course)
            seen.finish()
        }
        // Nobody awaits it beyond its figures: a handler may never return, and the process ends anyway.
        Task {
            do {
                try await pod.run(handler, until: watch.stopFlag)
            } catch {
                seen.finish(throwing: error)
                watch.stop()
            }
        }
        defer { watch.stop() }
        for try await course in courses {
            if let course { return course }
        }
        throw LabError("rehearsal: \(configuration.handler) has handled no event")
    }

    // MARK: - Figures

    static func cost(of course: RehearsalWatch.Course, productionCPUSeconds: Double) -> RehearsedCost {
        let (start, end) = (course.start, course.end)
        // What was fetched and not handled counts, too: an over-estimate for handlers that cost far more than that.
        let handling = (end.reading.cpu - start.reading.cpu) / Double(max(1, end.events))
        let begin = end.events >= course.begin.events + Self.fewestEvents ? course.begin : start
        let events = Double(max(1, end.events - begin.events))
        let worked = end.time - begin.time - (end.reading.waited - begin.reading.waited)
        var growth: Double?
        if let before = begin.reading.resident, let after = end.reading.resident {
            growth = Double(after - before) / events
        }
        return RehearsedCost(
            events: Int(clamping: end.events),
            productionCPUSeconds: productionCPUSeconds,
            handlingCPUSeconds: handling,
            secondsPerEvent: max(worked, 1e-9) / events,
            residentBytesPerEvent: growth,
            firstEventSeconds: course.firstEvent - start.time
        )
    }
}
