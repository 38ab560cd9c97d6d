import LabCore

/// A recorded run made by arithmetic: the reference incident's shape without a broker.
struct SyntheticRun {
    struct Variant {
        var name: String
        var role: VariantRole
        var isControl = false
        var summary: String
        var replicas = 1
        var memoryLimit: Int64?
        /// Per processed event.
        var heapGrowth = 0.0
        var tasksGrowth = 0.0
        /// Wall seconds from a kill to the next start.
        var restart = 4.0
    }

    var scenario: String
    var title: String
    var variants: [Variant]
    /// Wall seconds.
    var phases: [(name: String, seconds: Double, from: Double, to: Double)]
    var timeScale = 1.0
    var sampleInterval = 0.2

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
        run.variants = variants.map { record($0, &run.timeline, &random) }
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

    private struct Pod {
        var recorded: RecordedPod
        var life: RecordedLife?
        var handled = 0.0
        var restartsAt = 0.0
    }

    private func record(
        _ variant: Variant,
        _ timeline: inout [TimelineEvent],
        _ random: inout SplitMix64
    ) -> RecordedVariant {
        var recorded = RecordedVariant(header: header(of: variant))
        var pods = (0..<variant.replicas).map {
            Pod(recorded: RecordedPod(name: "\(variant.name)-\($0)", memoryLimit: variant.memoryLimit))
        }
        var (backlog, lag) = (0.0, Series())
        var produced = 0.0
        for tick in 0...Int(duration / sampleInterval) {
            let time = Double(tick) * sampleInterval
            let arriving = rate(at: time) * sampleInterval
            produced += arriving
            backlog += arriving
            for index in pods.indices {
                let share = min(backlog, 4_000 * sampleInterval) / Double(variant.replicas)
                advance(&pods[index], variant, time: time, events: share, &backlog, &timeline, &random)
            }
            lag.append((backlog + rate(at: time) * 0.02).rounded(), at: nanoseconds(time))
        }
        recorded.series[.lag] = lag
        recorded.pods = pods.map { pod in
            var pod = pod
            if var life = pod.life {
                life.end = nanoseconds(duration + 0.4)
                life.exit = PodExit(reason: "Completed", code: 0)
                life.sites = [
                    VariantResult.Site(
                        site: "IndexCache.worker",
                        kind: "task",
                        created: Int(pod.handled),
                        live: Int(pod.handled * variant.tasksGrowth)
                    )
                ]
                pod.recorded.lives.append(life)
            }
            return pod.recorded
        }
        recorded.ledger.produced = Int(produced)
        recorded.ledger.processed = Int(produced - backlog)
        return recorded
    }

    private func advance(
        _ pod: inout Pod,
        _ variant: Variant,
        time: Double,
        events: Double,
        _ backlog: inout Double,
        _ timeline: inout [TimelineEvent],
        _ random: inout SplitMix64
    ) {
        let now = nanoseconds(time)
        let object = "pod/\(pod.recorded.name)"
        if pod.life == nil {
            guard time >= pod.restartsAt else { return }
            let index = pod.recorded.lives.count
            pod.life = RecordedLife(index: index, pid: Int32(4_100 + index * 7), start: now)
            pod.handled = 0
            timeline.append(
                TimelineEvent(at: now, reason: "Started", object: object, message: "life \(index)")
            )
        }
        guard var life = pod.life else { return }
        pod.handled += events
        backlog -= events
        let noise = Double(random.next() % 1_000) / 1_000
        let heap = 6.2 * 0x1p20 + variant.heapGrowth * pod.handled + noise * 40_000
        let charge = heap + 4 * 0x1p20
        life.series[.heap, default: Series()].append(heap, at: now)
        life.series[.charge, default: Series()].append(charge, at: now)
        life.series[.rss, default: Series()].append(heap * 0.62 + 22 * 0x1p20 + noise * 90_000, at: now)
        life.series[.tasks, default: Series()].append((pod.handled * variant.tasksGrowth).rounded(), at: now)
        life.series[.processed, default: Series()].append(pod.handled.rounded(), at: now)
        life.series[.threads, default: Series()].append(7, at: now)
        life.series[MetricName("indexLookups"), default: Series()].append(events.rounded(), at: now)
        if let limit = variant.memoryLimit, charge > Double(limit) {
            life.end = now
            life.exit = PodExit(reason: "OOMKilled", code: 137)
            pod.recorded.lives.append(life)
            pod.life = nil
            pod.restartsAt = time + variant.restart
            timeline.append(
                TimelineEvent(
                    at: now,
                    isWarning: true,
                    reason: "OOMKilled",
                    object: object,
                    message:
                        "memory charge reached \(ByteCount(limit)) after \(grouped(Int(pod.handled))) events"
                )
            )
        } else {
            pod.life = life
        }
    }

    private func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }

    private func header(of variant: Variant) -> VariantHeader {
        VariantHeader(
            name: variant.name,
            role: variant.role,
            isControl: variant.isControl,
            handler: variant.name,
            summary: variant.summary,
            topic: "leaklab.r1.\(variant.name)",
            replicas: variant.replicas,
            memoryLimit: variant.memoryLimit
        )
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
            ],
            variants: variants.map { header(of: $0) },
            phases: phases,
            sampleInterval: sampleInterval,
            warmUp: 10,
            oomLimit: 512 << 20,
            expectations: ["per-event.verdict == leaking", "singleton.verdict == bounded"]
        )
    }
}
