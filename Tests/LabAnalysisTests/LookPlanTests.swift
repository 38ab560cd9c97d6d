import LabCore
import Testing

@testable import LabAnalysis

@Suite("Looks at a run that goes on until it is decided")
struct LookPlanTests {
    private let plan = LookPlan(from: 10, until: 600)

    @Test("They stand ever farther apart, the last one at the end") func times() {
        let usable = plan.looks.map { $0.at - 10 }
        #expect(usable.first == 4)
        #expect(plan.looks.last?.at == 600)
        for (one, next) in zip(usable, usable.dropFirst()).dropLast() {
            #expect(abs(next / one - 1.3) < 1e-9)
        }
        #expect((15...22).contains(plan.looks.count))
        #expect(LookPlan.firstLook(from: 10) == 14)
    }

    @Test("Together they err as often as one", arguments: [20.0, 60, 600, 86_400])
    func errors(end: Double) {
        let looks = LookPlan(from: 10, until: end).looks
        #expect(abs(looks.reduce(0) { $0 + 1 - $1.confidence } - 0.02) < 1e-12)
        #expect(looks.allSatisfy { $0.confidence >= 0.98 })
    }

    @Test("A load with time for one look has one, as sure as that of any run", arguments: [14.0, 14.2])
    func one(end: Double) throws {
        let looks = LookPlan(from: 10, until: end).looks
        #expect(looks.map(\.at) == [end])
        #expect(abs(try #require(looks.first).confidence - 0.98) < 1e-12)
    }

    /// A mean that is zero, seen again and again as it gathers: the worst case for a threshold.
    @Test("Who looks at every one of them is wrong no more often than who looks once") func walk() {
        var random = SplitMix64(seed: 7)
        func normal() -> Double {
            (0..<12).reduce(-6) { sum, _ in sum + Double(random.next() >> 11) * 0x1p-53 }
        }
        let runs = 4_000
        var (careful, careless) = (0, 0)
        for _ in 0..<runs {
            var (sum, time, isWrong, isRash) = (0.0, 0.0, false, false)
            for look in plan.looks {
                sum += normal() * (look.at - 10 - time).squareRoot()
                time = look.at - 10
                let z = abs(sum) / time.squareRoot()
                isWrong = isWrong || z > normalQuantile(1 - (1 - look.confidence) / 2)
                isRash = isRash || z > normalQuantile(0.99)
            }
            careful += isWrong ? 1 : 0
            careless += isRash ? 1 : 0
        }
        #expect(Double(careful) / Double(runs) < 0.02)
        #expect(Double(careless) / Double(runs) > 0.05)
    }

    // MARK: - What stands

    private static func result(_ verdicts: [(String, Verdict)]) -> RunResult {
        var result = RunModel(variants: []).result
        result.variants = verdicts.map { name, verdict in
            var variant = VariantResult(name: name, role: .fix, control: false)
            variant.verdict = verdict
            return variant
        }
        return result
    }

    @Test("A leak stands at once, that there is none at the second look in a row") func standing() {
        var verdicts = StandingVerdicts()
        #expect(verdicts.look(at: Self.result([("a", .leaking), ("b", .bounded)])) == ["b"])
        #expect(verdicts.look(at: Self.result([("a", .leaking), ("b", .inconclusive)])) == ["b"])
        #expect(verdicts.look(at: Self.result([("a", .leaking), ("b", .bounded)])) == ["b"])
        #expect(verdicts.look(at: Self.result([("a", .inconclusive), ("b", .bounded)])) == ["a"])
        #expect(verdicts.look(at: Self.result([("a", .leaking), ("b", .bounded)])).isEmpty)
    }

    @Test("Of a variant without pods no more can be learned") func closed() {
        var verdicts = StandingVerdicts()
        let result = Self.result([("a", .inconclusive), ("b", .bounded), ("c", .inconclusive)])
        #expect(verdicts.look(at: result, closed: ["a", "b"]) == ["c"])
    }

    // MARK: - The end

    private static func run(_ until: UntilDecided) -> RecordedRun {
        var run = RunModel.alone(LifeModel()).recorded
        run.until = until
        return run
    }

    private static func until(_ ended: UntilDecided.Ending, open: [String]) -> UntilDecided {
        let look = UntilDecided.Look(atSeconds: 60, confidence: 0.999, undecided: open)
        return UntilDecided(ended: ended, atMostSeconds: 60, plannedLooks: 9, looks: [look])
    }

    @Test("A run is judged with the confidence of its last look") func confidence() throws {
        let run = Self.run(Self.until(.decided, open: []))
        var settings = AnalysisSettings.standard
        settings.confidence = 0.999
        var plain = run
        plain.until = nil
        var expected = RunAnalysis(settings: settings).result(of: plain)
        expected.until = run.until
        #expect(RunAnalysis().result(of: run) == expected)
        #expect(expected.until?.decidedAfterSeconds == 60)
    }

    @Test("What did not stand at the last look is not bounded in the end") func openAtTheEnd() throws {
        let open = RunAnalysis().result(of: Self.run(Self.until(.atMost, open: ["subject"])))
        #expect(open.variants.map(\.verdict) == [.inconclusive])
        #expect(open.variants.first?.because.first?.contains("two are needed") == true)
        let standing = RunAnalysis().result(of: Self.run(Self.until(.atMost, open: [])))
        #expect(standing.variants.map(\.verdict) == [.bounded])
    }
}
