import LabCore

/// A recorded run made by arithmetic: the reference incident's shape without a broker.
struct SyntheticRun {
    struct Variant {
        var name: String
        var role: VariantRole
        var isControl = false
        var summary: String
        /// `nil` for the variant's name.
        var handler: String?
        var replicas = 1
        var memoryLimit: Int64?
        /// Per processed event.
        var heapGrowth = 0.0
        var tasksGrowth = 0.0
        /// Of what the heap gains, how much the charge and RSS gain.
        var chargeShare = 1.0
        var rssShare = 0.62
        /// Wall seconds from a kill to the next start.
        var restart = 4.0
        /// Events per wall second, all pods together.
        var capacity = 4_000.0
        /// The incident's counter `catalogueQueries` for each event, and its gauge `entries`; `nil` if it has neither.
        var queriesPerEvent: Double?
        var entries: ((_ time: Double, _ handled: Double) -> Double)?
        /// What changes while the run goes on, in ascending order.
        var steps: [Step] = []
    }

    /// What is `nil` stays as it was.
    struct Step {
        var name: String
        /// Wall seconds.
        var at: Double
        var handler: String?
        var replicas: Int?
        var memoryLimit: Int64?
        var heapGrowth: Double?
        var tasksGrowth: Double?
    }

    var scenario: String
    var title: String
    var variants: [Variant]
    /// Wall seconds.
    var phases: [(name: String, seconds: Double, from: Double, to: Double)]
    var timeScale = 1.0
    var sampleInterval = 0.2
    /// Added to the configuration.
    var settings: [LabelledValue] = []

    var hasSteps: Bool { variants.contains { !$0.steps.isEmpty } }
    var duration: Double { phases.reduce(0) { $0 + $1.seconds } }

    /// Events per wall second.
    func rate(at time: Double) -> Double {
        var start = 0.0
        for phase in phases {
            if time < start + phase.seconds {
                return phase.from + (phase.to - phase.from) * (time - start) / phase.seconds
            }
            start += phase.seconds
        }
        return 0
    }

    func recording() -> RecordedRun {
        var random = SplitMix64(seed: 7)
        var run = RecordedRun(header: header, state: .finished)
        var target = Series()
        for step in 0...Int(duration / sampleInterval) {
            let time = Double(step) * sampleInterval
            target.append(rate(at: time), at: nanoseconds(time))
        }
        run.processes["producer"] = [.targetRate: target]
        run.timeline = header.phases.map {
            TimelineEvent(at: $0.start, reason: "Phase", object: "run", message: "\($0.name): \($0.summary)")
        }
        for variant in variants {
            var pods = SyntheticPods(run: self, variant: variant, random: random)
            run.variants.append(pods.record())
            run.timeline += pods.timeline
            random = pods.random
        }
        run.productionEnded = nanoseconds(duration)
        run.timeline.append(
            TimelineEvent(
                at: nanoseconds(duration),
                reason: "Drained",
                object: "run",
                message: "every variant has caught up"
            )
        )
        run.timeline.sort { $0.at < $1.at }
        return run
    }

    func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

    func header(of variant: Variant) -> VariantHeader {
        VariantHeader(
            name: variant.name,
            role: variant.role,
            isControl: variant.isControl,
            handler: variant.handler ?? variant.name,
            summary: variant.summary,
            topic: "leaklab.r1.\(variant.name)",
            replicas: variant.replicas,
            memoryLimit: variant.memoryLimit,
            segments: segments(of: variant)
        )
    }

    private func segments(of variant: Variant) -> [SegmentHeader] {
        guard !variant.steps.isEmpty else { return [] }
        var segment = SegmentHeader(
            name: "start",
            start: 0,
            handler: variant.handler ?? variant.name,
            replicas: variant.replicas,
            memoryLimit: variant.memoryLimit
        )
        var segments = [segment]
        for step in variant.steps {
            segment.name = step.name
            segment.start = nanoseconds(step.at)
            segment.handler = step.handler ?? segment.handler
            segment.replicas = step.replicas ?? segment.replicas
            segment.memoryLimit = step.memoryLimit ?? segment.memoryLimit
            segments.append(segment)
        }
        return segments
    }

    private var header: RunHeader {
        var phases: [PhaseHeader] = []
        var start = 0.0
        for phase in self.phases {
            let from = EventRate(perSecond: phase.from / timeScale)
            let to = EventRate(perSecond: phase.to / timeScale)
            let end = start + phase.seconds
            phases.append(
                PhaseHeader(
                    name: phase.name,
                    start: nanoseconds(start),
                    end: nanoseconds(end),
                    summary: from == to ? "constant \(to)" : "ramp \(from) → \(to)"
                )
            )
            start = end
        }
        return RunHeader(
            id: "20260301-121400-7k2f",
            startedAt: 1_772_367_240_000_000_000,
            scenario: scenario,
            title: title,
            incident: scenario,
            scenarioText: "scenario: \(scenario)\ntitle: \(title)\nvariants:\n  - per-event\n",
            overrides: ["seed=1"],
            seed: 1,
            timeScale: timeScale,
            broker: BrokerDescription(kind: "embedded", bootstrapServers: "127.0.0.1:41233"),
            memoryControl: "cgroup v2",
            environment: [
                LabelledValue("machine", "2 × Intel Xeon, 24 GiB, Linux 6.8"),
                LabelledValue("librdkafka", "2.8.0"),
                LabelledValue("Swift", "6.3.1"), LabelledValue("leaklab", "0.1.0"),
            ],
            configuration: [
                LabelledValue("queued.max.messages.kbytes", "16384"), LabelledValue("linger.ms", "20"),
                LabelledValue("fetch.wait.max.ms", "10"), LabelledValue("MALLOC_ARENA_MAX", "2"),
            ] + settings,
            variants: variants.map { header(of: $0) },
            phases: phases,
            sampleInterval: sampleInterval,
            warmUp: 10,
            oomLimit: 512 << 20,
            expectations: ["per-event.verdict == leaking", "singleton.verdict == bounded"]
        )
    }
}
