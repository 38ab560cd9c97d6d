import LabCore
import LabReport

extension Fixture {
    /// A release night: one variant that leaks, is killed in waves, is given four times the pods and memory, and is
    /// fixed at last, beside a control.
    static let night: RunReport = {
        let run = SyntheticRun(
            scenario: "release-night",
            title: "A release night: restart waves, an emergency measure, a fix",
            variants: [
                .init(
                    name: "production",
                    role: .suspect,
                    summary: "The service of that night, as it was changed hour by hour.",
                    handler: "per-event",
                    replicas: 4,
                    memoryLimit: 96 << 20,
                    heapGrowth: 21_094,
                    tasksGrowth: 1,
                    chargeShare: 0.41,
                    rssShare: 0.41,
                    restart: 1.25,
                    capacity: 20_000,
                    steps: [
                        .init(name: "mitigation", at: 130, replicas: 16, memoryLimit: 384 << 20),
                        .init(name: "fix", at: 290, handler: "singleton", heapGrowth: 0, tasksGrowth: 0),
                    ]
                ),
                .init(
                    name: "singleton",
                    role: .fix,
                    isControl: true,
                    summary: "Builds the service once and hands it to every event.",
                    replicas: 4,
                    memoryLimit: 96 << 20,
                    chargeShare: 0.41,
                    capacity: 20_000
                ),
            ],
            phases: [("idle", 40, 800, 800), ("launch", 20, 800, 8_032), ("peak", 300, 8_032, 8_032)],
            timeScale: 4,
            sampleInterval: 0.25,
            settings: [
                LabelledValue("variants.production.pods.restart.backOff", "5 s"),
                LabelledValue("variants.singleton.pods.restart.backOff", "10 s"),
            ]
        )
        var report = Fixture.report(
            run,
            original: [
                LabelledValue("heap/event", "21.0 KB"), LabelledValue("RSS/event", "6.0 KB"),
                LabelledValue("tasks/event", "1"),
                LabelledValue("events an hour at the peak", "7.23 million"),
            ]
        )
        report.result.memoryControl = "cgroup v2"
        for (index, variant) in run.variants.enumerated() {
            let recorded = report.recording.variants[index]
            report.result.variants[index].segments = segments(of: variant, recorded, in: run)
            report.result.variants[index].events.partitions = partitions(recorded)
        }
        report.result.variants[0].tasks.end = 0
        report.result.variants[0].rss.peakBytes = 6.1 * 0x1p30
        report.result.variants[0].timeToOOM.seconds = 21
        tellLag(of: &report.result.variants[0].lag, worst: .stalled)
        tellLag(of: &report.result.variants[1].lag, worst: .ok)
        report.result.variants[0].eventAge.p99Seconds = 71.4
        report.result.variants[1].eventAge.p99Seconds = 0.9
        report.result.expectations = [
            ExpectationResult(
                text: "production.segments.start.verdict == leaking",
                met: true,
                observed: "leaking"
            )
        ]
        return report
    }()

    /// The same night with events that nobody handled.
    static let nightWithLoss: RunReport = {
        var report = night
        report.result.variants[0].events.lost = 45
        report.result.variants[0].events.duplicated = 1_204
        var partition = report.result.variants[0].events.partitions[1]
        partition.lost = 45
        partition.finalLag = 3
        partition.lostOffsets = (0..<14).map { (run: Int64) -> VariantResult.OffsetRange in
            VariantResult.OffsetRange(from: run * 1_000, to: run * 1_000 + run % 3)
        }
        report.result.variants[0].events.partitions[1] = partition
        return report
    }()

    /// The night with losses at a tenth of its readings, where many runs are to be rendered.
    static let sparseNight: RunReport = {
        var report = nightWithLoss
        for variant in report.recording.variants.indices {
            for pod in report.recording.variants[variant].pods.indices {
                for life in report.recording.variants[variant].pods[pod].lives.indices {
                    report.recording.variants[variant].pods[pod].lives[life].thin()
                }
            }
        }
        return report
    }()

    private static func tellLag(of lag: inout VariantResult.Lag, worst: LagStatus) {
        lag.status = .ok
        lag.worstStatus = worst
        lag.laggingSeconds = worst == .ok ? 0 : 212
        lag.stalledSeconds = worst == .ok ? 0 : 18
        lag.stoppedSeconds = 0
    }

    private static func partitions(_ recorded: RecordedVariant) -> [VariantResult.Partition] {
        var counts = LedgerCounts()
        counts.produced = recorded.ledger.produced / 4
        counts.processed = counts.produced
        return (0..<4).map { partition -> VariantResult.Partition in
            let books = PartitionBooks(
                partition: Int32(partition),
                counts: counts,
                endOffset: Int64(counts.produced),
                committedOffset: Int64(counts.produced),
                peakLag: 4_000 + partition,
                lostOffsets: []
            )
            return VariantResult.Partition(books)
        }
    }

