import LabCore
import Testing

@testable import LabAnalysis

@Suite("Exact counts")
struct CountGrowthTests {
    /// 20 s after a warm-up of 10 s; `values` at every second from 0.
    private func life(_ values: [Double], perSecond: Double = 100, drained: Bool = true) -> Life {
        var tasks = Series()
        var processed = Series()
        for (second, value) in values.enumerated() {
            tasks.append(value, at: nanoseconds(Double(second)))
            processed.append(Double(second) * perSecond, at: nanoseconds(Double(second)))
        }
        let recorded = RecordedLife(
            index: 0,
            pid: 1,
            start: 0,
            end: nanoseconds(Double(values.count - 1)),
            exit: PodExit(reason: drained ? "Completed" : "OOMKilled", code: 0),
            series: [.tasks: tasks, .processed: processed],
            quiescentFrom: drained ? nanoseconds(Double(values.count - 1)) : nil
        )
        return Life(recorded, warmUp: 10, settings: .standard)
    }

    private func counted(_ lives: Life...) -> CountGrowth? {
        CountGrowth.over(lives, of: .tasks, settings: .standard)
    }

    private func rising(by end: Double) -> [Double] { (0...30).map { $0 < 30 ? 5 : 5 + end } }

    /// 20 events per second × 20 s = 2,000 events; at 100,000 per second 2 million, of which 0.00002 are 40.
    @Test(
        "The threshold is three, or 0.00002 of the events",
        arguments: [(100, 3, .bounded), (100, 4, .leaking), (100_000, 40, .bounded), (100_000, 41, .leaking)]
            as [(Double, Double, Verdict)]
    )
    func threshold(perSecond: Double, more: Double, expected: Verdict) throws {
        let growth = try #require(counted(life(rising(by: more), perSecond: perSecond)))
        #expect(growth.verdict == expected)
        #expect(growth.worst?.threshold == max(3, 0.00002 * perSecond * 20))
    }

    @Test("What was made during warm-up is no leak") func warmUp() throws {
        let growth = try #require(counted(life((0...30).map { min(Double($0), 10) * 50 })))
        #expect(growth.worst?.growth == 0)
        #expect(growth.verdict == .bounded)
    }

    @Test("The rate per event is the growth after warm-up over the events after it") func rate() throws {
        let growth = try #require(counted(life((0...30).map { Double($0) * 100 })))
        #expect(growth.perEvent == Estimate(estimate: 1, low: 1, high: 1))
        #expect(growth.worst?.events == 2_000)
    }

    @Test("Work in progress when a life is cut short is no leak") func inProgress() throws {
        let comingAndGoing = (0...30).map { $0 == 30 ? 40.0 : Double($0 % 3) }
        #expect(counted(life(comingAndGoing, drained: false))?.verdict == .bounded)
        #expect(counted(life(comingAndGoing))?.verdict == .leaking)
    }

    @Test("A backlog that was worked off once is no leak though it ends higher") func workedOff() {
        let backlog = (0...30).map { second in
            (20..<24).contains(second) ? 150.0 : Double(second) * (second < 20 ? 10 : 20)
        }
        #expect(counted(life(backlog, drained: false))?.verdict == .bounded)
    }

    @Test("A count that only ever rises is a leak even in a life cut short") func cutShort() {
        #expect(counted(life((0...30).map { Double($0) * 100 }, drained: false))?.verdict == .leaking)
    }

    @Test(
        "Most of the lives cut short must rise",
        arguments: [(1, 1, Verdict.bounded), (2, 1, .leaking), (0, 2, .bounded)]
    )
    func majority(leaking: Int, steady: Int, expected: Verdict) {
        let risingLives = (0..<leaking).map { _ in life((0...30).map { Double($0) * 100 }, drained: false) }
        let steadyLives = (0..<steady).map { _ in life((0...30).map { Double($0 % 3) }, drained: false) }
        let growth = CountGrowth.over(risingLives + steadyLives, of: .tasks, settings: .standard)
        #expect(growth?.verdict == expected)
    }

    @Test("One drained life that leaks outweighs many cut short") func drainedDecides() throws {
        let growth = try #require(
            counted(
                life(rising(by: 9)),
                life(rising(by: 0), drained: false),
                life(rising(by: 0), drained: false)
            )
        )
        #expect(growth.verdict == .leaking)
        #expect(growth.evidence(for: .tasks).n == 3)
        #expect(growth.evidence(for: .tasks).estimate?.high == 9)
    }

    @Test("A life that was over before its warm-up says nothing") func tooShort() {
        #expect(counted(life([0, 50, 90]))?.verdict == .inconclusive)
    }

    @Test("A life killed before its warm-up was over counts from its first event") func killedEarly() {
        let growth = counted(life((0...6).map { Double($0) * 100 }, drained: false))
        #expect(growth?.perEvent?.estimate == 1)
        #expect(growth?.verdict == .leaking)
    }

    @Test("What was not counted is not judged") func notCounted() {
        #expect(CountGrowth.over([life([0, 1])], of: .instances, settings: .standard) == nil)
    }
}
