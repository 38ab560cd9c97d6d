import LabCore
import Testing

@testable import LabAnalysis

@Suite("Repetitions of a run")
struct RepetitionsAnalysisTests {
    private let analysis = RepetitionsAnalysis()

    /// Runs of one variant and its control, alike but for their seeds.
    private func wholes(
        _ count: Int,
        leaking bytesPerEvent: Double = 0,
        model: MemoryModel = .quiet,
        seconds: Double = 60
    ) -> [RepetitionsAnalysis.Whole] {
        (1...UInt64(count)).map { seed in
            whole(seed: seed) { side in
                (side.life.model, side.life.seconds, side.life.bytesPerEvent) = (
                    model, seconds, bytesPerEvent
                )
            }
        }
    }

    private func whole(
        seed: UInt64,
        _ change: (inout ComparisonModel.Side) -> Void
    ) -> RepetitionsAnalysis.Whole {
        var side = ComparisonModel.Side()
        change(&side)
        side.life.seed = seed
        side.cpuMicroseconds *= 1 + 0.01 * Double(seed % 5)
        let recording = ComparisonModel.recording([side], run: "r\(seed)", seed: seed)
        let result = RunAnalysis().result(of: recording)
        return RepetitionsAnalysis.Whole(
            result: result,
            measures: RunMeasures(of: recording, result: result)
        )
    }

    private func subject(_ wholes: [RepetitionsAnalysis.Whole]) throws -> RepetitionsResult.Variant {
        try #require(analysis.variants(of: wholes).first)
    }

    @Test("have every figure with the values of each")
    func figures() throws {
        let all = wholes(4)
        let variant = try subject(all)
        #expect(variant.verdict == .bounded && variant.lost == 0)
        let cpu = try #require(variant.figures.first { $0.metric == .cpu })
        #expect(cpu.n == 4 && cpu.values == all.map { $0.result.variants[0].cpu.secondsPerMillionEvents })
        let mean = try #require(cpu.estimate)
        let values = cpu.values.compactMap(\.self)
        #expect(abs(mean - values.reduce(0, +) / 4) < 1e-9)
        let interval = try #require(cpu.interval)
        #expect(interval.low < mean && mean < interval.high)
        let known: Set<ComparedMetric> = [.tasks, .heap, .rss, .charge, .peakRSS, .cpu, .throughput]
        #expect(known.isSubset(of: Set(variant.figures.map(\.metric))))
    }

    @Test("have no interval below zero of what cannot be negative")
    func clipped() throws {
        var all = wholes(2)
        all[0].result.variants[0].latency.p99Millis = 10
        all[1].result.variants[0].latency.p99Millis = 2_000
        let figure = try #require(try subject(all).figures.first { $0.metric == .latencyP99 })
        let interval = try #require(figure.interval)
        #expect(interval.low == 0 && interval.high > 20_000)
    }

    @Test("know a figure if more than half of them do")
    func missing() throws {
        var all = wholes(4)
        for index in 0..<2 { all[index].result.variants[0].heap.bytesPerEvent = nil }
        func heap() throws -> RepeatedFigure {
            try #require(try subject(all).figures.first { $0.metric == .heap })
        }
        var figure = try heap()
        #expect(figure.estimate == nil && figure.n == 2)
        all[0] = wholes(1)[0]
        figure = try heap()
        #expect(figure.estimate != nil && figure.n == 3)
    }

    /// A small leak under noise is open in most runs; six of them find it together.
    @Test("find together a leak that each finds rarely")
    func smallLeak() throws {
        let all = wholes(6, leaking: 40, model: .correlatedNoise)
        let found = all.count { $0.result.variants[0].verdict == .leaking }
        #expect(found <= 3, "\(found) of 6")
        let together = try subject(all)
        #expect(together.verdict == .leaking, "\(together.because)")
        let alone = all.compactMap { $0.result.variants[0].smallestDetectableBytesPerEvent }
        let worst = try #require(alone.max())
        let smallest = try #require(together.smallestDetectableBytesPerEvent)
        #expect(smallest <= worst, "\(smallest), each alone \(alone)")
    }

    @Test("call memory that only wanders leaking in no case", arguments: MemoryModel.allCases)
    func wandering(model: MemoryModel) throws {
        let all = (1...5).map { seed in whole(seed: seed) { $0.life.model = model } }
        #expect(try subject(all).verdict != .leaking)
    }

    @Test(
        "find a leak of the reference incident under any memory",
        arguments: [MemoryModel.quiet, .sawTooth, .warmUp],
        [1, 3]
    )
    func reference(model: MemoryModel, count: Int) throws {
        #expect(try subject(wholes(count, leaking: 21_000, model: model)).verdict == .leaking)
    }

    @Test("use no run whose producer was late, and none that is invalid")
    func objections() {
        var result = wholes(1)[0].result
        #expect(analysis.objections(to: result).isEmpty)
        result.variants[0].load.achievedPerHour = 0.9 * result.variants[0].load.targetPerHour
        #expect(analysis.objections(to: result).first?.contains("this machine could not keep up") == true)
        result.valid = false
        #expect(analysis.objections(to: result) == ["the run is invalid"])
        result.invalidBecause = ["the broker ended"]
        #expect(analysis.objections(to: result) == ["the broker ended"])
    }

    @Test("put their figures in the place of a run's, for what is expected of it")
    func replaced() throws {
        let all = wholes(3, leaking: 21_000)
        let combined = analysis.variants(of: all)
        let variant = try #require(all[0].result.replacingFigures(by: combined).variants.first)
        #expect(variant.verdict == .leaking && variant.flagged)
        #expect(variant.heap.bytesPerEvent == combined[0].figures.first { $0.metric == .heap }?.interval)
        #expect(variant.lag == all[0].result.variants[0].lag)
    }

    @Test("lose what any of them lost")
    func losses() throws {
        var all = wholes(3)
        all[1].result.variants[0].events.lost = 7
        let variant = try subject(all)
        #expect(variant.lost == 7)
        #expect(variant.because.contains { $0.hasPrefix("7 events") && $0.hasSuffix("in r2") })
        all[2].result.variants[0].events.lost = nil
        #expect(try subject(all).lost == nil)
    }

    @Test("of which there are none have no variants") func none() {
        #expect(analysis.variants(of: []).isEmpty)
        #expect(analysis.notes(repetitions: 0).isEmpty)
    }

    @Test(
        "say what few of them rest on",
        arguments: [(1, "does not show how far"), (3, "normally"), (6, "by Student")]
    )
    func notes(count: Int, words: String) {
        #expect(analysis.notes(repetitions: count).joined().contains(words))
        #expect(
            analysis.notes(repetitions: count).joined().contains("fewer than 6") == (2..<6).contains(count)
        )
    }
}
