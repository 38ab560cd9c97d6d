import LabCore
import Testing

@testable import LabAnalysis

@Suite("Which signs give which verdict")
struct VerdictTests {
    private static let settings = AnalysisSettings.standard

    private func count(_ verdict: Verdict) -> CountGrowth {
        guard verdict != .inconclusive else { return CountGrowth(changes: []) }
        let isLeaking = verdict == .leaking
        let change = CountGrowth.Change(
            growth: isLeaking ? 9 : 0,
            events: 100,
            threshold: 3,
            wasDrained: true,
            exceeds: isLeaking,
            topSite: nil
        )
        return CountGrowth(changes: [change])
    }

    private func signs(_ counts: Verdict?, heap: Verdict?, rss: Verdict?, charge: Verdict?) -> Signs {
        var signs = Signs(of: LifeSet([]), against: nil, settings: Self.settings)
        signs.counts = counts.map { [(.tasks, count($0))] } ?? []
        signs.heap = heap.map { MemorySign(.heap, shape: .line, verdict: $0) }
        signs.resident = [(MetricName.rss, rss), (.charge, charge)].compactMap { metric, verdict in
            verdict.map { MemorySign(metric, shape: .line, verdict: $0) }
        }
        return signs
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var counts: Verdict?
        var heap: Verdict?
        var rss: Verdict?
        var charge: Verdict?
        var expected: Verdict

        init(_ counts: Verdict?, _ heap: Verdict?, _ rss: Verdict?, _ charge: Verdict?, _ expected: Verdict) {
            (self.counts, self.heap, self.rss, self.charge, self.expected) = (
                counts, heap, rss, charge, expected
            )
        }

        var testDescription: String {
            [counts, heap, rss, charge].map { $0?.rawValue ?? "none" }.joined(separator: ", ")
        }
    }

    @Test(
        "Counts, heap, RSS, charge",
        arguments: [
            // One exact count is enough.
            Row(.leaking, .bounded, .bounded, .bounded, .leaking), Row(.leaking, nil, nil, nil, .leaking),
            Row(.leaking, .inconclusive, .inconclusive, .inconclusive, .leaking),
            // So is live heap.
            Row(.bounded, .leaking, .bounded, .bounded, .leaking), Row(nil, .leaking, nil, nil, .leaking),
            Row(.inconclusive, .leaking, nil, nil, .leaking),
            // Memory that grows outside of a heap that does not: mapped pages, if RSS and charge are sure of it.
            Row(.bounded, .bounded, .leaking, .leaking, .leaking),
            Row(nil, .bounded, .leaking, nil, .leaking),
            Row(.bounded, .bounded, .leaking, .bounded, .bounded),
            // Live heap that is open is not made bounded by what holds it.
            Row(.bounded, .inconclusive, .bounded, nil, .inconclusive),
            Row(.bounded, .bounded, .inconclusive, .inconclusive, .bounded),
            Row(nil, .bounded, nil, nil, .bounded),
            // Where it says nothing, RSS and charge decide together.
            Row(.bounded, nil, .leaking, .leaking, .leaking), Row(.bounded, nil, .leaking, nil, .leaking),
            Row(.bounded, nil, .leaking, .bounded, .inconclusive),
            Row(.bounded, nil, .bounded, .leaking, .inconclusive),
            Row(.bounded, nil, .bounded, .bounded, .bounded), Row(nil, nil, .bounded, .bounded, .bounded),
            Row(.bounded, .inconclusive, .leaking, .leaking, .leaking),
            // Too little never says bounded.
            Row(.bounded, .inconclusive, .bounded, .bounded, .inconclusive),
            Row(.inconclusive, .bounded, .bounded, .bounded, .inconclusive),
            Row(.inconclusive, nil, nil, nil, .inconclusive), Row(nil, nil, nil, nil, .inconclusive),
            Row(nil, nil, .inconclusive, nil, .inconclusive),
            // Counts alone, as for the control where live heap cannot be read.
            Row(.bounded, nil, nil, nil, .bounded),
        ]
    )
    func table(row: Row) {
        #expect(signs(row.counts, heap: row.heap, rss: row.rss, charge: row.charge).verdict == row.expected)
    }

