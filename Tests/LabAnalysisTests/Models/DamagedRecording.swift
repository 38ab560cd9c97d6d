import LabCore

@testable import LabAnalysis

/// Makes recordings of which anything may be wrong: the same one for a seed.
struct DamagedRecording {
    private var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func next() -> RecordedRun {
        var header = RunHeader.empty
        header.timeScale = pick([1, 60, 0, -1, .nan, .infinity, 1e300, 1e-300])
        header.warmUp = pick([0, 5, -1, .nan, .infinity, 1e308])
        header.oomLimit = moment()
        header.findings = Finding.Kind.allCases.flatMap { kind in
            ["heap", "work", "requests", ""].filter { _ in number(below: 2) == 0 }.map { metric in
                FindingRule(kind: kind, metric: metric, limit: pick([nil, 0, 2, -1, .nan, .infinity, 1e308]))
            }
        }
        header.resources = pick([[], ["work"], ["work", "work", "heap", ""]])
        let backwards = PhaseHeader(name: "", start: .max, end: .min, summary: "")
        header.phases = pick([[], [backwards]])
        return RecordedRun(
            header: header,
            state: .finished,
            variants: (0..<number(below: 4)).map { variant($0) },
            processes: ["lab": [.rss: series(), .cpu: series()]],
            scheduleDelay: histogram(),
            productionEnded: moment()
        )
    }

    private mutating func variant(_ index: Int) -> RecordedVariant {
        var header = VariantHeader(
            name: "v\(index)",
            role: pick(VariantRole.allCases),
            isControl: number(below: 2) == 0,
            handler: "",
            summary: "",
            topic: "",
            replicas: count(),
            memoryLimit: moment()
        )
        header.predictions = Finding.Kind.allCases.map { kind in
            Prediction(kind: kind, metric: "heap", value: pick([0, 1e6, -1, .nan, .infinity]), note: "")
        }
        header.segments = (0..<pick([0, 0, 1, 2, 5])).map { segment($0) }
        var ledger = LedgerCounts()
        (ledger.produced, ledger.processed, ledger.lost) = (count(), count(), count())
        ledger.droppedByBroker = count()
        return RecordedVariant(
            header: header,
            ledger: ledger,
            partitions: (0..<number(below: 3)).map { partition($0) },
            series: [.scheduled: series(), .lag: series(), .produced: series(), .lagStatus: series()],
            pods: (0..<number(below: 4)).map { pod in
                RecordedPod(
                    name: "p\(pod)",
                    memoryLimit: moment(),
                    lives: (0..<number(below: 5)).map { life($0) }
                )
            }
        )
    }

    private mutating func segment(_ index: Int) -> SegmentHeader {
        SegmentHeader(
            name: pick(["start", "", "b"]),
            start: time(index * 40),
            handler: pick(["", "a"]),
            replicas: count(),
            memoryLimit: pick([nil, .min, 1 << 20, .max])
        )
    }

    private mutating func partition(_ index: Int) -> PartitionBooks {
        var counts = LedgerCounts()
        (counts.produced, counts.lost) = (count(), count())
        return PartitionBooks(
            partition: Int32(index),
            counts: counts,
            endOffset: pick([.min, 0, .max]),
            committedOffset: pick([.min, -1, 0, .max]),
            peakLag: count(),
            lostOffsets: pick([[], [.min ... .max, 0...0]])
        )
    }

    private mutating func life(_ index: Int) -> RecordedLife {
        var life = RecordedLife(index: index, pid: 1, start: time(index * 50), end: moment())
        life.segment = pick([0, 0, 1, 2, -1, .min, .max])
        if number(below: 2) == 0 { life.end = time(index * 50 + 45) }
        life.quiescentFrom = moment()
        let exits = [
            nil, PodExit(reason: "OOMKilled", code: 137, peakCharge: moment()),
            PodExit(reason: "OOMKilled", code: 137), PodExit(reason: "Completed", code: .min),
            PodExit(reason: "Stopped", code: 137), PodExit(reason: "", code: 1),
        ]
        life.exit = pick(exits)
        let metrics: [MetricName] = [
            .processed, .rss, .heap, .charge, .tasks, .instances, .outliving, .cpu, .descriptors, .threads,
            MetricName("work"), MetricName("requests.a"), MetricName("requests.b"), MetricName("requests."),
        ]
        let offset = number(below: 3) > 0 ? index * 50 : 0
        for metric in metrics where number(below: 8) > 0 { life.series[metric] = series(from: offset) }
        life.sites = (0..<number(below: 3)).map { _ in
            VariantResult.Site(
                site: pick(["a", "b", ""]),
                kind: pick(["task", "instance", "x"]),
                created: count(),
                live: count()
            )
        }
        (life.latency, life.eventAge) = (histogram(), histogram())
        return life
    }

    /// Mostly ascending samples at 10 Hz; times or values may be cut off.
    private mutating func series(from offset: Int = 0) -> Series {
        let length = pick([0, 1, 2, 7, 40, 300])
        var series = Series(
            times: (0..<length).map { time(offset + $0) },
            values: (0..<length).map { value($0) }
        )
        if length > 0, number(below: 6) == 0 { series.times.removeLast(number(below: length)) }
        if length > 0, number(below: 6) == 0 { series.values.removeLast(number(below: length)) }
        return series
    }

    private mutating func time(_ index: Int) -> Int64 {
        guard number(below: 25) > 0 else { return pick([.min, .max, -1, 0, 1 << 62]) }
        return Int64(index) * 100_000_000 + Int64(number(below: 50_000_000))
    }

    private mutating func value(_ index: Int) -> Double {
        guard number(below: 15) > 0 else {
            return pick([.nan, .infinity, -.infinity, 1e308, -4e18, 4e18, .leastNonzeroMagnitude, -1, 0])
        }
        return Double(index) * Double(number(below: 3_000))
    }

    private mutating func histogram() -> HistogramSnapshot {
        var histogram = HistogramSnapshot()
        for _ in 0..<number(below: 5) {
            histogram.counts[pick([.min, -1, 0, 3, 591, 592, .max])] = pick([0, 1, 99, .max])
        }
        (histogram.total, histogram.sum, histogram.maximum) = (
            pick([0, 5, .max]), .max, pick([0, 77, .max])
        )
        return histogram
    }

    private mutating func moment() -> Int64? { pick([nil, 0, 30_000_000_000, .min, .max]) }

    private mutating func count() -> Int { pick([0, 1, 1_000, -5, .min, .max]) }

    private mutating func number(below limit: Int) -> Int { Int(random.next() % UInt64(limit)) }

    private mutating func pick<Value>(_ values: [Value]) -> Value { values[number(below: values.count)] }
}