    private static func segments(
        of variant: SyntheticRun.Variant,
        _ recorded: RecordedVariant,
        in run: SyntheticRun
    ) -> [VariantResult.Segment] {
        let headers = recorded.header.segments
        var growths = [(heap: variant.heapGrowth, tasks: variant.tasksGrowth)]
        for step in variant.steps {
            let before = growths[growths.count - 1]
            growths.append((step.heapGrowth ?? before.heap, step.tasksGrowth ?? before.tasks))
        }
        guard !headers.isEmpty else {
            let only = SegmentHeader(
                name: "start",
                start: 0,
                handler: variant.name,
                replicas: variant.replicas,
                memoryLimit: variant.memoryLimit
            )
            return [segment(0, only, growths[0], until: run.duration, variant, recorded, run)]
        }
        var segments = headers.enumerated().map { index, header in
            let end = index + 1 < headers.count ? Double(headers[index + 1].start) / 1e9 : run.duration
            return segment(index, header, growths[index], until: end, variant, recorded, run)
        }
        for index in segments.indices.dropFirst() {
            guard let before = segments[index - 1].waves.periodSeconds,
                let own = segments[index].waves.periodSeconds
            else { continue }
            let (limit, idle) = (96.0, 10.2)
            let predicted = 4 * (4 * limit - idle) / (limit - idle)
            segments[index].waves.ratio = .init(
                against: "\(variant.name).\(segments[index - 1].name)",
                observed: own / before,
                predicted: predicted
            )
        }
        return segments
    }

    private static func segment(
        _ index: Int,
        _ header: SegmentHeader,
        _ growth: (heap: Double, tasks: Double),
        until end: Double,
        _ variant: SyntheticRun.Variant,
        _ recorded: RecordedVariant,
        _ run: SyntheticRun
    ) -> VariantResult.Segment {
        var segment = VariantResult.Segment(
            name: header.name,
            handler: header.handler,
            replicas: header.replicas,
            memoryLimitBytes: header.memoryLimit
        )
        let lives = recorded.pods.map { $0.lives.filter { $0.segment == index } }
        let killed = lives.flatMap { $0 }.filter { $0.exit?.reason == "OOMKilled" }
        func exact(_ value: Double) -> Estimate { Estimate(estimate: value, low: value, high: value) }
        segment.from = Double(header.start) / 1e9 * run.timeScale
        segment.to = end * run.timeScale
        segment.handled = lives.flatMap { $0 }.reduce(0) { $0 + Int($1.series[.processed]?.values.last ?? 0) }
        segment.verdict = growth.heap > 0 ? .leaking : .bounded
        segment.flagged = growth.heap > 0
        segment.tasksPerEvent = exact(growth.tasks)
        segment.heapBytesPerEvent = exact(growth.heap)
        segment.chargeBytesPerEvent = exact(growth.heap * variant.chargeShare)
        segment.cpuSecondsPerMillionEvents = growth.heap > 0 ? 31.4 : 4.3
        segment.restarts = lives.reduce(0) { $0 + max(0, $1.count - 1) }
        segment.oomKills = killed.count
        let range = header.start...Int64(end * 1e9)
        segment.peakLag =
            recorded.series[.lag].map { lag in
                zip(lag.times, lag.values).filter { range.contains($0.0) }.map { Int($0.1) }.max() ?? 0
            } ?? 0
        guard !killed.isEmpty, let limit = header.memoryLimit else { return segment }
        let periods = lives.flatMap { lives in
            zip(lives, lives.dropFirst()).map { Double($1.start - $0.start) / 1e9 * run.timeScale }
        }
        .sorted()
        let events = killed.map { $0.series[.processed]?.values.last ?? 0 }.sorted()
        let predicted = (Double(limit) - 10.2 * 0x1p20) / (growth.heap * variant.chargeShare)
        segment.waves.lives = killed.count
        segment.waves.periodSeconds = periods.isEmpty ? nil : periods[periods.count / 2]
        segment.waves.eventsToOOM = events[events.count / 2]
        segment.waves.predictedEventsToOOM = predicted
        segment.waves.predictedPeriodSeconds = segment.waves.periodSeconds.map {
            $0 * predicted / events[events.count / 2]
        }
        segment.waves.medianErrorPercent = abs(predicted / events[events.count / 2] - 1) * 100
        segment.waves.worstErrorPercent = (events.map { abs(predicted / $0 - 1) }.max() ?? 0) * 100
        return segment
    }
}

extension RecordedLife {
    fileprivate mutating func thin() {
        series = series.mapValues { series in
            let kept = series.times.indices.filter { $0.isMultiple(of: 10) }
            return Series(times: kept.map { series.times[$0] }, values: kept.map { series.values[$0] })
        }
    }
}
