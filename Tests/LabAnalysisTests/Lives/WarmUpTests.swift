import LabCore
import Testing

@testable import LabAnalysis

@Suite("The end of the warm-up")
struct WarmUpTests {
    /// Ten readings a second of what `value` says, from 1 s on as the events do.
    private static func track(seconds: Double, _ value: (Double) -> Double) -> Track {
        let times = (0..<Int(seconds * 10)).map { Double($0) / 10 }
        return Track(Series(times: times.map(nanoseconds), values: times.map(value)))
    }

    private static func search(_ track: Track) -> WarmUpSearch? {
        WarmUpSearch([track], from: 0, to: track.times.last ?? 0)
    }

    /// 30 MiB of buffers that fill within 14 s, and a leak.
    private static func filling(
        _ seconds: Double,
        leak: Double,
        noise: Double,
        memory: Double,
        seed: UInt64
    ) -> Track {
        var random = Gaussian(seed: seed)
        var deviation = 0.0
        return track(seconds: seconds) { time in
            deviation = memory * deviation + (1 - memory * memory).squareRoot() * random.next()
            return (30 * min(time / 14, 1) + leak * time + noise * deviation) * 0x1p20
        }
    }

    /// Too late costs readings, too early lets the buffers pass for a leak.
    @Test(
        "is found where buffers are full, whatever leaks on top, now and then later and never before",
        arguments: [0, 2, 20] as [Double],
        [(0.05, 0.0, 0.9), (0.5, 0.0, 0.9), (0.5, 0.9, 0.7), (1.0, 0.97, 0.55)]
    )
    func filled(leak: Double, noise: (deviation: Double, memory: Double, share: Double)) throws {
        var ends: [Double] = []
        for seed in 1...40 as ClosedRange<UInt64> {
            let track = Self.filling(
                60,
                leak: leak,
                noise: noise.deviation,
                memory: noise.memory,
                seed: seed
            )
            ends.append(try #require(Self.search(track)).end ?? .infinity)
        }
        #expect(ends.allSatisfy { $0 > 12 }, "\(ends.sorted())")
        #expect(Double(ends.count { $0 < 19 }) >= noise.share * 40, "\(ends.sorted())")
    }

    /// 64 MiB × (1 − e^(−t/τ)): there is no end, but a time after which nothing of it is left to see.
    @Test("of what levels off is found where less than a megabyte is left to come", arguments: [2.0, 4, 6])
    func levelling(timeConstant: Double) throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            var random = Gaussian(seed: seed)
            let track = Self.track(seconds: 110) { time in
                (64 * (1 - exponential(-time / timeConstant)) + 0.1 * random.next()) * 0x1p20
            }
            let end = try #require(Self.search(track)).end ?? .infinity
            #expect(64 * exponential(-end / timeConstant) < 1, "seed \(seed): \(end)")
        }
    }

    @Test("is at the first event where nothing warms up", arguments: [0, 1, 20] as [Double])
    func none(leak: Double) {
        var ends: [Double] = []
        for seed in 1...50 as ClosedRange<UInt64> {
            var random = Gaussian(seed: seed)
            let track = Self.track(seconds: 60) { (20 + leak * $0 + 0.2 * random.next()) * 0x1p20 }
            ends.append(Self.search(track)?.end ?? .infinity)
        }
        // Noise alone now and then makes a cut look worth it.
        #expect(ends.count { $0 < 3 } >= 40, "\(ends.sorted())")
        #expect(ends.allSatisfy { $0 < 30 })
    }

    @Test("is none where it goes on for more than half of the time")
    func endless() throws {
        let track = Self.track(seconds: 60) { 64 * (1 - exponential(-$0 / 60)) * 0x1p20 }
        #expect(try #require(Self.search(track)).end == nil)
    }

    @Test("is that of the last to settle")
    func latest() throws {
        func full(after seconds: Double) -> Track {
            Self.track(seconds: 60) { min($0 / seconds, 1) * 10 * 0x1p20 }
        }
        let end = try #require(WarmUpSearch([full(after: 5), full(after: 20)], from: 0, to: 60)?.end)
        #expect(end > 19 && end < 22)
    }

    @Test("is not looked for in a handful of readings, and no readings are a crash")
    func few() {
        #expect(WarmUpSearch([], from: 0, to: 1) == nil)
        #expect(WarmUpSearch([Track()], from: 0, to: 1) == nil)
        #expect(Self.search(Self.track(seconds: 5) { $0 }) == nil)
        for bound in [Double.nan, .infinity, -.infinity, 1e300] {
            let track = Self.track(seconds: 60) { $0 }
            _ = WarmUpSearch([track], from: bound, to: 60)
            _ = WarmUpSearch([track], from: 0, to: bound)
        }
        let level = Self.track(seconds: 60) { _ in 7 }
        #expect(Self.search(level)?.end == 0)
    }
}

