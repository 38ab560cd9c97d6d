import LabAnalysis
import LabCore
import LabScenario
import Testing

@testable import LabEngine

@Suite("A series of repetitions")
struct RepetitionSeriesTests {
    private func result(_ run: String, verdict: Verdict = .bounded) -> RunResult {
        var variant = VariantResult(name: "fixed", role: .fix, control: true)
        variant.verdict = verdict
        return RunResult(
            run: run,
            scenario: "s",
            timeScale: 1,
            seed: 1,
            valid: true,
            invalidBecause: [],
            broker: BrokerDescription(kind: "embedded", bootstrapServers: ""),
            lab: LabFootprint(),
            variants: [variant],
            expectations: [],
            exitStatus: 0
        )
    }

    /// Takes turns until the series is over; `objections` by the number of the run, from 1.
    private func uses(_ count: Int, objections: Set<Int>) -> [RepetitionsResult.Use] {
        var series = RepetitionSeries(id: "rep-x", count: count)
        var run = 0
        while series.turn != nil, run < 1_000 {
            run += 1
            let reasons = objections.contains(run) ? ["late"] : []
            let isUsed = series.take(result("\(run)"), order: [], objections: reasons)
            #expect(isUsed == reasons.isEmpty)
        }
        return series.repetitions.map(\.use)
    }

    @Test("makes as many runs as were asked for", arguments: [1, 2, 5, 100])
    func plain(count: Int) {
        #expect(uses(count, objections: []) == Array(repeating: .used, count: count))
    }

    @Test("repeats a run that cannot be used, once, and then leaves it out")
    func repeated() {
        #expect(uses(2, objections: [1]) == [.repeated, .used, .used])
        #expect(uses(2, objections: [1, 2]) == [.repeated, .leftOut, .used])
        #expect(uses(2, objections: [2, 3]) == [.used, .repeated, .leftOut])
        #expect(uses(2, objections: [1, 2, 3, 4]) == [.repeated, .leftOut, .repeated, .leftOut])
    }

    @Test("gives every repetition a seed of its own, and the run that repeats it the same")
    func seeds() throws {
        var series = RepetitionSeries(id: "rep-x", count: 3)
        var seeds: [UInt64] = []
        for objections in [[], ["late"], [], []] {
            let turn = try #require(series.turn)
            seeds.append(turn.seed(from: .max - 1))
            _ = series.take(result("r"), order: [], objections: objections)
        }
        #expect(seeds == [.max - 1, .max, .max, 0])
        #expect(series.turn == nil)
    }

    /// The mean place of a variant, counted through all runs of the series.
    private func meanPlaces(variants: Int, repetitions: Int) -> [Double] {
        var sums = Array(repeating: 0.0, count: variants)
        for repetition in 0..<repetitions {
            let turn = RunRepetition(series: "rep-x", number: repetition + 1, count: repetitions)
            let order = turn.isReversed ? (0..<variants).reversed() : Array(0..<variants)
            for (place, variant) in order.enumerated() {
                sums[variant] += Double(repetition * variants + place) / Double(repetitions)
            }
        }
        return sums
    }

    @Test(
        "puts every variant at the same mean time over an even number of repetitions",
        arguments: [2, 3, 5],
        [2, 4, 10]
    )
    func balanced(variants: Int, repetitions: Int) {
        let places = meanPlaces(variants: variants, repetitions: repetitions)
        #expect(places.allSatisfy { abs($0 - places[0]) < 1e-9 }, "\(places)")
    }

    @Test("leaves them at most one place apart per repetition over an odd number", arguments: [3, 5])
    func odd(repetitions: Int) {
        let places = meanPlaces(variants: 2, repetitions: repetitions)
        #expect(abs(places[0] - places[1]) <= 1 / Double(repetitions) + 1e-9)
    }

    @Test("is over after a run that was not whole")
    func ended() {
        var series = RepetitionSeries(id: "rep-x", count: 5)
        _ = series.take(result("a"), order: [], objections: [])
        series.end(with: result("b"), order: [], because: "interrupted")
        #expect(series.turn == nil)
        #expect(series.repetitions.map(\.use) == [.used, .unfinished])
    }

    @Test("names topics on an external broker so that none is used again before it is gone")
    func topics() {
        let names = [(1, 0), (2, 0), (2, 1)].map {
            RunRepetition(series: "rep-x", number: $0.0, count: 3, failures: $0.1).topicSuffix
        }
        #expect(Set(names).count == 3)
        #expect(names.allSatisfy { $0.hasPrefix("-r") })
    }
}

