import LabCore
import Testing

@Suite("Recorded rates")
struct RateCurveTests {
    private static func profile(_ points: [(Double, Double)], before: [LoadPhase] = []) -> LoadProfile {
        let curve = RateCurve(points: points.map { RateCurve.Point(seconds: $0.0, rate: $0.1) })
        let phase = LoadPhase(name: "curve", duration: .seconds(curve.seconds), shape: .curve(curve))
        return LoadProfile(phases: before + [phase])
    }

    private static let night: [(Double, Double)] = [
        (0, 100), (10, 100), (20, 300), (25, 0), (40, 0), (60, 50),
    ]

    @Test("the rate is that of the points, and a straight line between them")
    func rates() {
        let profile = Self.profile(Self.night)
        for (time, rate) in [(0, 100), (5, 100), (15, 200), (20, 300), (22.5, 150), (30, 0), (50, 25)]
            as [(Double, Double)]
        {
            #expect(abs(profile.rate(at: .seconds(time)).perSecond - rate) < 1e-9, "\(time)")
        }
        #expect(profile.rate(at: .seconds(61)) == .zero)
    }

    @Test("as many events are due as lie below the curve, also after a phase before it")
    func integral() {
        // 1,000 + 2,000 + 750 + 0 + 500.
        #expect(Self.profile(Self.night).totalEvents == 4_250)
        let calm = LoadPhase(name: "calm", duration: .seconds(10), shape: .constant(EventRate(perSecond: 7)))
        let profile = Self.profile(Self.night, before: [calm])
        #expect(profile.totalEvents == 4_320)
        #expect(profile.due(at: .seconds(20)) == 1_070 && profile.due(at: .seconds(45)) == 3_820)
    }

    @Test("each event is due when the integral reaches it, never before the one before, none in a pause")
    func times() {
        let profile = Self.profile(Self.night)
        var last: Int64 = 0
        var count: UInt64 = 0
        for time in profile.intendedTimes {
            count += 1
            #expect(time >= last)
            #expect(!(25_000_000_001..<40_000_000_000 ~= time))
            #expect(abs(profile.integral(until: .nanoseconds(time)) - Double(count)) < 1e-3)
            last = time
        }
        #expect(count == profile.totalEvents)
    }

    @Test(
        "a curve of many points is followed within a thousandth over any ten seconds",
        arguments: [1, 2] as [UInt64]
    )
    func follows(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let points = (0...600).map { (Double($0), 1_000 + 500 * random.nextUnit()) }
        let times = Array(Self.profile(points).intendedTimes)
        for window in 0..<60 {
            let span = Int64(window) * 10_000_000_000..<Int64(window + 1) * 10_000_000_000
            let sent = times.count { span.contains($0) }
            let wanted = (window * 10..<window * 10 + 10).reduce(0.0) {
                $0 + (points[$1].1 + points[$1 + 1].1) / 2
            }
            #expect(abs(Double(sent) - wanted) <= max(2, wanted * 1e-3))
        }
    }

    @Test("on another clock it has as many events in less time")
    func timeScale() {
        let curve = RateCurve(points: Self.night.map { RateCurve.Point(seconds: $0.0, rate: $0.1) })
        let phase = LoadPhase(name: "curve", duration: .seconds(60), shape: .curve(curve))
        let scaled = LoadProfile(phases: [phase.scaled(by: TimeScale(10))])
        #expect(scaled.totalEvents == 4_250 && scaled.duration == .seconds(6))
        #expect(abs(scaled.rate(at: .seconds(1.5)).perSecond - 2_000) < 1e-6)
        #expect(phase.events == 4_250 && phase.summary == "recorded rate, 6 points up to 300/s")
    }

    @Test("a phase may be shorter than its curve")
    func cut() {
        let curve = RateCurve(points: Self.night.map { RateCurve.Point(seconds: $0.0, rate: $0.1) })
        let phase = LoadPhase(name: "curve", duration: .seconds(15), shape: .curve(curve))
        #expect(LoadProfile(phases: [phase]).totalEvents == 1_750)
    }

    @Test("the highest rate between two times counts points and ends")
    func peak() {
        let curve = RateCurve(points: Self.night.map { RateCurve.Point(seconds: $0.0, rate: $0.1) })
        #expect(curve.peak(from: 0, to: 60) == 300)
        #expect(abs(curve.peak(from: 0, to: 15) - 200) < 1e-9)
        #expect(abs(curve.peak(from: 45, to: 50) - 25) < 1e-9)
    }

    @Test(
        "what is no curve is none",
        arguments: [
            [], [(0, 1)], [(1, 1), (2, 1)], [(0, 1), (0, 2)], [(0, 1), (2, 1), (1, 1)], [(0, -1), (1, 1)],
            [(0, .nan), (1, 1)], [(0, 1), (.infinity, 1)],
        ] as [[(Double, Double)]]
    )
    func invalid(points: [(Double, Double)]) {
        #expect(!RateCurve(points: points.map { RateCurve.Point(seconds: $0.0, rate: $0.1) }).isValid)
    }
}
