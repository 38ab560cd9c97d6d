import LabCore
import LabIncidents
import Synchronization
import Testing

@Suite struct IncidentClockTests {
    @Test("An hour of the incident is a minute on the wall at a time scale of 60")
    func scaled() {
        let wall = TestClock()
        let clock = IncidentClock(timeScale: TimeScale(60), nanoseconds: wall.now)
        let start = clock.now
        wall.advance(by: 60)
        #expect(start.duration(to: clock.now) == .seconds(3_600))
    }

    @Test(
        "A sleep asks for the rest in wall time until the deadline has passed, however short the pauses turn out"
    )
    func sleeps() async throws {
        let wall = TestClock()
        let pauses = Mutex<[Duration]>([])
        let clock = IncidentClock(timeScale: TimeScale(60), nanoseconds: wall.now) { pause in
            pauses.withLock { $0.append(pause) }
            wall.advance(by: 40)
        }
        try await clock.sleep(for: .seconds(3_600))
        #expect(pauses.withLock { $0 } == [.seconds(60), .seconds(20)])
        try await clock.sleep(until: clock.now)
        #expect(pauses.withLock { $0.count } == 2)
    }

    @Test("A cancelled sleep throws")
    func cancelled() async {
        let wall = TestClock()
        let clock = IncidentClock(timeScale: .realTime, nanoseconds: wall.now) { _ in
            throw CancellationError()
        }
        await #expect(throws: CancellationError.self) { try await clock.sleep(for: .seconds(1)) }
    }
}