@Suite("A warm-up that is found")
struct FoundWarmUpTests {
    /// 64 MiB of buffers that fill within 20 s, twice as long as the usual warm-up, and no leak.
    private func run(isFound: Bool, bytesPerEvent: Double = 0, warmUp: Double = 10) -> RunResult {
        var model = RunModel.alone(LifeModel(seconds: 110, bytesPerEvent: bytesPerEvent))
        model.warmUp = isFound ? 0 : warmUp
        var recorded = model.recorded
        recorded.header.findsWarmUp = isFound ? true : nil
        for metric in [MetricName.heap, .rss, .charge] {
            guard var series = recorded.variants[0].pods[0].lives[0].series[metric] else { continue }
            for index in series.values.indices {
                series.values[index] += 64 * 0x1p20 * min(Double(series.times[index]) / 20e9, 1)
            }
            recorded.variants[0].pods[0].lives[0].series[metric] = series
        }
        return RunAnalysis().result(of: recorded)
    }

    @Test("is told beside the one that was given, and changes nothing unless it is asked for")
    func told() throws {
        let given = try #require(run(isFound: false).variants.first)
        let warmUp = try #require(given.warmUp)
        #expect(warmUp.givenSeconds == 10 && warmUp.usedSeconds == 10)
        #expect(abs(try #require(warmUp.foundSeconds) - 20) < 3, "\(warmUp)")
        let found = try #require(run(isFound: true).variants.first?.warmUp)
        #expect(found.givenSeconds == nil && found.foundSeconds == warmUp.foundSeconds)
        #expect(found.usedSeconds == found.foundSeconds)
    }

    @Test("leaves out what fills up, and leaves the leak")
    func leak() throws {
        for bytes in [0.0, 80, 21_000] {
            let variant = try #require(run(isFound: true, bytesPerEvent: bytes).variants.first)
            let slope = try #require(variant.heap.bytesPerEvent)
            #expect(abs(slope.estimate - bytes) < 2, "\(bytes): \(slope)")
            #expect(variant.verdict == (bytes > 0 ? .leaking : .bounded))
        }
    }

    @Test("of half the life is as much as can be, where nothing had settled by then")
    func endless() throws {
        var life = LifeModel(seconds: 110)
        life.model = .filling
        var recorded = RunModel.alone(life).recorded
        recorded.header.warmUp = 0
        recorded.header.findsWarmUp = true
        let warmUp = try #require(RunAnalysis().result(of: recorded).variants.first?.warmUp)
        #expect(abs(warmUp.usedSeconds - 56) < 6, "\(warmUp)")
    }

    @Test("of a short life that was killed leaves enough of it", arguments: [3.0, 5, 8])
    func shortLives(seconds: Double) throws {
        var model = RunModel.alone(
            .killed(after: seconds, leaking: 21_000),
            .killed(after: seconds, leaking: 21_000)
        )
        model.warmUp = 0
        var recorded = model.recorded
        recorded.header.findsWarmUp = true
        #expect(RunAnalysis().result(of: recorded).variants.first?.verdict == .leaking)
    }

    @Test("raises no alarm of its own", arguments: MemoryModel.allCases)
    func falseAlarms(model: MemoryModel) {
        for seed in 1...3 as ClosedRange<UInt64> {
            var run = RunModel.alone(LifeModel(seconds: 110, model: model, seed: seed, memory: [.heap]))
            run.warmUp = 0
            var recorded = run.recorded
            recorded.header.findsWarmUp = true
            #expect(
                RunAnalysis().result(of: recorded).variants.first?.verdict != .leaking,
                "\(model), \(seed)"
            )
        }
    }
}
