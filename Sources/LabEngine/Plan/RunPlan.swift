import LabAnalysis
import LabCluster
import LabCore
import LabIncidents
import LabScenario

/// What a run will do, decided before anything starts.
struct RunPlan: Sendable {
    let id: String
    let scenario: Scenario
    let variants: [VariantPlan]
    /// Variants that run side by side; one stage after another.
    let stages: [[VariantPlan]]
    let profile: LoadProfile
    /// When the verdicts are looked at while the load goes on; `nil` for a load whose length is given.
    let looks: LookPlan?

    /// Decides names and sizes.
    ///
    /// - Parameters:
    ///   - id: of the run.
    ///   - scenario: with the seed that it is to have.
    ///   - isExternal: the broker is not the lab's own.
    ///   - isReversed: the variants are started, and with `sequential` follow each other, last one first.
    ///   - topicSuffix: added to the names of topics.
    ///   - looks: at the verdicts while the load goes on, which lasts until the last one at most.
    init(
        id: String,
        scenario: Scenario,
        onExternalBroker isExternal: Bool = false,
        reversed isReversed: Bool = false,
        topicSuffix: String = "",
        looks: LookPlan? = nil
    ) {
        self.id = id
        self.looks = looks
        let scenario = looks?.looks.last.map { scenario.lasting(.seconds($0.at)) } ?? scenario
        self.scenario = scenario
        profile = scenario.profile
        let variants = scenario.variants.enumerated().map { index, variant in
            VariantPlan(
                index: index,
                variant: variant,
                run: id,
                topic: "\(scenario.workload.topic)-\(variant.name)" + (isExternal ? topicSuffix : "-\(id)")
            )
        }
        self.variants = variants
        stages = scenario.schedule.stages(of: isReversed ? variants.reversed() : variants)
    }

    /// Events for which a ledger has room in each partition: what is planned, and as much again for acts that raise the
    /// rate, half a million in all at least.
    var ledgerCapacity: Int {
        plannedCapacity + max(plannedCapacity, Self.spareEvents / scenario.workload.partitions)
    }

    private static let spareEvents = 1 << 19

    /// Events that one partition can receive at most: its share of the runs, and one run more; all, if keys decide.
    var plannedCapacity: Int {
        let events = Int(clamping: profile.totalEvents)
        let workload = scenario.workload
        if workload.content?.key.decidesPartition == true { return events + workload.runLength }
        return events / workload.partitions + 2 * workload.runLength
    }

    /// Of all files that the run's processes share.
    var sharedBytes: ByteCount {
        let ledger = variants.count * scenario.workload.partitions * (ledgerCapacity * 3 / 8 + 1_024)
        let companions =
            scenario.incident.flatMap(IncidentLibrary.named)?.companion == nil ? 0 : variants.count
        let pods = variants.reduce(0) { $0 + $1.largestReplicas }
        // The producer and the world have a page each; the small ones of heartbeats fit in what is left of them.
        let pages = (pods + companions + 2) * (512 << 10)
        return ByteCount(Int64(ledger + pages + (4 << 20)))
    }

    /// The most pods that live together.
    var largestPodCount: Int {
        stages.map { $0.reduce(0) { $0 + $1.largestReplicas } }.max() ?? 0
    }

    /// The most memory that the limits of all pods that live together allow at any time; pods without one left out.
    var largestMemory: ByteCount? {
        let stages = stages.map {
            $0.reduce(Int64(0)) { sum, variant in
                let (total, overflow) = sum.addingReportingOverflow(variant.largestMemory)
                return overflow ? .max : total
            }
        }
        return stages.max().flatMap { $0 > 0 ? ByteCount($0) : nil }
    }

    /// The highest rate of the schedule, on the wall clock.
    var peakRate: EventRate {
        scenario.timeScale.wall(scenario.workload.peak(in: .zero..<scenario.totalDuration))
    }