    @Test("The reference leak is leaking, its fix bounded") func reference() {
        let variants = Self.reference.result.variants
        #expect(variants.map(\.verdict) == [.leaking, .bounded])
        #expect(variants.map(\.flagged) == [true, false])
        #expect(abs((variants[0].tasks.perEvent?.estimate ?? 0) - 1) < 0.001)
        #expect(abs((variants[0].heap.bytesPerEvent?.estimate ?? 0) - 20_534) < 20)
    }

    @Test("The reasons of the reference case, word for word") func because() throws {
        let variants = Self.reference.result.variants
        #expect(
            variants[0].because == [
                "1.000 tasks live per event (152,633 of IndexCache.worker at the end, threshold 3)",
                "134,558 of 134,558 events are outlived by a task of their own at the end (threshold 3)",
                "live heap grows 20.1 KiB per event (20.1–20.1, threshold 8 B)",
                "resident memory grows 20.1 KiB per event (20.1–20.1, threshold 8 B)",
                "charge grows 20.1 KiB per event (20.1–20.1, threshold 8 B)",
                "resident memory grows 20.1 KiB per event more than that of singleton (20.1–20.1, threshold 8 B)",
                "charge grows 20.1 KiB per event more than that of singleton (20.1–20.1, threshold 8 B)",
            ]
        )
        #expect(variants[1].because.count == 3)
        #expect(
            variants[1].because.first
                == "0 more tasks live after 134,558 events than at the end of warm-up (threshold 3)"
        )
        let last = try #require(variants[1].because.last)
        #expect(
            last.hasPrefix("live heap keeps less than 0.") && last.hasSuffix(" B per event (98 %)"),
            "\(last)"
        )
    }

    @Test("The working is told with estimate, threshold, windows and smallest detectable leak")
    func evidence() throws {
        let variant = Self.reference.result.variants[0]
        let expected = ["tasks", "outliving", "heap", "rss", "charge", "rss", "charge", "heap"]
        #expect(variant.evidence.map(\.metric) == expected)
        let heap = try #require(variant.evidence.first { $0.metric == "heap" })
        #expect(heap.n == 20)
        #expect(heap.says == "leaking")
        #expect(abs((heap.windowSeconds ?? 0) - 3.35) < 0.01)
        let smallest = try #require(variant.smallestDetectableBytesPerEvent)
        #expect(smallest > heap.threshold && smallest < 1_000)
        #expect(variant.evidence.last?.against == "idle before the first event")
        let control = Self.reference.result.variants[1]
        #expect(control.evidence.filter { $0.metric == "rss" }.map(\.says) == ["bounded"])
    }

    @Test("A cache that is filled and emptied again when idle is bounded") func givenBack() throws {
        var run = RunModel.alone(LifeModel(bytesPerEvent: 500)).recorded
        var heap = try #require(run.variants[0].pods[0].lives[0].series[.heap])
        for index in heap.times.indices where heap.times[index] > nanoseconds(62) {
            heap.values[index] = 20 * 0x1p20
        }
        run.variants[0].pods[0].lives[0].series[.heap] = heap
        let variant = RunAnalysis().result(of: run).variants[0]
        #expect(variant.verdict == .bounded)
        #expect(variant.because.contains { $0.hasPrefix("live heap rose under load and was given back") })
    }

    static let reference = RunModel(
        variants: [
            RunModel.Variant(
                name: "per-event",
                role: .suspect,
                lives: [LifeModel(seconds: 76, bytesPerEvent: 20_534, tasksPerEvent: 1)]
            ),
            RunModel.Variant(name: "singleton", isControl: true, lives: [LifeModel(seconds: 76, seed: 9)]),
        ]
    )
}

