package import LabCore
package import LabLoad
import LabTelemetry

/// A production without a run: makes the topic if it is missing, and produces until done or interrupted.
package struct StandaloneProduction: Sendable {
    package struct Summary: Sendable {
        package let sent: UInt64
        package let undelivered: Int
        package let seconds: Double

        /// Such as `sent 1,000,000 events in 0.8 s, 1.25M/s (4.5G/h)`.
        package var text: String {
            let rate = EventRate(perSecond: seconds > 0 ? Double(sent) / seconds : 0)
            return "sent \(grouped(sent)) events in \(decimal(seconds, places: 2)) s, "
                + "\(abbreviated(rate.perSecond))/s (\(abbreviated(rate.perHour))/h)"
        }
    }

    /// The length of a load without an end: ten years.
    package static let untilInterrupted = Duration.seconds(315_360_000)

    private let servers: String
    private let properties: [LabelledValue]
    private let topic: String
    private let workload: Workload
    private let pace: ProducerConfiguration.Pace
    private let seed: UInt64
    private let allowsRemote: Bool
    private let limits: LoadLimits

    package init(
        servers: String,
        properties: [LabelledValue],
        topic: String,
        workload: Workload,
        pace: ProducerConfiguration.Pace,
        seed: UInt64,
        allowsRemote: Bool,
        limits: LoadLimits
    ) {
        self.servers = servers
        self.properties = properties
        self.topic = topic
        self.workload = workload
        self.pace = pace
        self.seed = seed
        self.allowsRemote = allowsRemote
        self.limits = limits
    }

    /// Blocks the calling thread.
    /// - Throws: ``LabError`` with exit status 6 if the broker cannot be reached within ten seconds, and for usage if the load is
    ///   more than it may get.
    package func run() throws -> Summary {
        let isElsewhere = !BrokerAddress.areLoopback(servers)
        if let refusal = limits.refusal(of: pace.load, elsewhere: isElsewhere) { throw refusal }
        let topics = ExternalTopics(
            servers: servers,
            properties: properties,
            allowsRemote: allowsRemote,
            excess: limits.refusal(of: pace.load, elsewhere: true)
        )
        let partitions = try topics.ensure(topic, partitions: workload.partitions)
        var workload = workload
        workload.partitions = partitions
        var generator = try LoadGenerator(
            ProducerConfiguration(
                targets: [.init(topic: topic, ledgerPath: nil)],
                workload: workload,
                pace: pace,
                seed: seed,
                properties: ClientProfile.producer(
                    bootstrapServers: servers,
                    compression: workload.compression,
                    overrides: properties
                ),
                zero: Int64(clamping: MonotonicClock.nanoseconds)
            )
        )
        let started = ContinuousClock.now
        let outcome = try generator.run()
        return Summary(
            sent: outcome.sent,
            undelivered: outcome.undelivered,
            seconds: (ContinuousClock.now - started).inSeconds
        )
    }
}

extension ProducerConfiguration.Pace {
    /// To one topic.
    fileprivate var load: PlannedLoad {
        switch self {
        case .flatOut(let events): PlannedLoad(peak: nil, events: events)
        case .schedule(let profile):
            PlannedLoad(
                peak: profile.peak,
                events: profile.duration < StandaloneProduction.untilInterrupted ? profile.totalEvents : nil
            )
        }
    }
}
