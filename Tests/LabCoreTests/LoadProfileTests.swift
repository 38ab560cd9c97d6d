import Foundation
import LabCore
import Testing

@Suite struct LoadProfileTests {
    private static func rate(_ text: String) -> EventRate { EventRate(parsing: text) ?? .zero }

    private static func profile(_ seconds: Double, _ shape: LoadShape) -> LoadProfile {
        LoadProfile(phases: [LoadPhase(name: "only", duration: .seconds(seconds), shape: shape)])
    }

    /// The load of the reference incident.
    private static let launch = LoadProfile(phases: [
        LoadPhase(name: "idle", duration: .seconds(20), shape: .constant(rate("200/s"))),
        LoadPhase(
            name: "launch",
            duration: .seconds(10),
            shape: .ramp(from: rate("200/s"), to: rate("7.23M/h"))
        ),
        LoadPhase(name: "peak", duration: .seconds(60), shape: .constant(rate("7.23M/h"))),
        LoadPhase(
            name: "spikes",
            duration: .seconds(65),
            shape: .spikes(
                base: rate("500/s"),
                peak: rate("5000/s"),
                every: .seconds(10),
                lasting: .seconds(1)
            )
        ),
    ])

    /// Shapes with all their corners: silent starts and ends, falling ramps, spikes that fill their period.
    static let shapes: [LoadProfile] = [
        launch,
        profile(30, .constant(rate("1k/s"))),
        profile(100, .constant(rate("1/min"))),
        profile(30, .ramp(from: .zero, to: rate("1k/s"))),
        profile(30, .ramp(from: rate("1k/s"), to: .zero)),
        profile(1, .ramp(from: rate("500/s"), to: rate("500.000001/s"))),
        profile(
            37,
            .spikes(base: .zero, peak: rate("1k/s"), every: .seconds(10), lasting: .milliseconds(500))
        ),
        profile(
            12,
            .spikes(base: rate("10/s"), peak: rate("1k/s"), every: .seconds(1), lasting: .seconds(1))
        ),
        profile(
            12,
            .spikes(base: rate("300/s"), peak: rate("1/s"), every: .seconds(5), lasting: .seconds(2))
        ),
        LoadProfile(phases: [
            LoadPhase(name: "pause", duration: .seconds(5), shape: .constant(.zero)),
            LoadPhase(name: "third", duration: .seconds(1), shape: .constant(EventRate(perSecond: 1 / 3.0))),
            LoadPhase(name: "rest", duration: .seconds(8), shape: .constant(EventRate(perSecond: 1 / 3.0))),
        ]),
    ]

    @Test(
        "The total is the integral of the rate",
        arguments: [
            (profile(60, .constant(rate("7.23M/h"))), 120_500),
            (profile(3_600, .constant(rate("7.23M/h"))), 7_230_000),
            (profile(10, .ramp(from: .zero, to: rate("2000/s"))), 10_000),
            (profile(10, .ramp(from: rate("200/s"), to: rate("7.23M/h"))), 11_041),
            (
                profile(
                    60,
                    .spikes(
                        base: rate("500/s"),
                        peak: rate("5000/s"),
                        every: .seconds(10),
                        lasting: .seconds(1)
                    )
                ), 57_000
            ),
            (
                profile(
                    5,
                    .spikes(
                        base: rate("500/s"),
                        peak: rate("5000/s"),
                        every: .seconds(10),
                        lasting: .seconds(1)
                    )
                ), 4_750
            ),
            (
                profile(
                    4.5,
                    .spikes(
                        base: rate("500/s"),
                        peak: rate("5000/s"),
                        every: .seconds(10),
                        lasting: .seconds(1)
                    )
                ), 2_250
            ),
            (profile(0.001, .constant(rate("999/s"))), 0),
            (LoadProfile(phases: []), 0),
        ] as [(LoadProfile, UInt64)]
    )
    func totals(_ profile: LoadProfile, _ total: UInt64) {
        #expect(profile.totalEvents == total)
        #expect(profile.due(at: profile.duration) == total)
        #expect(profile.nanoseconds(ofEvent: total) == nil)
    }

