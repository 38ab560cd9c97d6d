import Testing

@testable import LabEngine

@Suite("History")
struct HistoryTests {
    @Test(
        "readings stay at equal distances in bounded room, and reach to the present",
        arguments: [1, 2, 479, 480, 481, 959, 960, 961, 5_000, 100_000]
    )
    func equalDistances(readings: Int) throws {
        var history = History()
        for reading in 1...readings { history.append(Double(reading)) }
        let values = history.values
        #expect(values.count < 480)
        #expect(readings < 480 ? values.count == readings : values.count >= 239)
        let steps = Set(zip(values.dropFirst(), values).map { $0 - $1 })
        #expect(steps.count <= 1)
        let stride = steps.first ?? 1
        #expect(Double(readings) - (try #require(values.last)) < stride)
        #expect(try #require(values.first) == stride)
    }
}

@Suite("Rate meter")
struct RateMeterTests {
    private static let second: Int64 = 1_000_000_000

    @Test("one reading, or none of a later time, gives no rate")
    func tooLittle() {
        var meter = RateMeter()
        #expect(meter.rate(100, at: 5) == 0)
        #expect(meter.rate(200, at: 5) == 0)
        #expect(meter.rate(300, at: 4) == 0)
    }

    @Test(
        "a steady count gives its rate, at any distance of readings",
        arguments: [10, 250, 1_999, 2_000, 30_000]
    )
    func steady(milliseconds: Int64) {
        var meter = RateMeter()
        var rate = 0.0
        for reading in 0..<Int64(50) {
            let now = reading * milliseconds * 1_000_000
            rate = meter.rate(Double(now) * 1e-9 * 700, at: now)
        }
        #expect(abs(rate - 700) < 1e-6)
    }

    @Test("what was more than two seconds ago is forgotten")
    func span() {
        var meter = RateMeter()
        var count = 0.0
        var rate = 0.0
        for quarter in 0..<Int64(40) {
            count += quarter < 20 ? 250 : 0
            rate = meter.rate(count, at: quarter * Self.second / 4)
        }
        #expect(rate == 0)
    }
}

@Suite("Run clock")
struct RunClockTests {
    @Test("time counts from the zero, before it too")
    func zero() {
        let clock = RunClock(zero: 1_000)
        #expect(clock.time(ofMonotonic: 1_500) == 500)
        #expect(clock.time(ofMonotonic: 200) == -800)
        #expect(clock.time(ofMonotonic: .max) == .max - 1_000)
        #expect(clock.now > 0)
    }
}
