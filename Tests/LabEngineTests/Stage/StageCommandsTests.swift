import LabCluster
import LabCore
import Testing

@testable import LabEngine

@Suite("What a stage makes of external programs")
struct StageCommandsTests {
    private static let program = ExternalProgram(startup: .seconds(5), tasks: .threads)
    private static let pods = (0..<2).map { StagedRun.pod("per-event-\($0)", external: program) }

    private static func handled(
        _ events: Int,
        _ run: inout StagedRun,
        isCaughtUp: Bool = false,
        at time: Double
    ) {
        run.take {
            $0.commandHandled(events, of: "per-event", isCaughtUp: isCaughtUp, at: StagedRun.clock(time))
        }
    }

    @Test("Such a pod is ready when it has had its time to start, once in a segment, or will never come")
    func readiness() throws {
        var run = try StagedRun()
        func isReady(_ seconds: Double) -> Bool {
            run.state.readiness(of: "per-event-0", at: StagedRun.clock(seconds)) == .ready
        }
        run.start(Self.pods[0], at: 90)
        #expect(!isReady(94.9) && isReady(95))
        run.end(of: Self.pods[0], at: 96)
        run.start(Self.pods[0], life: 1, at: 97)
        #expect(isReady(98))
        run.start(StagedRun.pod(segment: 1, external: Self.program), life: 2, at: 200)
        #expect(!isReady(204) && isReady(205))
        run.state.podIsOver(Self.pods[0])
        #expect(isReady(201) && run.state.podsThatAreOver.isEmpty)
    }

    @Test("Those that live share what their group has committed; between commits nothing is recorded")
    func shares() throws {
        var run = try StagedRun()
        for pod in Self.pods { run.start(pod, at: 90) }
        Self.handled(4, &run, at: 95)
        run.begin()
        Self.handled(4, &run, at: 99)
        _ = run.followed()
        Self.handled(10, &run, at: 101)
        Self.handled(0, &run, at: 102)
        run.end(of: Self.pods[1], processed: 99, at: 103)
        Self.handled(6, &run, at: 104)
        Self.handled(0, &run, isCaughtUp: true, at: 105)
        let all = run.followed()
        #expect(
            all.records == [
                "#1 processed 0.0 at 999", "#1 processed 5.0 at 1000", "#2 processed 0.0 at 999",
                "#2 processed 5.0 at 1000", "#1 processed 11.0 at 4000", "#1 processed 11.0 at 5000",
            ]
        )
        #expect(all.events == ["!OOMKilled pod/per-event-1 exit code 137 after 5 events"])
    }

    @Test("The metric that the scenario names counts its tasks")
    func tasks() throws {
        var run = try StagedRun()
        run.begin()
        run.start(Self.pods[0], at: 101)
        run.sample(17, of: .threads, at: 102)
        #expect(run.followed().records == ["#1 threads 17.0 at 2000", "#1 tasks 17.0 at 2000"])
        #expect(run.glance().tasks == 17)
    }

    @Test("Its page is not asked for, since it has none, and its life is observed all the same")
    func pages() throws {
        var run = try StagedRun()
        run.begin()
        run.start(Self.pods[0], at: 100)
        #expect(run.state.lifePages(forRoundAt: StagedRun.clock(101)) == [:])
        run.round(at: 101)
        #expect(run.followed().contains(.lifeObserved(1, LifeReading(), quiescentFrom: nil)))
    }

    @Test("Its lives are listed with their age")
    func lives() throws {
        var run = try StagedRun()
        run.start(Self.pods[1], life: 4, at: 90)
        run.start(StagedRun.pod("singleton-0"), at: 90)
        let lives = run.state.commandLives(of: "per-event", at: StagedRun.clock(92))
        let expected = CommandLife(
            target: 1,
            pod: "per-event-1",
            ordinal: 1,
            life: 4,
            age: .seconds(2),
            startup: .seconds(5)
        )
        #expect(lives == [expected])
        #expect(run.state.commandLives(of: "singleton", at: 0).isEmpty)
    }
}