    @Test("The integral agrees with a sum over small steps", arguments: shapes)
    func integral(_ profile: LoadProfile) {
        let steps = 200_000
        let width = profile.duration.inSeconds / Double(steps)
        var sum = 0.0
        for step in 0..<steps {
            sum += profile.rate(at: .seconds((Double(step) + 0.5) * width)).perSecond * width
            if step % 20_000 == 19_999 {
                let exact = profile.integral(until: .seconds(Double(step + 1) * width))
                #expect(abs(exact - sum) <= 1e-3 * max(1, exact) + 5_000 * width)
            }
        }
    }

    @Test("The time of an event is when the integral reaches its number", arguments: shapes)
    func inverse(_ profile: LoadProfile) throws {
        for index in stride(from: 0, to: profile.totalEvents, by: max(1, Int(profile.totalEvents) / 5_000)) {
            let time = try #require(profile.time(ofEvent: index))
            // Times are rounded to a nanosecond, in which the rate sends a fraction of an event.
            let slack = 1e-6 + 3e-9 * profile.rate(at: time).perSecond
            #expect(profile.integral(until: time) >= Double(index + 1) - slack)
            #expect(profile.integral(until: time - .nanoseconds(2)) <= Double(index + 1) + slack)
            #expect(profile.due(at: time + .nanoseconds(1)) >= index + 1)
        }
    }

    @Test(
        "Events come in order, none is missing, and the iterator agrees with the numbers",
        arguments: shapes
    )
    func order(_ profile: LoadProfile) {
        var last: Int64 = 0
        var index: UInt64 = 0
        for time in profile.intendedTimes {
            #expect(time >= last)
            if index.isMultiple(of: 101) { #expect(profile.nanoseconds(ofEvent: index) == time) }
            last = time
            index += 1
        }
        #expect(index == profile.totalEvents)
        #expect(last <= profile.duration.inNanoseconds)
    }

    @Test(
        "The first events of a shape come when they should",
        arguments: [
            (profile(1, .constant(rate("4/s"))), [0.25, 0.5, 0.75, 1]),
            (profile(2, .ramp(from: .zero, to: rate("4/s"))), [1, 2.0.squareRoot(), 3.0.squareRoot(), 2]),
            (
                profile(
                    10,
                    .spikes(base: .zero, peak: rate("2/s"), every: .seconds(5), lasting: .seconds(1))
                ), [2.5, 3, 7.5, 8]
            ),
            (
                profile(
                    10,
                    .spikes(base: rate("1/s"), peak: rate("4/s"), every: .seconds(10), lasting: .seconds(1))
                ), [1, 2, 3, 4, 4.625, 4.875]
            ),
            (shapes[9], [8, 11, 14]),
        ] as [(LoadProfile, [Double])]
    )
    func examples(_ profile: LoadProfile, _ seconds: [Double]) {
        let times = Array(profile.intendedTimes.prefix(seconds.count))
        #expect(times == seconds.map { Int64(($0 * 1e9).rounded()) })
    }

    @Test(
        "An instant belongs to the phase that begins there",
        arguments: [(-1, nil), (0, 0), (19.999, 0), (20, 1), (30, 2), (90, 3), (154.999, 3), (155, nil)]
            as [(Double, Int?)]
    )
    func phases(_ seconds: Double, _ phase: Int?) {
        #expect(Self.launch.phase(at: .seconds(seconds)) == phase)
        #expect(Self.launch.start(ofPhase: 3) == .seconds(90))
    }

    @Test(
        "The rate follows the shapes",
        arguments: [
            (0, 200), (25, (200 + 2_008.3333) / 2), (60, 2_008.3333), (90, 500), (94.5, 5_000), (95.4, 5_000),
            (95.6, 500), (155, 0), (-1, 0),
        ] as [(Double, Double)]
    )
    func rates(_ seconds: Double, _ perSecond: Double) {
        #expect(abs(Self.launch.rate(at: .seconds(seconds)).perSecond - perSecond) < 0.001)
    }

    @Test("A profile survives the way to another process")
    func coding() throws {
        let data = try JSONEncoder().encode(Self.launch)
        #expect(try JSONDecoder().decode(LoadProfile.self, from: data) == Self.launch)
    }

    @Test(
        "A document with impossible phases is refused",
        arguments: [
            LoadPhase(name: "", duration: .zero, shape: .constant(EventRate(perSecond: 1))),
            LoadPhase(name: "", duration: .seconds(-1), shape: .constant(EventRate(perSecond: 1))),
            LoadPhase(name: "", duration: .seconds(1), shape: .constant(EventRate(perSecond: -1))),
            LoadPhase(name: "", duration: .seconds(1), shape: .constant(EventRate(perSecond: 1e300))),
            LoadPhase(
                name: "",
                duration: .seconds(1),
                shape: .spikes(base: .zero, peak: .zero, every: .seconds(1), lasting: .seconds(2))
            ),
            LoadPhase(
                name: "",
                duration: .seconds(1),
                shape: .spikes(base: .zero, peak: .zero, every: .zero, lasting: .zero)
            ),
        ]
    )
    func impossible(_ phase: LoadPhase) throws {
        let data = try JSONEncoder().encode(["phases": [phase]])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(LoadProfile.self, from: data) }
    }

