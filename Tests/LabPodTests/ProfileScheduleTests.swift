import LabCore
import Testing

@testable import LabPod

@Suite("When a life takes heap profiles")
struct ProfileScheduleTests {
    private func moments(
        _ schedule: ProfileSchedule,
        _ looks: [(seconds: Double, usage: Int64?)]
    ) -> [HeapProfile.Moment?] {
        var schedule = schedule
        return looks.map { schedule.due(at: $0.seconds, usage: $0.usage) }
    }

    @Test("Once at the end of the warm-up, and then every so often")
    func scheduled() {
        let schedule = ProfileSchedule(warmUp: 10, every: 30, limit: nil)
        let looks: [(Double, Int64?)] = [
            (0, nil), (9.9, nil), (10, nil), (39, nil), (40, nil), (41, nil), (75, nil),
        ]
        #expect(moments(schedule, looks) == [nil, nil, .warm, nil, .scheduled, nil, .scheduled])
    }

    @Test("Last words once, at nine tenths of the limit")
    func lastWords() {
        let schedule = ProfileSchedule(warmUp: 1, every: nil, limit: 100)
        let looks: [(Double, Int64?)] = [(1, 20), (2, 89), (3, 90), (4, 95), (5, nil)]
        #expect(moments(schedule, looks) == [.warm, nil, .lastWords, nil, nil])
    }

    @Test(
        "A life that fills its limit during the warm-up is warm at half of it, so that there is something to compare"
    )
    func early() {
        let schedule = ProfileSchedule(warmUp: 60, every: nil, limit: 100)
        #expect(moments(schedule, [(1, 49), (2, 50), (3, 60), (4, 93)]) == [nil, .warm, nil, .lastWords])
    }

    @Test("A life without a limit, or whose usage nobody knows, has no last words")
    func unlimited() {
        #expect(
            moments(ProfileSchedule(warmUp: 0, every: nil, limit: nil), [(0, 900), (1, 900)]) == [.warm, nil]
        )
        #expect(
            moments(ProfileSchedule(warmUp: 0, every: nil, limit: 10), [(0, nil), (1, nil)]) == [.warm, nil]
        )
    }
}
