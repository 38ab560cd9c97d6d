import LabCore
import LabReport

/// The runs that the tests render.
enum Fixture {
    /// The reference incident beside both of its fixes, no limit: 20.6 KiB and one task for every event.
    static let reference = report(
        SyntheticRun(
            scenario: "service-per-event",
            title: "A service constructed for every event",
            variants: [
                .init(
                    name: "per-event",
                    role: .suspect,
                    summary: "Builds a service, and with it a cache and its worker, for every event.",
                    heapGrowth: 21_094,
                    tasksGrowth: 1,
                    queriesPerEvent: 1,
                    entries: { _, handled in handled * 40 }
                ),
                .init(
                    name: "per-event-stopped",
                    role: .fix,
                    summary: "Builds a service for every event and stops its cache when done.",
                    queriesPerEvent: 1,
                    entries: { time, _ in 40 * (time * 7).truncatingRemainder(dividingBy: 8) }
                ),
                .init(
                    name: "singleton",
                    role: .fix,
                    isControl: true,
                    summary: "Builds the service once and hands it to every event.",
                    queriesPerEvent: 0.00001,
                    entries: { time, handled in
                        min(40, handled) + (time * 3).truncatingRemainder(dividingBy: 4)
                    }
                ),
            ],
            phases: [("idle", 15, 40, 40), ("launch", 15, 40, 2_008), ("peak", 70, 2_008, 2_008)]
        ),
        original: [
            LabelledValue("heap/event", "21.0 KB"), LabelledValue("RSS/event", "6.0 KB"),
            LabelledValue("tasks/event", "1"), LabelledValue("catalogueQueries", "1/event"),
            LabelledValue("events an hour at the peak", "7.23 million"),
        ]
    )

    /// The same under a limit, ten times as fast as the clock, with the night's emergency measure: waves.
    static let waves = report(
        SyntheticRun(
            scenario: "service-per-event-waves",
            title: "Restart waves under a memory limit",
            variants: [
                .init(
                    name: "per-event",
                    role: .suspect,
                    summary: "Builds a service for every event.",
                    replicas: 2,
                    memoryLimit: 256 << 20,
                    heapGrowth: 21_094,
                    tasksGrowth: 1
                ),
                .init(
                    name: "per-event-x4",
                    role: .mitigation,
                    summary: "The same code with four times the memory.",
                    replicas: 4,
                    memoryLimit: 512 << 20,
                    heapGrowth: 21_094,
                    tasksGrowth: 1
                ),
                .init(
                    name: "singleton",
                    role: .fix,
                    isControl: true,
                    summary: "Builds the service once.",
                    replicas: 2,
                    memoryLimit: 256 << 20
                ),
            ],
            phases: [("idle", 20, 200, 200), ("launch", 10, 200, 3_000), ("peak", 90, 3_000, 3_000)],
            timeScale: 10
        )
    )

    static func report(_ run: SyntheticRun, original: [LabelledValue] = []) -> RunReport {
        let recording = run.recording()
        let variants = zip(run.variants, recording.variants).map { Self.result(of: $0, $1, in: run) }
        let expectations = [
            ExpectationResult(text: "per-event.verdict == leaking", met: true, observed: "leaking"),
            ExpectationResult(text: "per-event.tasks.perEvent >= 0.999", met: true, observed: "1.000"),
            ExpectationResult(text: "singleton.verdict == bounded", met: true, observed: "bounded"),
            ExpectationResult(text: "singleton.events.lost == 0", met: true, observed: "0"),
        ]
        let result = RunResult(
            run: recording.header.id,
            scenario: run.scenario,
            timeScale: run.timeScale,
            seed: 1,
            valid: true,
            invalidBecause: [],
            broker: recording.header.broker,
            lab: LabFootprint(
                rss: .init(startBytes: 24 * 0x1p20, peakBytes: 31 * 0x1p20, endBytes: 30 * 0x1p20),
                cpuSeconds: 3.4
            ),
            variants: variants,
            expectations: expectations,
            exitStatus: 0
        )
        return RunReport(recording: recording, result: result, original: original)
    }