@Suite("The order of a repetition")
struct RepetitionOrderTests {
    @Test("is that of the stages, and nothing else changes")
    func stages() throws {
        for schedule in ["parallel", "sequential"] {
            let scenario = try TestScenario.make(["schedule=\(schedule)"])
            let plain = RunPlan(id: "r", scenario: scenario)
            let reversed = RunPlan(id: "r", scenario: scenario, reversed: true)
            let names = plain.stages.flatMap { $0.map(\.name) }
            #expect(reversed.stages.flatMap { $0.map(\.name) } == names.reversed())
            #expect(reversed.stages.count == plain.stages.count)
            #expect(reversed.variants.map(\.name) == plain.variants.map(\.name))
            #expect(reversed.variants.map(\.topic) == plain.variants.map(\.topic))
        }
    }
}

@Suite("What repetitions come to")
struct RepetitionJudgementTests {
    /// Repetitions of the scenario's variants, each with these verdicts and lag.
    private func judge(
        _ verdicts: [[Verdict]],
        expect: [String] = [],
        lag: [Int] = [],
        asked: Int? = nil,
        leftOut: Int = 0,
        state: RunState = .finished
    ) throws -> RepetitionsResult {
        let scenario = try TestScenario.make([], expect: expect)
        var series = RepetitionSeries(id: "rep-x", count: asked ?? verdicts.count + leftOut)
        var wholes: [RepetitionsAnalysis.Whole] = []
        for (number, row) in verdicts.enumerated() {
            let whole = Self.whole(
                scenario,
                "r\(number)",
                row,
                lag: lag.indices.contains(number) ? lag[number] : 0
            )
            _ = series.take(whole.result, order: [], objections: [])
            wholes.append(whole)
        }
        for number in 0..<leftOut {
            let whole = Self.whole(scenario, "x\(number)", [])
            for _ in 0..<2 { _ = series.take(whole.result, order: [], objections: ["late"]) }
        }
        return Judgement.repetitions(wholes, of: series, scenario: scenario, state: state)
    }

    private static func whole(
        _ scenario: Scenario,
        _ run: String,
        _ verdicts: [Verdict],
        lag: Int = 0
    ) -> RepetitionsAnalysis.Whole {
        var recording = RecordedRun(header: TestScenario.header(of: scenario, run: run), state: .finished)
        recording.variants = recording.header.variants.map { RecordedVariant(header: $0) }
        var result = RunAnalysis().result(of: recording)
        for index in result.variants.indices {
            result.variants[index].verdict = verdicts.indices.contains(index) ? verdicts[index] : .bounded
            result.variants[index].flagged = result.variants[index].verdict == .leaking
            result.variants[index].lag.final = lag
        }
        let measures = RunMeasures(of: recording, result: result)
        return RepetitionsAnalysis.Whole(result: result, measures: measures)
    }

    private static let asExpected: [Verdict] = [.leaking, .bounded]

    @Test("ends with 0 if a suspect leaks and its control does not, in most of them")
    func expected() throws {
        let result = try judge([Self.asExpected, Self.asExpected, [.bounded, .bounded]])
        #expect(result.variants.map(\.verdict) == [.leaking, .bounded])
        #expect(result.exitStatus == 0, "\(result)")
    }

    @Test("ends with 2 if the control leaks in most, with 3 if two repetitions differ")
    func unexpected() throws {
        #expect(try judge([[.leaking, .leaking], [.leaking, .leaking], Self.asExpected]).exitStatus == 2)
        #expect(try judge([Self.asExpected, [.leaking, .leaking]]).exitStatus == 3)
    }

    @Test("judges what all have together once, and anything else in each")
    func expectations() throws {
        let names = try TestScenario.make([]).variants.map(\.name)
        let together = "\(names[1]).verdict == bounded"
        let each = "\(names[1]).lag.final == 0"
        let rows = [Self.asExpected, Self.asExpected, [.leaking, .leaking]]
        let result = try judge(rows, expect: [together, each], lag: [0, 0, 4])
        #expect(result.expectations.map(\.met) == [true, false])
        #expect(result.expectations.map(\.observed) == ["bounded", "0, 0, 4"])
        #expect(result.exitStatus == 2)
        #expect(try judge(rows, expect: [together, each]).expectations[1].observed == "0")
    }

    @Test("is invalid unless more than half could be used")
    func invalid() throws {
        #expect(try judge([Self.asExpected, Self.asExpected], leftOut: 1).valid)
        let result = try judge([Self.asExpected], leftOut: 1)
        #expect(!result.valid && result.exitStatus == 3)
        #expect(try judge([], leftOut: 2).exitStatus == 3)
    }

    @Test("after Ctrl-C is that of the whole ones, with 130")
    func interrupted() throws {
        let result = try judge([Self.asExpected, Self.asExpected], asked: 5, state: .interrupted)
        #expect(result.used == 2 && result.valid && result.exitStatus == 130)
        #expect(result.variants.map(\.verdict) == Self.asExpected)
        #expect(try judge([], asked: 5, state: .interrupted).exitStatus == 130)
    }
}