@Suite("Against the control")
struct ControlComparisonTests {
    private func verdicts(_ own: LifeModel, _ control: LifeModel) -> [VariantResult] {
        RunModel(
            variants: [
                RunModel.Variant(name: "own", lives: [own]),
                RunModel.Variant(name: "control", isControl: true, lives: [control]),
            ]
        ).result.variants
    }

    private func life(_ bytesPerEvent: Double = 0, model: MemoryModel = .quiet, seed: UInt64 = 1) -> LifeModel
    {
        LifeModel(model: model, seed: seed, bytesPerEvent: bytesPerEvent, memory: [.rss, .charge])
    }

    @Test("Without live heap, more growth than the control's is a leak", arguments: MemoryModel.allCases)
    func leaking(model: MemoryModel) {
        #expect(verdicts(life(21_000, model: model), life(model: model, seed: 2))[0].verdict == .leaking)
    }

    @Test("What both do alike is no leak, and nothing shows that it is bounded") func cancels() {
        let variants = verdicts(life(model: .warmUp), life(model: .warmUp, seed: 2))
        #expect(!variants.map(\.verdict).contains(.leaking))
    }

    @Test("Growth no faster than that of a control that leaks is no excuse") func leakingControl() {
        var control = life(500, seed: 2)
        control.tasksPerEvent = 1
        let variants = verdicts(life(500), control)
        #expect(variants.map(\.verdict) == [.leaking, .leaking])
        #expect(variants[0].evidence.allSatisfy { $0.against != "control" })
    }

    @Test("A control that was not there at the time excuses nothing") func absent() {
        var control = life()
        control.seconds = 5
        let variants = verdicts(life(500), control)
        #expect(variants[0].verdict == .leaking)
        #expect(
            variants[0].evidence.filter { $0.against == "control" }.map(\.says) == [
                "inconclusive", "inconclusive",
            ]
        )
    }

    @Test(
        "The control is judged by its own resident memory",
        arguments: [(0.0, Verdict.bounded), (500, .leaking)]
    )
    func control(bytesPerEvent: Double, verdict: Verdict) {
        let variants = verdicts(life(), life(bytesPerEvent))
        #expect(variants[1].verdict == verdict)
        let says = variants[1].evidence.filter { $0.unit == "B/event" }.map(\.says)
        #expect(says == [verdict.rawValue, verdict.rawValue])
    }
}

/// What was seen with consumers of others, as curves: none may be called what it is not.
@Suite("Behaviours that were judged wrongly") struct BehaviourTests {
    /// Live heap above 20 MiB at a second of a life of 70 s at 1,000 events a second, mebibytes.
    struct Behaviour: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var allowed: [Verdict]
        var level: @Sendable (Double) -> Double

