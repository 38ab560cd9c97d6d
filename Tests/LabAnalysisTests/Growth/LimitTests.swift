import LabCore
import Testing

@testable import LabAnalysis

@Suite("Limits of findings") struct LimitTests {
    private static let spiky: LevelModel.Level = { ($0 == 30 || $0 == 40 ? 100 : 20) * LevelModel.mebibyte }
    private static let running = MetricName("running")

    @Test(
        "A finding beyond its limit flags a variant that does not leak, and says so in words",
        arguments: [
            (
                .spike, "heap", 3,
                "live heap spikes to 5 × its baseline, beyond the limit of 3 ×, 2 times (100 MiB at most, 20.0 MiB as a rule)"
            ),
            (.stampede, "running", 8, "600 running at once, beyond the limit of 8, once"),
            (
                .pileUp, "running", 8,
                "600 running begun and not done and still rising at the end, beyond the limit of 8, once"
            ),
            (
                .imbalance, "requests", 1.5,
                "the busiest of requests has 2 × the mean, beyond the limit of 1.5 × (a has 100 % of it, 2 members)"
            ),
            (
                .plateau, "cachedBytes", 0x1p20,
                "cachedBytes levels off at 32.0 MiB, beyond the limit of 1.0 MiB"
            ),
            (.sawTooth, "entries", 5, "entries falls back only every 8 s, beyond the limit of 5 s"),
        ] as [(Finding.Kind, String, Double, String)]
    )
    func beyond(kind: Finding.Kind, metric: String, limit: Double, words: String) throws {
        let life = LevelModel([
            .heap: Self.spiky, Self.running: { 10 * min($0, 60) }, MetricName("requests.a"): { $0 },
            MetricName("requests.b"): { _ in 0 }, MetricName("cachedBytes"): { 0x1p25 * min(1, $0 / 30) },
            MetricName("entries"): { 100 * ($0 / 8).truncatingRemainder(dividingBy: 1) },
        ])
        let rule = FindingRule(kind: kind, metric: metric, limit: limit)
        let variant = try #require(LevelModel.result(life, findings: [rule]))
        #expect(variant.verdict == .bounded && variant.flagged)
        #expect(variant.because.contains(words), "\(variant.because)")
        let patient = FindingRule(kind: kind, metric: metric, limit: limit * 1e6)
        let spared = try #require(LevelModel.result(life, findings: [patient]))
        #expect(spared.findings.contains { $0.kind == kind } && !spared.flagged)
        #expect(!spared.because.contains { $0.contains("beyond the limit") })
    }

