import LabTelemetry
import Testing

@testable import LabEngine

@Suite("What stood still")
struct StallDetectorTests {
    private typealias Stall = StallDetector.Stall
    private typealias Part = StallDetector.Part

    private static let second: UInt64 = 1_000_000_000

    /// Looks ten times a second, each time with what a part's beats are by then.
    private func findings(
        of part: StallDetector.Part = .producer,
        until end: Double,
        _ beat: (UInt64) -> Heartbeat.Reading
    ) -> [StallDetector.Finding] {
        var detector = StallDetector()
        var findings: [StallDetector.Finding] = []
        for tick in 0...Int(end * 10) {
            let now = 100 * Self.second + UInt64(tick) * Self.second / 10
            findings += detector.look(at: now, [part: beat(now)])
        }
        return findings + detector.end()
    }

    /// Beats all the time but from `start` on for `length`, seconds after the first look.
    private func pausing(_ start: Double, _ length: Double) -> (UInt64) -> Heartbeat.Reading {
        let from = 100 * Self.second + UInt64(start * 1e9)
        let to = from + UInt64(length * 1e9)
        return { now in .beat(at: (from..<to).contains(now) ? from : now) }
    }

    @Test("is nothing where every part moves", arguments: [0, 0.3, 0.9])
    func moving(pause: Double) {
        #expect(findings(until: 20, pausing(5, pause)) == [])
    }

    @Test(
        "is a part that gave no sign of life, from the last one on; a short stall spoils nothing",
        arguments: [(1.5, false), (2.2, true), (4.0, true), (9.9, true)]
    )
    func stalled(pause: Double, isSpoiling: Bool) throws {
        for part: StallDetector.Part in [.producer, .broker, .companion("a")] {
            let found = findings(of: part, until: 20, pausing(5, pause))
            guard case .stall(let stall) = try #require(found.first) else {
                Issue.record("\(found)")
                return
            }
            #expect(found.count == 1)
            #expect(stall.part == part && stall.from == 105 * Self.second)
            #expect(stall.isSpoiling == isSpoiling)
            // Seen ten times a second: never too long, and too short by one look at most.
            let length = UInt64(pause * 1e9)
            #expect(stall.length <= length && stall.length + Self.second / 5 >= length)
        }
    }

    @Test("is said once of a part that never moves again, as soon as no end is to be expected")
    func forGood() {
        let found = findings(until: 60, pausing(5, 1_000))
        let stall = Stall(
            part: .producer,
            from: 105 * Self.second,
            length: 10 * Self.second,
            isSpoiling: true
        )
        #expect(found == [.standsStill(stall)])
    }

    @Test("is a part that never gave a sign of life, from the first look on")
    func neverBegan() {
        let found = findings(until: 30) { _ in .none }
        let stall = Stall(
            part: .producer,
            from: 100 * Self.second,
            length: 10 * Self.second,
            isSpoiling: true
        )
        #expect(found == [.standsStill(stall)])
    }

    @Test("is no part that has done its work, however long it is silent")
    func finished() {
        #expect(findings(until: 60) { $0 < 105 * Self.second ? .beat(at: $0) : .finished } == [])
    }

    @Test(
        "is known of a stall that goes on when the last look is over, and of a part that is not watched any more"
    )
    func cutOff() {
        let expected = Stall(
            part: .producer,
            from: 105 * Self.second,
            length: 3 * Self.second,
            isSpoiling: true
        )
        #expect(findings(until: 8, pausing(5, 1_000)) == [.stall(expected)])
        var detector = StallDetector()
        _ = detector.look(at: 105 * Self.second, [.producer: .beat(at: 105 * Self.second)])
        for tenth in 1...30 as ClosedRange<UInt64> {
            let now = 105 * Self.second + tenth * Self.second / 10
            #expect(detector.look(at: now, [.producer: .beat(at: 105 * Self.second)]) == [])
        }
        #expect(detector.look(at: 108 * Self.second + 1, [:]) == [.stall(expected)])
        #expect(detector.end() == [])
    }

    @Test("is the lab if it did not look itself, and nobody else who moved meanwhile")
    func lab() {
        var detector = StallDetector()
        let start = 100 * Self.second
        #expect(detector.look(at: start, [.broker: .beat(at: start)]) == [])
        let later = start + 4 * Self.second
        let expected = Stall(part: .lab, from: start, length: 4 * Self.second, isSpoiling: true)
        #expect(detector.look(at: later, [.broker: .beat(at: later - 1)]) == [.stall(expected)])
        #expect(detector.look(at: later + Self.second / 10, [.broker: .beat(at: later)]) == [])
        #expect(detector.end() == [])
    }

    @Test("is all of them if the whole machine stood still")
    func machine() {
        var detector = StallDetector()
        let start = 100 * Self.second
        _ = detector.look(at: start, [.broker: .beat(at: start), .producer: .beat(at: start)])
        let later = start + 4 * Self.second
        let found = detector.look(at: later, [.broker: .beat(at: start), .producer: .beat(at: start)])
        #expect(found.count == 1)
        let rest = detector.look(at: later + 1, [.broker: .beat(at: later), .producer: .beat(at: later)])
        #expect(rest.count == 2)
    }

    @Test("is nobody whose page says what cannot be", arguments: [0, UInt64.max >> 4])
    func nonsense(beat: UInt64) {
        #expect(findings(until: 5) { _ in .beat(at: max(beat, 200 * Self.second)) } == [])
    }
}
