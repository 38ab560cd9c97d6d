import LabCore
import Testing

@Suite struct DurationTextTests {
    @Test(
        "Durations are read as people write them",
        arguments: [
            ("90s", 90), ("1h30m", 5_400), ("250ms", 0.25), ("1.5min", 90), ("2d", 172_800), ("10us", 1e-5),
            ("10µs", 1e-5), ("0", 0), ("0s", 0), (" 5 sec ", 5), ("1 h 30 m", 5_400), ("1m1s1ms", 61.001),
        ]
    )
    func parsing(_ text: String, _ seconds: Double) throws {
        let duration = try #require(Duration(parsing: text))
        #expect(abs(duration.inSeconds - seconds) <= seconds * 1e-12)
    }

    @Test(
        "Everything else is refused",
        arguments: ["", "90", "s", "-1s", "1x", "1h-30m", "1s2", "9999999999s", "soon"]
    )
    func refusing(_ text: String) {
        #expect(Duration(parsing: text) == nil)
    }

    @Test(
        "A text has at most two units",
        arguments: [
            (Duration.milliseconds(250), "250 ms"), (.zero, "0 ms"), (.microseconds(1_500), "1.5 ms"),
            (.seconds(1), "1 s"), (.seconds(12.5), "12.5 s"), (.seconds(99), "99 s"),
            (.seconds(200), "3 m 20 s"),
            (.seconds(300), "5 m"), (.seconds(7_500), "2 h 5 m"), (.seconds(7_200), "2 h"),
            (.seconds(273_600), "3 d 4 h"), (.seconds(-200), "−3 m 20 s"),
        ]
    )
    func text(_ duration: Duration, _ text: String) {
        #expect(duration.text == text)
    }

    @Test("Nanoseconds are whole, and saturate where 64 bits end")
    func nanoseconds() {
        #expect(Duration.microseconds(3).inNanoseconds == 3_000)
        #expect(Duration.seconds(-2).inNanoseconds == -2_000_000_000)
        #expect(Duration.seconds(Int64.max / 1_000).inNanoseconds == .max)
        #expect(Duration.seconds(Int64.min / 1_000).inNanoseconds == .min)
    }
}