    /// The waves with everything gone wrong: lost events, a flagged control, unmet expectations, an invalid run.
    static let invalid: RunReport = {
        var report = waves
        report.result.valid = false
        report.result.invalidBecause = [
            "the broker dropped 1,204 events of leaklab.r1.per-event before they were read: "
                + "the low watermark passed a committed offset"
        ]
        report.result.exitStatus = 3
        report.result.variants[0].events.lost = 1_204
        report.result.variants[0].events.failed = 12
        report.result.variants[1].verdict = .inconclusive
        report.result.variants[1].because = ["no life went on handling events after its warm-up: run longer"]
        report.result.variants[2].flagged = true
        report.result.variants[2].findings = findings
        report.result.variants[2].resources = [
            .init(name: "descriptors", peak: 14, end: 14, perEvent: nil, verdict: .bounded),
            .init(
                name: "statementsOpen",
                peak: 5_014,
                end: 5_014,
                perEvent: Estimate(estimate: 0.1, low: 0.1, high: 0.1),
                verdict: .leaking
            ),
        ]
        report.result.expectations[2].met = false
        report.result.expectations[2].observed = nil
        return report
    }()

    /// One of each unit, two of them beyond their limits.
    static let findings = [
        Finding(
            kind: .spike,
            metric: "rss",
            value: 4.2,
            limit: 1.5,
            times: 14,
            note: "109 MiB at most, 26.0 MiB as a rule"
        ),
        Finding(
            kind: .plateau,
            metric: "heap",
            value: 548 * 0x1p20,
            limit: nil,
            predicted: 559 * 0x1p20,
            note: "predicted as 1,000 results × 573 KiB"
        ),
        Finding(kind: .sawTooth, metric: "heap", value: 3_600, limit: 7_200, times: 3),
        Finding(kind: .pileUp, metric: "runningTasks", value: 1_240, limit: 400, times: 1, rising: true),
    ]

    /// A run that recorded nothing at all.
    static let empty = RunReport(
        recording: RecordedRun(
            header: RunHeader(
                id: "",
                startedAt: 0,
                scenario: "",
                title: "",
                incident: "",
                scenarioText: "",
                overrides: [],
                seed: 0,
                timeScale: 1,
                broker: BrokerDescription(kind: "", bootstrapServers: ""),
                memoryControl: "",
                environment: [],
                configuration: [],
                variants: [],
                phases: [],
                sampleInterval: 0,
                warmUp: 0,
                oomLimit: nil,
                expectations: []
            ),
            state: .failed
        ),
        result: RunResult(
            run: "",
            scenario: "",
            timeScale: 1,
            seed: 0,
            valid: false,
            invalidBecause: [],
            broker: BrokerDescription(kind: "", bootstrapServers: ""),
            lab: LabFootprint(),
            variants: [],
            expectations: [],
            exitStatus: 3
        )
    )

    static func result(
        of variant: SyntheticRun.Variant,
        _ recorded: RecordedVariant,
        in run: SyntheticRun
    ) -> VariantResult {
        let isLeaking = variant.heapGrowth > 0
        let events = recorded.ledger.processed
        var result = VariantResult(name: variant.name, role: variant.role, control: variant.isControl)
        result.verdict = isLeaking ? .leaking : .bounded
        result.flagged = isLeaking
        result.events.produced = recorded.ledger.produced
        result.events.processed = events
        result.load.targetPerHour = Double(recorded.ledger.produced) / run.duration * 3_600 / run.timeScale
        result.load.achievedPerHour = result.load.targetPerHour * 0.9996
        result.load.scheduleDelayP99Millis = 1.02
        result.latency.p50Millis = isLeaking ? 3.42 : 1.18
        result.latency.p99Millis = isLeaking ? 41.7 : 6.05
        result.latency.maxMillis = isLeaking ? 212 : 31.2
        result.lag.peak = Int(recorded.series[.lag]?.values.max() ?? 0)
        result.lag.final = Int(recorded.series[.lag]?.values.last ?? 0)
        let growth = isLeaking ? variant.heapGrowth : variant.isControl ? 0 : 0.4
        let rss = recorded.pods.flatMap(\.lives).compactMap { $0.series[.rss] }
        result.rss = memory(growth * 0.62, rss.flatMap(\.values))
        result.heap = memory(
            growth,
            recorded.pods.flatMap(\.lives).compactMap { $0.series[.heap] }.flatMap(\.values)
        )
        result.charge = memory(
            growth * variant.chargeShare,
            recorded.pods.flatMap(\.lives).compactMap { $0.series[.charge] }.flatMap(\.values)
        )
        result.tasks.end = Int(Double(events) * variant.tasksGrowth)
        result.tasks.peak = result.tasks.end
        result.tasks.perEvent = Estimate(
            estimate: variant.tasksGrowth,
            low: variant.tasksGrowth,
            high: variant.tasksGrowth
        )
        result.tasks.sites = recorded.pods.flatMap(\.lives).flatMap(\.sites).prefix(1).map { $0 }
        result.cpu.secondsPerMillionEvents = isLeaking ? 31.4 : variant.isControl ? 4.21 : 22.6
        result.pods = recorded.pods.map { pod in
            let kills = pod.lives.filter { $0.exit?.reason == "OOMKilled" }
            return VariantResult.Pod(
                name: pod.name,
                memoryLimitBytes: pod.memoryLimit,
                restarts: pod.lives.count - 1,
                oomKills: kills.count,
                exits: pod.lives.compactMap { life in
                    life.exit.map {
                        .init(
                            at: Double(life.end ?? 0) / 1e9 * run.timeScale,
                            reason: $0.reason,
                            code: $0.code,
                            peakChargeBytes: $0.peakCharge
                        )
                    }
                }
            )
        }
        result.timeToOOM.limitBytes = variant.memoryLimit ?? 512 << 20
        result.timeToOOM.seconds =
            isLeaking
            ? Double(result.timeToOOM.limitBytes ?? 0) / growth / (Double(events) / run.duration)
                * run.timeScale : nil
        result.because = because(isLeaking, events)
        result.smallestDetectableBytesPerEvent = 3.1
        result.evidence = evidence(variant, growth, events)
        result.metrics = metrics(of: recorded)
        return result
    }