    @Test(
        "A time scale makes phases shorter and rates higher by the same factor, and leaves the events as they are"
    )
    func scaling() {
        let workload = Workload(
            topic: "t",
            partitions: 1,
            payload: .fixed(ByteCount(100)),
            keys: .none,
            runLength: 1,
            phases: Self.launch.phases
        )
        let scaled = workload.profile(at: TimeScale(10))
        #expect(scaled.duration == .seconds(15.5))
        #expect(scaled.totalEvents == Self.launch.totalEvents)
        #expect(abs(scaled.rate(at: .seconds(9.5)).perSecond - 50_000) < 0.001)
    }

    @Test("A phase's summary tells its shape")
    func summaries() {
        #expect(
            Self.launch.phases.map(\.shape.summary) == [
                "200/s", "ramp 200/s → 7.23M/h", "7.23M/h", "500/s, spikes of 5,000/s for 1 s every 10 s",
            ]
        )
    }

    /// A third of an event each second, ten hours long: sums of it are not exact.
    @Test("The last event before a pause does not wait for its end", arguments: [1.0 / 3, 200.0 / 3, 0.7])
    func pause(perSecond: Double) throws {
        let rate = EventRate(perSecond: perSecond)
        let profile = LoadProfile(phases: [
            LoadPhase(name: "before", duration: .seconds(36_000), shape: .constant(rate)),
            LoadPhase(name: "pause", duration: .seconds(600), shape: .constant(.zero)),
            LoadPhase(name: "after", duration: .seconds(36_000), shape: .constant(rate)),
            LoadPhase(name: "end", duration: .seconds(600), shape: .constant(.zero)),
        ])
        let times = Array(profile.intendedTimes)
        #expect(times.count == Int(profile.totalEvents))
        let quiet = Duration.seconds(36_000).inNanoseconds + 1..<Duration.seconds(36_600).inNanoseconds
        #expect(!times.contains(where: quiet.contains))
        #expect(try #require(times.last) <= Duration.seconds(72_600).inNanoseconds)
        #expect(profile.time(ofEvent: profile.totalEvents - 1)?.inNanoseconds == times.last)
        #expect(profile.due(at: .seconds(36_000)) == profile.due(at: .seconds(36_599)))
        #expect(profile.rate(at: .seconds(36_300)) == .zero)
    }

    @Test("A spike without a base rate sends its last event within the spike") func spikeAlone() {
        let profile = Self.profile(
            30,
            .spikes(
                base: .zero,
                peak: EventRate(perSecond: 100 / 3.0),
                every: .seconds(10),
                lasting: .milliseconds(300)
            )
        )
        let ends = profile.intendedTimes.map { $0 % 10_000_000_000 }
        #expect(!ends.isEmpty && ends.allSatisfy { $0 <= 5_150_000_000 && $0 >= 4_850_000_000 })
    }
}
