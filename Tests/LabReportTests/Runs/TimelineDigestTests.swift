import LabCore
import Testing

@testable import LabReport

@Suite("The timeline")
struct TimelineDigestTests {
    private static func event(_ second: Int64, _ reason: String, _ object: String) -> TimelineEvent {
        TimelineEvent(
            at: second * 1_000_000_000,
            isWarning: reason == "OOMKilled",
            reason: reason,
            object: object,
            message: "\(second)"
        )
    }

    @Test("What repeats is one line: its first time, its last message, its number") func repeats() {
        let digest = TimelineDigest([
            Self.event(9, "OOMKilled", "pod/a-0"), Self.event(5, "OOMKilled", "pod/a-0"),
            Self.event(6, "Started", "pod/a-0"), Self.event(50, "OOMKilled", "pod/a-0"),
        ])
        #expect(digest.total == 4)
        #expect(digest.lines.map(\.reason) == ["OOMKilled", "Started"])
        #expect(digest.lines.map(\.message) == ["50", "6"])
        #expect(digest.lines[0].repetition(timeScale: 1) == "x3 over 45 s")
        #expect(digest.lines[0].repetition(timeScale: 4) == "x3 over 3 m")
        #expect(digest.lines[1].repetition(timeScale: 1) == nil)
    }

    @Test("The pods of a variant are taken together, as far as the next break") func owners() {
        let events = (0..<4).map { Self.event($0, "Started", "pod/a-\($0)") }
        let owners = ["pod/a-0": "a", "pod/a-1": "a", "pod/a-2": "a", "pod/a-3": "a"]
        let digest = TimelineDigest(events, breaks: [3_000_000_000], owners: owners)
        #expect(digest.lines.map(\.objectText) == ["pod/a-0 and 2 more", "pod/a-3"])
        #expect(digest.lines.map(\.count) == [3, 1])
    }

    @Test(
        "Steps and phases are never taken together",
        arguments: ["Phase", "Step", "Scaled", "LimitChanged", "RolledOut"]
    )
    func singular(reason: String) {
        #expect(
            TimelineDigest([Self.event(1, reason, "run"), Self.event(2, reason, "run")]).lines.count == 2
        )
    }

    @Test("A night of hundreds of events is a page") func night() {
        let digest = Fixture.night.timelineDigest
        #expect(digest.total > 250)
        #expect(digest.lines.count < 30)
        #expect(digest.lines.reduce(0) { $0 + $1.count } == digest.total)
    }

    @Test("Times that cannot be are left out", arguments: [Int64.min, -1, .max]) func absurd(time: Int64) {
        let events = [TimelineEvent(at: time, reason: "a", object: "b", message: "")]
        #expect(TimelineDigest(events).lines.isEmpty)
    }
}
