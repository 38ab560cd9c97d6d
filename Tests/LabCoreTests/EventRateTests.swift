import LabCore
import Testing

@Suite struct EventRateTests {
    @Test(
        "Rates are read as people write them",
        arguments: [
            ("7.23M/h", 7_230_000 / 3_600.0), ("2000/s", 2_000), ("120k/min", 2_000), ("1G/d", 1e9 / 86_400),
            ("0.5/sec", 0.5), ("3K/second", 3_000), ("60/m", 1), ("60/minute", 1), ("3600/hour", 1),
            ("86400/day", 1),
            ("0", 0), ("0/s", 0), (" 200 / s ", 200), ("1_000/s", 1_000),
        ] as [(String, Double)]
    )
    func parsing(_ text: String, _ perSecond: Double) throws {
        let rate = try #require(EventRate(parsing: text))
        #expect(abs(rate.perSecond - perSecond) <= perSecond * 1e-12)
    }

    @Test(
        "Everything else is refused",
        arguments: ["", "5", "/s", "5/", "5/x", "-5/s", "5/s/s", "5T/s", "k/s", "5//s"]
    )
    func refusing(_ text: String) {
        #expect(EventRate(parsing: text) == nil)
    }

    @Test(
        "A description is per hour from 100,000 an hour on, and per second below",
        arguments: [
            (7_230_000 / 3_600.0, "7.23M/h"), (12.5, "12.5/s"), (200, "720k/h"), (27.7, "27.7/s"), (0, "0/s"),
        ] as [(Double, String)]
    )
    func description(_ perSecond: Double, _ text: String) {
        #expect(EventRate(perSecond: perSecond).description == text)
    }

    @Test(
        "A rate that was written is shown in its unit, and equals the same rate in another",
        arguments: [
            ("200/s", "200/s"), ("2000/s", "2,000/s"), ("120k/min", "120k/min"), ("7.23M/h", "7.23M/h"),
        ]
    )
    func written(_ text: String, _ shown: String) throws {
        let rate = try #require(EventRate(parsing: text))
        #expect(rate.text == shown)
        #expect(rate.description == EventRate(perSecond: rate.perSecond).description)
        #expect(rate == EventRate(perSecond: rate.perSecond))
        #expect(rate.hashValue == EventRate(perSecond: rate.perSecond).hashValue)
    }

    @Test("A time scale turns incident rates and durations into wall ones and back")
    func timeScale() {
        let scale = TimeScale(60)
        #expect(scale.wall(.seconds(3_600)) == .seconds(60))
        #expect(scale.incident(.seconds(60)) == .seconds(3_600))
        #expect(scale.wall(EventRate(perSecond: 2)) == EventRate(perSecond: 120))
        #expect(scale.incident(EventRate(perSecond: 120)) == EventRate(perSecond: 2))
    }
}