    /// As a recording has them.
    var phaseHeaders: [PhaseHeader] {
        profile.phases.enumerated().map { index, phase in
            let start = profile.start(ofPhase: index)
            return PhaseHeader(
                name: phase.name,
                start: start.inNanoseconds,
                end: (start + phase.duration).inNanoseconds,
                summary: scenario.workload.phases[index].summary
            )
        }
    }

    var meanPayload: ByteCount { ByteCount(Int64(scenario.workload.payload.mean.rounded(.up))) }
}

/// One variant's part of a run.
struct VariantPlan: Sendable {
    let index: Int
    let variant: ScenarioVariant
    /// On an external broker without the run's id, so that a topic can be made there beforehand, and that nobody's events
    /// are mixed up unasked.
    let topic: String
    let group: String
    /// From step to step; at least one.
    let segments: [VariantSegment]

    init(index: Int, variant: ScenarioVariant, run: String, topic: String) {
        self.index = index
        self.variant = variant
        self.topic = topic
        group = "leaklab-\(variant.name)-\(run)"
        segments = variant.segments
    }

    var name: String { variant.name }

    var largestReplicas: Int { segments.map(\.replicas).max() ?? variant.pods.replicas }

    /// Every pod that the variant ever has, by ordinal.
    var podNames: [String] { (0..<largestReplicas).map(podName) }

    func podName(_ ordinal: Int) -> String { "\(name)-\(ordinal)" }

    /// Of `count` partitions every `replicas`-th, beginning with the pod's ordinal.
    static func partitions(ofPod ordinal: Int, among replicas: Int, of count: Int) -> [Int32] {
        stride(from: ordinal, to: count, by: replicas).map(Int32.init)
    }

    /// What the client of one of `replicas` pods may fetch ahead.
    func prefetch(replicas: Int, peak: EventRate, payload: ByteCount) -> ClientProfile.Prefetch {
        switch variant.pods.prefetch {
        case .productionDefaults: .productionDefaults
        case .custom(let messages, let bytes): .bounded(messages: messages, bytes: bytes)
        case .pinned:
            .pinned(peakPerPod: EventRate(perSecond: peak.perSecond / Double(replicas)), payload: payload)
        }
    }

    /// The most memory that the limits of its pods allow at any time, bytes; pods without one left out.
    var largestMemory: Int64 {
        segments.reduce(0) { largest, segment in
            let limit = segment.memory?.bytes ?? 0
            let (product, overflow) = limit.multipliedReportingOverflow(by: Int64(segment.replicas))
            return max(largest, overflow ? .max : product)
        }
    }

    /// `nil` for a handler.
    var commandHeader: CommandHeader? {
        variant.command.map { command in
            CommandHeader(
                text: command.text,
                tasks: command.external.tasks,
                isCollected: command.runtime.collection != .no
            )
        }
    }

    /// `nil` for the classic one, without a group, and for a command, whose own business it is.
    var groupProtocol: String? {
        guard variant.command == nil, variant.pods.speaksConsumerProtocol else { return nil }
        return variant.pods.groupProtocol.rawValue
    }

    func header(in scenario: Scenario, _ jemalloc: Jemalloc? = nil) -> VariantHeader {
        VariantHeader(
            name: name,
            role: variant.role,
            isControl: variant.isControl,
            handler: variant.handler,
            summary: variant.summary,
            topic: topic,
            replicas: variant.pods.replicas,
            memoryLimit: variant.pods.memory?.bytes,
            segments: segments.count == 1 ? [] : segments.map { $0.header(timeScale: scenario.timeScale) },
            predictions: predictions(in: scenario),
            command: commandHeader,
            allocator: PodAllocation(of: variant, with: jemalloc).name,
            groupProtocol: groupProtocol
        )
    }
}

extension VariantSegment {
    fileprivate func header(timeScale: TimeScale) -> SegmentHeader {
        SegmentHeader(
            name: name,
            start: timeScale.wall(at).inNanoseconds,
            handler: handler,
            replicas: replicas,
            memoryLimit: memory?.bytes
        )
    }
}
