package import LabCore
package import LabScenario

/// What a run would make, send and delete, known without a word to any broker.
package struct RunOutlook: Codable, Hashable, Sendable {
    package struct Topic: Codable, Hashable, Sendable {
        package var name: String
        package var partitions: Int
        /// `nil` for the broker's default.
        package var replication: Int?
        package var config: [LabelledValue]
    }

    package var scenario: String
    /// `nil` for an embedded broker.
    package var bootstrapServers: String?
    /// Some of the brokers that are named are not on this machine; what they advertise is not known.
    package var isElsewhere: Bool
    package var topics: [Topic]
    /// With `RUN` for the run's id.
    package var groups: [String]
    /// To each topic.
    package var eventsPerTopic: UInt64
    /// To all topics together at most, from the first run to the last.
    package var events: UInt64
    /// Events per second of wall time, of all topics that are written to at the same time.
    package var peakPerSecond: Double
    /// Of all values, before compression.
    package var bytes: Int64
    /// `nil` for no limit.
    package var mostPerSecond: Double?
    package var mostEvents: UInt64?
    /// Topics that are there may be used; they are not deleted then.
    package var reusesTopics: Bool
    /// No topic is deleted.
    package var keepsTopics: Bool

    /// Why the load is too much; `nil` if it is not.
    package func refusal(within limits: LoadLimits) -> LabError? {
        guard bootstrapServers != nil else { return nil }
        let load = PlannedLoad(peak: EventRate(perSecond: peakPerSecond), events: events)
        return limits.refusal(of: load, elsewhere: isElsewhere)
    }

    /// - Parameter request: of the first repetition, where there are several.
    /// - Throws: ``LabError`` for what no broker of that kind can run.
    package init(of request: RunRequest) throws {
        let turns = request.repetition.map(Self.turns) ?? [nil]
        let plans = try turns.map { turn in
            var request = request
            request.repetition = turn
            return try RunPlan("RUN", for: request)
        }
        let plan = plans[0]
        if let refusal = plan.refusal(on: request.bootstrapServers) { throw refusal }
        let settings = plan.scenario.workload.topicSettings
        let load = plan.load.times(turns.count)
        scenario = plan.scenario.name
        bootstrapServers = request.bootstrapServers
        isElsewhere = request.bootstrapServers.map { !BrokerAddress.areLoopback($0) } ?? false
        var seen: Set<String> = []
        topics = plans.flatMap(\.variants).filter { seen.insert($0.topic).inserted }.map { variant in
            Topic(
                name: variant.topic,
                partitions: plan.scenario.workload.partitions,
                replication: settings.replication,
                config: settings.config
            )
        }
        groups = plan.variants.filter(\.hasGroup).map(\.group)
        eventsPerTopic = plan.profile.totalEvents
        events = load.events ?? .max
        peakPerSecond = load.peak?.perSecond ?? 0
        bytes = Int64(clamping: UInt64(clamping: plan.meanPayload.bytes).multipliedFullWidth(by: events))
        let limits =
            request.bootstrapServers == nil
            ? LoadLimits() : request.limits.effective(elsewhere: isElsewhere)
        mostPerSecond = limits.rate?.perSecond
        mostEvents = limits.events
        reusesTopics = request.reusesTopics
        keepsTopics = request.keepsTopics
    }

    /// Every run that the series can come to.
    private static func turns(_ first: RunRepetition) -> [RunRepetition?] {
        (1...max(1, first.count)).flatMap { number in
            (0...1).map {
                RunRepetition(series: first.series, number: number, count: first.count, failures: $0)
            }
        }
    }
}

extension Int64 {
    fileprivate init(clamping product: (high: UInt64, low: UInt64)) {
        self = product.high > 0 ? .max : Int64(clamping: product.low)
    }
}

extension VariantPlan {
    /// Whether brokers hold a group of it: pods with fixed partitions have their offsets in the ledger.
    var hasGroup: Bool { variant.command != nil || variant.pods.assignment == .group }
}

/// What a scenario asks of brokers that are not the lab's own, for who does not run it yet.
package struct BrokerRequirements {
    private let plan: RunPlan

    package init(of scenario: Scenario) { plan = RunPlan(id: "", scenario: scenario, onExternalBroker: true) }

    /// - Returns: why one run of it would not begin on these brokers; `nil` if it would, as far as that is known.
    package func refusal(on servers: String, within limits: LoadLimits) -> LabError? {
        plan.refusal(on: servers)
            ?? limits.refusal(of: plan.load, elsewhere: !BrokerAddress.areLoopback(servers))
    }
}
