import LabCore
import Testing

@testable import LabAnalysis

@Suite("How pods did their work, whatever their memory does")
struct ConductTests {
    private func variant(_ change: (inout RecordedVariant) -> Void) throws -> VariantResult {
        var run = RunModel.alone(LifeModel()).recorded
        change(&run.variants[0])
        return try #require(RunAnalysis().result(of: run).variants.first)
    }

    private func kinds(_ variant: VariantResult) -> [Finding.Kind] {
        variant.findings.filter(\.isBeyondLimit).map(\.kind)
    }

    @Test(
        "A pod that ends and is started again and again is flagged",
        arguments: [(2, false), (3, true), (11, true)]
    )
    func crashLoop(crashes: Int, isFlagged: Bool) throws {
        let variant = try variant { variant in
            variant.pods[0].lives = (0...crashes).map { index in
                var life = LifeModel(seconds: 5)
                if index < crashes { life.exit = PodExit(reason: "Error", code: 1) }
                return life.recorded(index: index, start: Double(index) * 12)
            }
        }
        #expect(kinds(variant).contains(.crashLoop) == isFlagged)
        #expect(variant.flagged == isFlagged)
        let words = "a pod crashed \(crashes) times and was started again, beyond the limit of 2"
        #expect(variant.because.contains(words) == isFlagged, "\(variant.because)")
    }

    @Test(
        "What is left when the run ends is flagged beyond a hundredth of the events",
        arguments: [
            (Drain.Outcome.drained, 0, false), (.stalled, 1_000, false), (.stalled, 2_000, true),
            (.cutOff, 95_651, true), (.abandoned, 2_000, true), (.interrupted, 95_651, false),
        ]
    )
    func notDrained(outcome: Drain.Outcome, left: Int, isFlagged: Bool) throws {
        let variant = try variant { $0.drain = Drain(outcome: outcome, left: left, seconds: 30) }
        #expect(kinds(variant).contains(.notDrained) == isFlagged)
        #expect(variant.flagged == isFlagged)
    }

    @Test(
        "A group that stands still at the end of the load is flagged, unless it catches up",
        arguments: [true, false]
    )
    func stalled(catchesUp: Bool) throws {
        let variant = try variant { variant in
            let times = [0, 30, 75].map { nanoseconds($0) }
            variant.series[.lagStatus] = Series(
                times: times,
                values: [.ok, .stalled, .stalled].map { (status: LagStatus) in Double(status.severity) }
            )
            variant.drain = Drain(
                outcome: catchesUp ? .drained : .stalled,
                left: catchesUp ? 0 : 9,
                seconds: 30
            )
        }
        #expect(kinds(variant) == (catchesUp ? [] : [.stalled]), "\(variant.findings)")
    }

    @Test(
        "A level that rises with the events is pointed out though nobody asked, a counter and a pool are not"
    )
    func rising() throws {
        func findings(_ name: String, _ level: @escaping LevelModel.Level) throws -> [Finding] {
            let life = LevelModel([.heap: LevelModel.flatHeap, MetricName(name): level])
            return try #require(LevelModel.result(life)).findings
        }
        let found = try #require(try findings("connections") { 10 + 10 * min($0, 60) }.first)
        #expect(found.kind == .rising && found.metric == "connections" && !found.isBeyondLimit)
        #expect(abs(found.value - 500) < 20)
        #expect(try findings("requests_total") { 10 * min($0, 60) }.isEmpty)
        #expect(try findings("pool") { min(100, 10 * $0) }.isEmpty)
        #expect(try findings("queue") { 50 * ($0 / 4).truncatingRemainder(dividingBy: 1) }.isEmpty)
    }
}

@Suite("Kills at the limit as evidence")
struct KillTests {
    /// A command whose lives are over before they can be judged, beside a control.
    private func run(
        kills: Int,
        controlKills: Int = 0,
        limit: Int64 = 64 << 20,
        controlLimit: Int64 = 64 << 20
    ) throws
        -> VariantResult
    {
        func lives(_ kills: Int) -> [LifeModel] {
            var short = LifeModel.killed(after: 2)
            short.memory = [.rss, .charge]
            var last = LifeModel(seconds: 60)
            last.memory = [.rss, .charge]
            return (0..<kills).map { _ in short } + [last]
        }
        var own = RunModel.Variant(name: "own", lives: lives(kills))
        own.memoryLimit = limit
        var control = RunModel.Variant(name: "control", isControl: true, lives: lives(controlKills))
        control.memoryLimit = controlLimit
        return try #require(RunModel(variants: [own, control]).result.variants.first)
    }

    @Test(
        "Pods that are killed where the control's live leak, and are never bounded",
        arguments: [
            (0, 0, 64, Verdict.bounded), (1, 0, 64, .inconclusive), (3, 0, 64, .leaking),
            (3, 1, 64, .inconclusive),
            (3, 0, 128, .inconclusive),
        ]
            as [(Int, Int, Int64, Verdict)]
    )
    func verdict(kills: Int, controlKills: Int, controlLimit: Int64, expected: Verdict) throws {
        let variant = try run(kills: kills, controlKills: controlKills, controlLimit: controlLimit << 20)
        #expect(variant.verdict == expected, "\(variant.because)")
        #expect(variant.flagged == (kills > 0))
        #expect(variant.timeToOOM.observed == (kills > 0 ? true : nil))
        if kills > 0 { #expect(abs((variant.timeToOOM.seconds ?? 0) - 2) < 0.2) }
    }

    @Test("The reason names the control that lived") func words() throws {
        let because = try run(kills: 3).because
        let words =
            "its pods were killed 3 times at the memory limit, where those of control, under the same limit and load, never were"
        #expect(because.contains(words), "\(because)")
    }
}

@Suite("Time to OOM under a load that changes")
struct TimeToOOMTests {
    @Test(
        "The events that are due are added up, and go on as they ended",
        arguments: [(100.0, 10.0), (1_000, 19), (2_800, 37)]
    )
    func due(events: Double, seconds: Double) {
        var variant = RunModel.alone(LifeModel()).recorded.variants[0]
        // 10/s for ten seconds, then 100/s for ten.
        variant.series[.scheduled] = Series(
            times: [0, 10, 20].map { nanoseconds($0) },
            values: [0, 100, 1_100]
        )
        let load = PodLoad(variant, replicas: 1)
        #expect(abs((load.seconds(for: events, from: 0) ?? 0) - seconds) < 0.01)
    }
}
