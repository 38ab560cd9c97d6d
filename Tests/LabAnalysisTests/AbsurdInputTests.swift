import LabCore
import Testing

@testable import LabAnalysis

@Suite("No recording stops the analysis, and none that is absurd is judged")
struct AbsurdInputTests {
    private static let absurdNumbers: [Double] = [
        .nan, .infinity, -.infinity, 1e308, -1e308, .leastNonzeroMagnitude, -0.0, -1,
    ]
    private static let absurdTimes: [Int64] = [.min, .max, -1, 0, 1 << 60]

    private func run(_ change: (inout RecordedLife) -> Void) -> RunResult {
        var run = VerdictTests.reference.recorded
        for index in run.variants.indices {
            change(&run.variants[index].pods[0].lives[0])
        }
        return RunAnalysis().result(of: run)
    }

    private func isOpen(_ result: RunResult) -> Bool {
        result.variants.allSatisfy { $0.verdict == .inconclusive && !$0.because.isEmpty && !$0.flagged }
    }

    @Test("A run without variants") func empty() {
        let result = RunModel(variants: []).result
        #expect(result.variants.isEmpty)
        #expect(result.concluded(with: [], state: .finished).exitStatus == 0)
    }

    @Test("A variant that never started") func neverStarted() {
        let variants = RunModel(variants: [RunModel.Variant(name: "v", isControl: true, lives: [])]).result
            .variants
        #expect(variants[0].verdict == .inconclusive)
        #expect(variants[0].because == ["no event was handled"])
        #expect(variants[0].heap.startBytes == nil)
        var podless = RunModel.alone(LifeModel()).recorded
        podless.variants[0].pods = []
        #expect(isOpen(RunAnalysis().result(of: podless)))
    }

    @Test("Empty series") func emptySeries() {
        #expect(isOpen(run { $0.series = $0.series.mapValues { _ in Series() } }))
        #expect(isOpen(run { $0.series = [:] }))
    }

    @Test("One sample") func oneSample() {
        #expect(isOpen(run { $0.series = $0.series.mapValues { _ in Series(times: [1], values: [1]) } }))
    }

    @Test("No events") func noEvents() {
        #expect(
            isOpen(
                run {
                    $0.series[.processed]?.values.replaceSubrange(0..., with: Array(repeating: 0, count: 821))
                }
            )
        )
    }

    @Test("Values that are no number, or none that memory could be", arguments: absurdNumbers)
    func values(value: Double) {
        let result = run { life in
            life.series = life.series.mapValues {
                Series(times: $0.times, values: $0.values.map { _ in value })
            }
        }
        #expect(result.variants.allSatisfy { $0.verdict == .inconclusive })
    }

    @Test(
        "Now and then a value that is no number changes nothing",
        arguments: [Double.nan, .infinity, -.infinity, 1e308]
    )
    func sparse(value: Double) {
        let result = run { life in
            for metric in life.series.keys { life.series[metric]?.values[400] = value }
        }
        #expect(result.variants.map(\.verdict) == [.leaking, .bounded])
    }

    @Test("Counters that fall repeat what they had reached") func fallingCounter() {
        let track = Track.counter(Series(times: [0, 1, 2, 3], values: [5, 2, -4, 6]))
        #expect(track.values == [5, 5, 5, 6])
        let falling = run { $0.series[.processed]?.values.reverse() }
        #expect(falling.variants.allSatisfy { $0.verdict == .inconclusive })
    }

    @Test("Times out of order, negative, or at the ends of their type", arguments: absurdTimes)
    func sameTimes(time: Int64) {
        let same = run { life in
            life.series = life.series.mapValues {
                Series(times: $0.times.map { _ in time }, values: $0.values)
            }
            (life.start, life.end, life.quiescentFrom) = (time, time, time)
        }
        #expect(same.variants.allSatisfy { $0.verdict == .inconclusive })
        let backwards = run { life in
            life.series = life.series.mapValues { Series(times: $0.times.reversed(), values: $0.values) }
        }
        #expect(backwards.variants.allSatisfy { $0.verdict == .inconclusive })
    }

    @Test("Times before the run began are as good as others") func negativeTimes() {
        let shifted = run { life in
            life.series = life.series.mapValues {
                Series(times: $0.times.map { $0 - 3_600_000_000_000 }, values: $0.values)
            }
            life.start -= 3_600_000_000_000
            life.end = life.end.map { $0 - 3_600_000_000_000 }
            life.quiescentFrom = life.quiescentFrom.map { $0 - 3_600_000_000_000 }
        }
        #expect(shifted.variants.map(\.verdict) == [.leaking, .bounded])
    }

    @Test("A header that makes no sense", arguments: absurdNumbers)
    func header(value: Double) {
        var run = VerdictTests.reference.recorded
        run.header.timeScale = value
        run.header.warmUp = value
        run.header.oomLimit = .min
        run.header.phases = [PhaseHeader(name: "", start: .max, end: .min, summary: "")]
        run.productionEnded = .min
        run.variants[0].header.replicas = .min
        run.variants[0].ledger.produced = .min
        run.variants[0].ledger.lost = .min
        let result = RunAnalysis().result(of: run)
        #expect(result.timeScale.isFinite && result.timeScale > 0)
        #expect(result.variants[0].verdict == .inconclusive)
    }

    @Test("Counts at the ends of their type") func sites() {
        let result = run { life in
            let site = VariantResult.Site(site: "a", kind: "task", created: .max, live: .min)
            life.sites = [site, site]
        }
        #expect(result.variants[0].tasks.sites.map(\.created) == [.max])
        #expect(result.variants[0].tasks.sites.map(\.live) == [.min])
    }
}
