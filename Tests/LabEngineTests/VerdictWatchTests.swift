import LabAnalysis
import LabCore
import LabScenario
import LabTelemetry
import Synchronization
import Testing

@testable import LabEngine

@Suite("A load that goes on until every verdict stands", .timeLimit(.minutes(1)))
struct VerdictWatchTests {
    /// A clock of which so many seconds have passed, so that no look is waited for.
    private static let late = RunClock(zero: 0)

    private func watch(
        _ plan: LookPlan = LookPlan(from: 5, until: 600),
        closed: Set<String> = [],
        announce: @escaping @Sendable (LookPlan.Look) -> Void = { _ in },
        _ recording: @escaping @Sendable () -> RecordedRun?
    ) -> VerdictWatch {
        VerdictWatch(plan: plan, recording: recording, closed: { closed }, announce: announce)
    }

    @Test("A leak is decided at the first look that sees it") func leak() async throws {
        let run = try LiveJudgeTests.run(seconds: 25, bytesPerEvent: 2_000)
        let until = await watch { run }.run(on: Self.late, stop: StopSwitch())
        #expect(until.ended == .decided)
        #expect(until.looks.count == 1 && until.undecided.isEmpty)
        #expect(until.decidedAfterSeconds == 9)
    }

    @Test("What stays open ends with the load") func open() async throws {
        let run = try LiveJudgeTests.run(seconds: 3, bytesPerEvent: 0)
        let announced = Mutex(0)
        let until = await watch(announce: { _ in announced.withLock { $0 += 1 } }) { run }
            .run(on: Self.late, stop: StopSwitch())
        #expect(until.ended == .atMost && until.decidedAfterSeconds == nil)
        #expect(until.undecided == ["per-event"])
        #expect(until.looks.count == until.plannedLooks)
        #expect(announced.withLock(\.self) == until.plannedLooks)
        #expect(until.words.hasPrefix("not decided after"))
    }

    @Test("A variant that has no pod left keeps nobody waiting") func closed() async throws {
        let run = try LiveJudgeTests.run(seconds: 3, bytesPerEvent: 0)
        let until = await watch(closed: ["per-event"]) { run }.run(on: Self.late, stop: StopSwitch())
        #expect(until.ended == .decided)
    }

    @Test("Who ends the run ends the looks") func interrupted() async throws {
        let stop = StopSwitch()
        stop.stop(.interrupted)
        let clock = RunClock(zero: MonotonicClock.nanoseconds + 1_000_000_000_000)
        let until = await watch { nil }.run(on: clock, stop: stop)
        #expect(until.ended == .interrupted && until.looks.isEmpty && until.confidence == nil)
    }

    // MARK: - The plan

    @Test(
        "No look comes before the load has been what it can be",
        arguments: [
            ([], 14), (["verdict.warmUp=20s"], 24), (["verdict.warmUp=25s"], 29),
            (["workload.phases.peak.rate=0"], 34),
            (["variants.per-event.steps=[{at: 22s, scale: 2}]", "verdict.warmUp=28s"], 54),
            (["timeScale=0.5"], 24),
        ] as [([String], Double)]
    )
    func firstLook(changes: [String], first: Double) throws {
        let scenario = try TestScenario.make(changes)
        let plan = try LookPlan(of: scenario, atMost: .seconds(600))
        #expect(plan.looks.first?.at == first)
        #expect(plan.looks.last?.at == 600)
    }

    @Test("The load lasts until the last look, and the ledger has room for all of it") func capacity() throws
    {
        let scenario = try TestScenario.make([])
        let plan = RunPlan(
            id: "20241121-040405-abcd",
            scenario: scenario,
            looks: try LookPlan(of: scenario, atMost: .seconds(300))
        )
        #expect(plan.profile.duration == .seconds(300))
        #expect(plan.profile.totalEvents == 500 + 29_000)
        #expect(plan.ledgerCapacity >= 29_500 / 4)
        #expect(plan.scenario.workload.phases.map(\.name) == ["up", "peak"])
    }

    @Test("What cannot be done is refused with a hint")
    func refusals() throws {
        let scenario = try TestScenario.make([])
        let short = #expect(throws: LabError.self) { try LookPlan(of: scenario, atMost: .seconds(12)) }
        #expect(short?.description.contains("--at-most: 12 s leaves no time for a look") == true)
        let sequential = try TestScenario.make(["schedule=sequential"])
        let refusal = #expect(throws: LabError.self) { try LookPlan(of: sequential, atMost: .seconds(600)) }
        #expect(refusal?.exitStatus == .invalidScenario && refusal?.hint?.contains("parallel") == true)
    }
}
