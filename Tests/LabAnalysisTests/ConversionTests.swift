import LabCore
import Testing

@testable import LabAnalysis

@Suite("Figures in incident and wall time")
struct ConversionTests {
    private func series(_ points: [(Double, Double)]) -> Series {
        Series(times: points.map { nanoseconds($0.0) }, values: points.map(\.1))
    }

    @Test("Lag: the peak, the last, and the time until it was zero for good, in incident time") func lag() {
        let recorded = series([(0, 0), (10, 500), (20, 90), (21, 0), (22, 3), (23, 0), (30, 0)])
        let lag = VariantResult.Lag(recorded, productionEnded: nanoseconds(20), timeScale: 10)
        #expect(lag.peak == 500)
        #expect(lag.final == 0)
        #expect(lag.drainSeconds == 30)
    }

    @Test(
        "Never drained, or not known",
        arguments: [[(0, 1), (9, 5)], [(0, 1), (4, 0)], []] as [[(Double, Double)]]
    )
    func notDrained(points: [(Double, Double)]) {
        let lag = VariantResult.Lag(series(points), productionEnded: nanoseconds(5), timeScale: 1)
        #expect(lag.drainSeconds == nil)
    }

    @Test("Nothing left behind at the end of production drains in no time") func alreadyDrained() {
        let lag = VariantResult.Lag(
            series([(0, 7), (4, 0), (9, 0)]),
            productionEnded: nanoseconds(5),
            timeScale: 2
        )
        #expect(lag.drainSeconds == 0)
        #expect(VariantResult.Lag(series([(0, 1)]), productionEnded: nil, timeScale: 1).drainSeconds == nil)
    }

    @Test("Event age is incident time, latency wall time") func histograms() {
        var histogram = HistogramSnapshot()
        histogram.record(2_000_000, count: 100)
        let age = VariantResult.EventAge(.merged([histogram]), timeScale: 60)
        let latency = VariantResult.Latency(.merged([histogram]))
        #expect(age.maxSeconds == 120)
        #expect(age.p50Seconds == 120)
        #expect(latency.maxMillis == 2_000)
        #expect(VariantResult.Latency(HistogramSnapshot()).p50Millis == nil)
        #expect(VariantResult.EventAge(HistogramSnapshot(), timeScale: 1).p99Seconds == nil)
    }

    @Test("Counts of a damaged histogram cannot overflow") func damaged() {
        var histogram = HistogramSnapshot()
        histogram.counts = [-4: 9, 3: .max, 4: .max, 99_999: 1]
        histogram.total = .max
        histogram.maximum = .max
        let merged = HistogramSnapshot.merged([histogram, histogram])
        #expect(merged.counts.keys.sorted() == [3, 4])
        #expect(merged.quantile(0.5) == 3)
    }

    @Test("Rates are per hour of incident time", arguments: [1.0, 60])
    func rates(timeScale: Double) {
        var run = RunModel.alone(LifeModel())
        run.timeScale = timeScale
        let load = run.result.variants[0].load
        #expect(abs(load.targetPerHour - 7_230_000 / timeScale) < 200)
        #expect(abs(load.achievedPerHour - load.targetPerHour) < 1)
    }

    @Test("Exits are told at incident time") func exits() {
        var run = RunModel.alone(.killed(after: 9))
        run.timeScale = 6
        #expect(
            run.result.variants[0].pods[0].exits == [
                VariantResult.Exit(at: 60, reason: "OOMKilled", code: 137)
            ]
        )
    }

    /// From 20 MiB to 256 MiB at 20,000 B/event and 2,008 events/s: 6.16 s, less the 0.1 s that the first sample
    /// with an event comes late.
    @Test(
        "Time to OOM is incident time under the scenario's load",
        arguments: [(1, 6.06), (4, 24.24)] as [(Double, Double)]
    )
    func timeToOOM(timeScale: Double, expected: Double) throws {
        var run = RunModel.alone(LifeModel(bytesPerEvent: 20_000))
        run.variants[0].memoryLimit = 256 << 20
        run.timeScale = timeScale
        let time = run.result.variants[0].timeToOOM
        #expect(time.limitBytes == 256 << 20)
        #expect(abs(try #require(time.seconds) - expected) < 0.001 * expected)
    }

    @Test("Replicas share the load, so that each lasts longer") func replicas() throws {
        var run = RunModel.alone(LifeModel(bytesPerEvent: 20_000))
        run.variants[0].memoryLimit = 256 << 20
        let one = try #require(run.result.variants[0].timeToOOM.seconds)
        run.variants[0].replicas = 4
        let four = try #require(run.result.variants[0].timeToOOM.seconds)
        #expect(abs(four / one - 4) < 1e-9)
    }

    @Test("Without growth it never comes, without a limit nobody knows") func never() {
        var run = RunModel.alone(LifeModel())
        run.variants[0].memoryLimit = 256 << 20
        #expect(run.result.variants[0].timeToOOM.seconds == nil)
        let unlimited = RunModel.alone(LifeModel(bytesPerEvent: 20_000)).result.variants[0].timeToOOM
        #expect(unlimited.limitBytes == nil)
        #expect(unlimited.seconds == nil)
    }

    @Test("CPU is told per million events") func cpu() throws {
        let seconds = try #require(RunModel.alone(LifeModel()).result.variants[0].cpu.secondsPerMillionEvents)
        #expect(abs(seconds - 20) < 0.01)
    }

    @Test(
        "The nearest whole number",
        arguments: [(2.5, 3), (-0.4, 0), (.nan, 0), (.infinity, 1 << 62), (-1e300, -(1 << 62))]
            as [(Double, Int)]
    )
    func whole(value: Double, expected: Int) {
        #expect(wholeNumber(value) == expected)
    }
}

@Suite("Sums over the pods that live at one instant")
struct PodSumTests {
    private func track(_ points: [(Double, Double)]) -> Track {
        Track(Series(times: points.map { nanoseconds($0.0) }, values: points.map(\.1)))
    }

    @Test("Peaks at different times do not add up") func peaks() {
        let sum = PodSum([
            (track([(0, 10), (5, 100), (6, 10)]), nil), (track([(0, 10), (7, 100), (8, 10)]), nil),
        ])
        #expect(sum.peak == 110)
        #expect(sum.value(at: 6.5) == 20)
        #expect(sum.value(at: -1) == nil)
        #expect(sum.first(from: 4.5) == 110)
    }

    @Test("A pod counts until the end of its life and no longer") func ends() {
        let sum = PodSum([(track([(0, 10), (5, 100)]), 5), (track([(6, 7)]), nil)])
        #expect(sum.value(at: 5) == 100)
        #expect(sum.value(at: 5.5) == 0)
        #expect(sum.value(at: 6) == 7)
        #expect(sum.peak == 100)
    }

    @Test("Nothing sums to nothing") func empty() {
        #expect(PodSum([]).peak == nil)
        #expect(PodSum([(Track(), 3)]).value(at: 3) == nil)
    }

    @Test("A restarted pod's memory is not counted twice") func restart() {
        let run = RunModel.alone(.killed(after: 20, leaking: 1_000), .killed(after: 20, leaking: 1_000))
        let memory = run.result.variants[0].heap
        #expect(abs((memory.peakBytes ?? 0) - (20 * 0x1p20 + 1_000 * 2_008 * 20)) < 0x1p20)
    }
}