        init(_ name: String, _ allowed: [Verdict], _ level: @escaping @Sendable (Double) -> Double) {
            (testDescription, self.allowed, self.level) = (name, allowed, level)
        }
    }

    static let seconds = 70.0

    static let behaviours = [
        Behaviour("a small leak beyond doubt", [.leaking]) { 0.03 * $0 },
        Behaviour("a leak in bursts", [.leaking]) { 5 * ($0 / 5).rounded(.down) },
        Behaviour("a leak that begins after a third", [.leaking]) { max(0, $0 - 23) * 2 },
        Behaviour("a leak that begins at 0.6", [.leaking]) { max(0, $0 - 42) * 2 },
        Behaviour("a leak beside a transient", [.leaking]) { $0 * 0.3 + ($0 > 30 && $0 < 35 ? 64 : 0) },
        Behaviour("a leak after a start-up that is freed", [.leaking]) { $0 < 12 ? 60 : $0 * 0.3 },
        Behaviour("a leak after a cache has filled", [.leaking]) { min(20, $0) + $0 * 0.5 },
        Behaviour("a leak under teeth", [.leaking, .inconclusive]) {
            0.3 * $0 + 12 * ($0 / 8).truncatingRemainder(dividingBy: 1)
        },
        Behaviour("kept in two outages", [.leaking, .inconclusive]) {
            min(max(0, $0 - 20), 10) * 2 + min(max(0, $0 - 45), 10) * 2
        },
        Behaviour("a cache that is full at 70 %", [.bounded]) { min($0, 49) },
        Behaviour("a cache that is full at 90 %", [.bounded, .inconclusive]) { min($0, 63) },
        Behaviour("a cache that is emptied once", [.inconclusive]) { $0 < 55 ? $0 : $0 - 55 },
        Behaviour("a table that is made once", [.bounded]) { $0 < 30 ? 0 : 3 },
        Behaviour("creep", [.bounded, .inconclusive]) { 3 * naturalLogarithm(1 + $0 / 30) },
        Behaviour("a warm-up of most of the run", [.bounded, .inconclusive]) {
            64 * (1 - exponential(-$0 / 20))
        },
        Behaviour("nothing", [.bounded]) { _ in 0 },
    ]

    @Test("Live heap", arguments: behaviours) func heap(behaviour: Behaviour) throws {
        try check([.heap], behaviour)
    }

    @Test("Resident memory of a command", arguments: behaviours) func resident(behaviour: Behaviour) throws {
        try check([.rss, .charge], behaviour)
    }

    private func check(_ metrics: [MetricName], _ behaviour: Behaviour) throws {
        var noise = Gaussian(seed: 7)
        let jitter = (0..<1_000).map { _ in 0.01 * noise.next() }
        let level: LevelModel.Level = { second in
            (20 + behaviour.level(min(second, Self.seconds)) + jitter[Int(second * 10) % 1_000])
                * LevelModel.mebibyte
        }
        let life = LevelModel(
            Dictionary(uniqueKeysWithValues: metrics.map { ($0, level) }),
            seconds: Self.seconds
        )
        var run = RunModel.alone(LifeModel(seconds: Self.seconds)).recorded
        run.variants[0].pods[0].lives = [life.recorded()]
        let variant = try #require(RunAnalysis().result(of: run).variants.first)
        #expect(behaviour.allowed.contains(variant.verdict), "\(variant.verdict): \(variant.because)")
        #expect(variant.undecided.isEmpty == (variant.verdict != .inconclusive))
    }

    @Test(
        "What was not read over half of the run is not shown to be bounded",
        arguments: [MetricName.heap, .rss]
    )
    func gap(metric: MetricName) throws {
        var life = LevelModel([metric: LevelModel.flatHeap], seconds: Self.seconds).recorded()
        let series = try #require(life.series[metric])
        let kept = series.times.indices.filter { series.times[$0] < nanoseconds(40) }
        life.series[metric] = Series(
            times: kept.map { series.times[$0] },
            values: kept.map { series.values[$0] }
        )
        var run = RunModel.alone(LifeModel(seconds: Self.seconds)).recorded
        run.variants[0].pods[0].lives = [life]
        let variant = try #require(RunAnalysis().result(of: run).variants.first)
        #expect(variant.verdict == .inconclusive)
        #expect(variant.because.contains { $0.hasSuffix("was not read over a large part of the events") })
    }

    @Test("One leaking pod of four makes the variant leak") func oneOfFour() throws {
        var run = RunModel.alone(LifeModel()).recorded
        let pods = (0..<4).map { index in
            var pod = run.variants[0].pods[0]
            pod.lives = [LifeModel(seed: UInt64(index + 1), bytesPerEvent: index == 2 ? 200 : 0).recorded()]
            return pod
        }
        run.variants[0].pods = pods
        #expect(RunAnalysis().result(of: run).variants.first?.verdict == .leaking)
    }

    @Test("Descriptors and tasks of pools that fill on the way are no leak", arguments: [100.0, 50])
    func pools(size: Double) throws {
        for metric in [MetricName.descriptors, MetricName("tasks_live")] {
            let life = LevelModel([
                .heap: LevelModel.flatHeap, metric: { 14 + min(size, size / 25 * $0).rounded(.down) },
            ])
            let resources = metric.isOfIncident ? [metric.rawValue] : []
            let variant = try #require(LevelModel.result(life, resources: resources))
            #expect(variant.verdict == .bounded, "\(variant.because)")
        }
    }
}