    @Test("A finding is told beside what was predicted of it") func predicted() throws {
        let life = LevelModel([.heap: { (20 + 40 * min(1, max(0, $0 - 1) / 30)) * LevelModel.mebibyte }])
        let prediction = Prediction(
            kind: .plateau,
            metric: "heap",
            value: 42.5 * LevelModel.mebibyte,  // beside 20 MiB before the first event
            note: "100 entries × 640 KiB"
        )
        let rule = FindingRule(kind: .plateau, metric: "heap", limit: 32 * LevelModel.mebibyte)
        let variant = try #require(
            LevelModel.result(life, findings: [rule], predictions: [prediction])
        )
        let finding = try #require(variant.findings.first)
        #expect(finding.predicted == 62.5 * LevelModel.mebibyte)
        #expect(abs((finding.ratio ?? 0) - 0.96) < 1e-6)
        #expect(
            finding.note
                == "predicted as 100 entries × 640 KiB; and 20.0 MiB that a pod has before its first event"
        )
        let words =
            "live heap levels off at 60.0 MiB, beyond the limit of 32.0 MiB, predicted 62.5 MiB (−4 %)"
        #expect(variant.because.contains(words), "\(variant.because)")
    }

    @Test("A plateau that was predicted and not reached is told") func notReached() throws {
        let life = LevelModel([.heap: { (20 + $0) * LevelModel.mebibyte }])
        let prediction = Prediction(kind: .plateau, metric: "heap", value: 0x1p30, note: "1 × 1 GiB")
        let variant = try #require(LevelModel.result(life, predictions: [prediction]))
        #expect(variant.verdict == .leaking)
        let words = "live heap is predicted to level off at 1.0 GiB (1 × 1 GiB), and came to 85.0 MiB"
        #expect(variant.because.last == words)
    }

    @Test("A plateau that was reached before warm-up was over is told if it was predicted, and else is none")
    func reachedEarly() throws {
        let life = LevelModel([.heap: { min(20 + 200 * max(0, $0 - 1), 1_000) * LevelModel.mebibyte }])
        let prediction = Prediction(kind: .plateau, metric: "heap", value: 0x1p30, note: "1 × 1 GiB")
        let reached = try #require(LevelModel.result(life, predictions: [prediction]))
        #expect(reached.findings.map(\.kind) == [.plateau])
        #expect(reached.findings.first?.value == 1_000 * LevelModel.mebibyte)
        #expect(reached.findings.first?.predicted == 1_044 * LevelModel.mebibyte)
        #expect(reached.verdict == .bounded && !reached.flagged)
        let unforeseen = try #require(LevelModel.result(life))
        #expect(unforeseen.findings.isEmpty)
    }

    @Test(
        "A limit of what no pod told leaves a variant open, a leak apart",
        arguments: [(0.0, .inconclusive), (1, .leaking)] as [(Double, Verdict)]
    )
    func misspelt(mebibytesPerSecond: Double, expected: Verdict) throws {
        let life = LevelModel([.heap: { (20 + mebibytesPerSecond * $0) * LevelModel.mebibyte }])
        let rules = [
            FindingRule(kind: .stampede, metric: "refreshs", limit: 8),
            FindingRule(kind: .imbalance, metric: "requests", limit: 2),
            FindingRule(kind: .pileUp, metric: "running"),
        ]
        let variant = try #require(LevelModel.result(life, findings: rules, resources: ["rows"]))
        #expect(variant.verdict == expected)
        #expect(
            variant.because.prefix(3) == [
                "no pod reported “refreshs”, so that its stampede could not be looked for: is the name right?",
                "no pod reported “requests”, so that its imbalance could not be looked for: is the name right?",
                "no pod reported “rows”, so that a leak of it could not be looked for: is the name right?",
            ]
        )
    }

    @Test("What a companion tells is looked at as what a pod tells") func companion() throws {
        var run = RunModel.alone(LifeModel()).recorded
        run.header.findings = [
            FindingRule(kind: .imbalance, metric: "requests", limit: 1.5),
            FindingRule(kind: .stampede, metric: "open", limit: 8),
        ]
        run.variants[0].pods[0].lives = [LevelModel([.heap: LevelModel.flatHeap]).recorded()]
        let told = LevelModel([
            MetricName("requests.a"): { 90 * $0 }, MetricName("requests.b"): { 10 * $0 },
            MetricName("open"): { $0 == 30 ? 9 : $0 == 5 ? 100 : 1 },
        ])
        let series = told.recorded().series
        run.variants[0].series.merge(series.filter { $0.key != .processed }) { $1 }
        let variant = try #require(RunAnalysis().result(of: run).variants.first)
        let values = variant.findings.map { ($0.value * 1_000).rounded() / 1_000 }
        // What happened during warm-up is left out.
        #expect(values == [1.8, 9] && variant.flagged)
        #expect(!variant.because.contains { $0.contains("nobody told") })
    }

    @Test("What one variant tells leaves no other open") func othersTell() {
        var run = RunModel(variants: [.init(name: "a"), .init(name: "b", isControl: true)]).recorded
        run.header.findings = [FindingRule(kind: .stampede, metric: "refreshes", limit: 8)]
        let life = LevelModel([.heap: LevelModel.flatHeap, MetricName("refreshes"): { _ in 1 }])
        run.variants[0].pods[0].lives = [life.recorded()]
        #expect(RunAnalysis().result(of: run).variants.map(\.verdict) == [.bounded, .bounded])
    }
}
