import LabCore
import Testing

@testable import LabAnalysis

@Suite("Leaks in other resources than memory") struct ResourceTests {
    /// Grows by so many from the tenth second to the sixtieth.
    private func rising(by growth: Double, from base: Double = 14) -> LevelModel.Level {
        { base + growth * max(0, min($0, 60) - 10) / 50 }
    }

    private func result(
        _ metric: MetricName,
        _ level: @escaping LevelModel.Level,
        reason: String = "Completed"
    ) -> VariantResult? {
        let life = LevelModel(
            [.heap: LevelModel.flatHeap, metric: level],
            hold: reason == "Completed" ? 5 : 0,
            reason: reason
        )
        return LevelModel.result(life, resources: metric.isOfIncident ? [metric.rawValue] : [])
    }

    @Test(
        "A variant leaks that keeps more than its allowance, though its memory is flat",
        arguments: [
            (.descriptors, 16, .bounded), (.descriptors, 17, .leaking), (.threads, 64, .bounded),
            (.threads, 65, .leaking), (MetricName("rows"), 3, .bounded), (MetricName("rows"), 4, .leaking),
        ] as [(MetricName, Double, Verdict)],
        ["Completed", "Error"]
    )
    func allowance(_ row: (metric: MetricName, growth: Double, verdict: Verdict), reason: String) throws {
        // A life that was cut short is judged by the minima of eight parts, of which the first is not at the start.
        let growth = reason == "Completed" || row.verdict == .bounded ? row.growth : row.growth * 8 / 7 + 1
        let variant = try #require(result(row.metric, rising(by: growth), reason: reason))
        #expect(variant.verdict == row.verdict)
        #expect(variant.flagged == (row.verdict == .leaking))
        let evidence = try #require(variant.evidence.first { $0.metric == row.metric.rawValue })
        #expect(evidence.says == row.verdict.rawValue && evidence.unit == row.metric.rawValue)
        #expect(variant.resources.first { $0.name == row.metric.rawValue }?.verdict == row.verdict)
    }

    @Test("The reason tells how many for each event, and the allowance") func words() throws {
        let variant = try #require(result(.descriptors, rising(by: 5_000)))
        #expect(
            variant.because == ["0.100 descriptors live per event (5,000 more at the end, threshold 16)"]
        )
        let resource = try #require(variant.resources.first)
        #expect(resource.name == "descriptors" && resource.peak == 5_014 && resource.end == 5_014)
        #expect(abs((resource.perEvent?.estimate ?? 0) - 0.1) < 1e-3)
    }

    @Test("Of a variant without a leak only what the scenario names is told") func told() throws {
        let result = (rows: result(MetricName("rows")) { _ in 2 }, threads: result(.threads) { _ in 9 })
        let rows = try #require(result.rows)
        #expect(
            rows.because.first
                == "0 more rows live after 50,000 events than at the end of warm-up (threshold 3)"
        )
        let fewer = try #require(self.result(MetricName("rows"), rising(by: -33, from: 60)))
        #expect(
            fewer.because.first
                == "33 fewer rows live after 50,000 events than at the end of warm-up (threshold 3)"
        )
        let threads = try #require(result.threads)
        #expect(!threads.because.contains { $0.contains("threads") })
        #expect(threads.resources.map(\.name) == ["threads"])
    }

    @Test("What a pod gives back as it takes itself apart hides no leak") func teardown() throws {
        let level: LevelModel.Level = { $0 < 64 ? 9 + (100 * min($0, 60) / 60).rounded(.down) : 2 }
        let result = result(.threads, level)
        let variant = try #require(result)
        #expect(variant.verdict == .leaking)
        #expect(variant.resources.first?.end == 109)
    }

    @Test("What is at work when a life is cut short is no leak") func inProgress() {
        let level: LevelModel.Level = { 14 + (Int($0) % 2 == 0 || $0 > 59 ? 200 : 0) }
        #expect(result(.descriptors, level, reason: "Error")?.verdict == .bounded)
    }

    @Test("Descriptors and threads alone make no verdict") func alone() throws {
        let life = LevelModel([.descriptors: { _ in 14 }, .threads: { _ in 9 }])
        #expect(LevelModel.result(life)?.verdict == .inconclusive)
    }
}

@Suite("The shape of live heap decides which memory is judged") struct DecidingMemoryTests {
    private static let growing: @Sendable (Double) -> Double = { (30 + 3 * $0) * LevelModel.mebibyte }

    /// A variant whose resident memory grows, beside a control of the same lives that is flat.
    private func result(heap: @escaping LevelModel.Level) -> VariantResult? {
        var run = RunModel(variants: [.init(name: "a"), .init(name: "b", isControl: true)]).recorded
        let resident: [MetricName: LevelModel.Level] = [.rss: Self.growing, .charge: Self.growing]
        let life = LevelModel(resident.merging([.heap: heap]) { $1 }, seconds: 110).recorded()
        run.variants[0].pods[0].lives = [life]
        let flat = LevelModel(
            [.rss: LevelModel.flatHeap, .charge: LevelModel.flatHeap, .heap: LevelModel.flatHeap],
            seconds: 110
        )
        run.variants[1].pods[0].lives = [flat.recorded()]
        return RunAnalysis().result(of: run).variants.first
    }

    @Test("Resident memory stays up after a saw-tooth or a plateau, and leaks nothing")
    func arenas() throws {
        let results = (
            teeth: result { HeapModel.teeth(20)($0) * LevelModel.mebibyte },
            full: result { HeapModel.filled(100, in: 50)($0) * LevelModel.mebibyte }
        )
        let teeth = try #require(results.teeth)
        #expect(teeth.verdict == .bounded && !teeth.flagged)
        #expect(teeth.findings.map(\.kind) == [.sawTooth])
        #expect(
            teeth.because.contains {
                $0.hasPrefix("resident memory grows")
                    && $0.hasSuffix("but live heap falls back again and again: kept by the allocator")
            },
            "\(teeth.because)"
        )
        let full = try #require(results.full)
        #expect(full.verdict == .bounded && full.findings.map(\.kind) == [.plateau])
        #expect(full.because.contains { $0.hasSuffix("but live heap levels off: kept by the allocator") })
    }

    @Test("Where live heap was not read, resident memory decides") func withoutHeap() {
        #expect(result { _ in 0 }?.verdict == .leaking)
    }
}