    /// Of a variant with one pod of one life.
    private static func metrics(of variant: RecordedVariant) -> [VariantResult.Metric] {
        let series = variant.pods.first?.lives.first?.series ?? [:]
        let (queries, entries) = (series[.queries]?.values, series[.entries]?.values)
        let counter = queries?.last.map { total in
            VariantResult.Metric(
                name: "catalogueQueries",
                kind: .counter,
                unit: .count,
                peak: total,
                end: total,
                total: total,
                perEvent: total / Double(variant.ledger.processed)
            )
        }
        let gauge = entries?.max().map { peak in
            VariantResult.Metric(name: "entries", kind: .gauge, unit: .count, peak: peak, end: entries?.last)
        }
        return [counter, gauge].compactMap(\.self)
    }

    private static func memory(_ perEvent: Double, _ values: [Double]) -> VariantResult.Memory {
        var memory = VariantResult.Memory()
        memory.startBytes = values.first
        memory.peakBytes = values.max()
        memory.endBytes = values.last
        memory.bytesPerEvent = Estimate(estimate: perEvent, low: perEvent * 0.998, high: perEvent * 1.002)
        return memory
    }

    private static func because(_ isLeaking: Bool, _ events: Int) -> [String] {
        let count = grouped(events)
        return isLeaking
            ? [
                "1.000 tasks live per event (\(count) of IndexCache.worker at the end, threshold 5)",
                "live heap grows 20.6 KiB per event (20.5–20.7, threshold 8 B)",
            ]
            : [
                "0 more tasks live after \(count) events than at the end of warm-up (threshold 5)",
                "live heap grows 0.40 B per event (0.39–0.41, threshold 8 B)",
            ]
    }

    private static func evidence(
        _ variant: SyntheticRun.Variant,
        _ growth: Double,
        _ events: Int
    ) -> [Evidence] {
        let says = growth > 8 ? "leaking" : "bounded"
        let tasks = (Double(events) * variant.tasksGrowth).rounded()
        func interval(_ value: Double) -> Estimate {
            Estimate(estimate: value, low: value * 0.998, high: value * 1.002)
        }
        return [
            Evidence(
                metric: "tasks",
                against: "threshold",
                unit: "tasks",
                n: 1,
                windowSeconds: nil,
                estimate: Estimate(estimate: tasks, low: tasks, high: tasks),
                threshold: 5,
                says: says
            ),
            Evidence(
                metric: "heap",
                against: "threshold",
                unit: "B/event",
                n: 20,
                windowSeconds: 4.25,
                estimate: interval(growth),
                threshold: 8,
                says: says
            ),
            Evidence(
                metric: "rss",
                against: variant.isControl ? "threshold" : "singleton",
                unit: "B/event",
                n: 20,
                windowSeconds: 4.25,
                estimate: interval(growth * 0.62),
                threshold: 8,
                says: variant.isControl ? "reported" : says
            ),
        ]
    }
}
