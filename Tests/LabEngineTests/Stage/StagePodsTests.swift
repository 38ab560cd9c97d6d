import LabCore
import Testing

@testable import LabEngine

@Suite("What a stage makes of its pods")
struct StagePodsTests {
    @Test("A life that began before the recording is part of it from its beginning")
    func begin() throws {
        var run = try StagedRun()
        run.start(at: 98)
        #expect(run.followed() == [.startSampling(1)])
        run.begin()
        let first = run.followed()
        #expect(first.lives == ["#1 is per-event-0 life 0 at 0"])
        #expect(first.events == ["Started pod/per-event-0 pid 40"])
        run.start(StagedRun.pod("singleton-1"), life: 2, at: 103)
        let second = run.followed()
        #expect(second.lives == ["#2 is singleton-1 life 2 at 3000", "sample #2"])
        #expect(second.events == ["Started pod/singleton-1 pid 42, life 3"])
        guard case .lifeStarted(_, let life) = second[0] else { throw LabError("not a start") }
        #expect(life.variant == "singleton" && life.ordinal == 1 && life.memoryLimit == 64 << 20)
    }

    @Test("A warning of the time before the recording is part of it, at its beginning; other words are not")
    func early() throws {
        var run = try StagedRun()
        func note(_ reason: String, isWarning: Bool, keepsEarly: Bool) {
            run.take {
                $0.note(
                    reason,
                    of: "pod/a-0",
                    "refused",
                    isWarning: isWarning,
                    keepsEarly: keepsEarly,
                    at: StagedRun.clock(97)
                )
            }
        }
        note("MetricsUnread", isWarning: true, keepsEarly: true)
        note("Rehearsed", isWarning: false, keepsEarly: true)
        note("BackOff", isWarning: true, keepsEarly: false)
        #expect(run.followed().isEmpty)
        run.begin()
        let actions = run.followed()
        #expect(actions.events == ["!MetricsUnread pod/a-0 refused"])
        guard case .event(let event) = actions.last else { throw LabError("no event") }
        #expect(event.at == 0)
        run.begin()
        #expect(run.followed().events.isEmpty)
    }

    @Test("Kill, restart, kill: each life is its own, and its last count is exact")
    func wave() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 101)
        run.sample(900, of: .processed, at: 102)
        run.end(processed: 1_234, at: 103)
        run.take { $0.podBacksOff(StagedRun.pod(), for: .seconds(10), at: StagedRun.clock(103)) }
        #expect(run.glance().podStates == ["CrashLoopBackOff", "Pending"])
        #expect(run.state.backOff(of: "per-event") == .seconds(10))
        run.start(life: 1, at: 113)
        #expect(run.state.backOff(of: "per-event") == .zero)
        run.end("Error", code: 1, life: 1, processed: 7, at: 114)
        let all = run.followed()
        #expect(
            all.lives == [
                "#1 is per-event-0 life 0 at 1000", "sample #1", "leave #1", "#1 OOMKilled at 3000",
                "#2 is per-event-0 life 1 at 13000", "sample #2", "leave #2", "#2 Error at 14000",
            ]
        )
        #expect(
            all.records == [
                "#1 processed 900.0 at 2000", "#1 processed 1234.0 at 3000", "#2 processed 7.0 at 14000",
            ]
        )
        #expect(
            all.events.filter { !$0.hasPrefix("Started") } == [
                "!OOMKilled pod/per-event-0 exit code 137 after 1,234 events",
                "!BackOff pod/per-event-0 restart in 10 s",
                "!Error pod/per-event-0 exit code 1 after 7 events",
            ]
        )
        let glance = run.glance()
        #expect(glance.restarts == 1 && glance.oomKills == 1 && glance.podStates[0] == "Error")
        let ending = run.state.endings(of: "per-event").first
        #expect(ending == .init(pod: "per-event-0", count: 2, exit: PodExit(reason: "Error", code: 1)))
    }

    @Test("A pod that ends well is no warning, and nothing follows from an end that is reported twice")
    func twice() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 101)
        run.take { $0.podStops(StagedRun.pod(), at: StagedRun.clock(102)) }
        #expect(run.glance().podStates[0] == "Terminating")
        _ = run.followed()
        run.end("Completed", code: 0, processed: 5, at: 103)
        #expect(run.followed().events == ["Completed pod/per-event-0 exit code 0 after 5 events"])
        run.end("Completed", code: 0, processed: 5, at: 104)
        #expect(run.followed().isEmpty)
    }

    @Test("A life that ends before the recording begins leaves nothing in it")
    func endsEarly() throws {
        var run = try StagedRun()
        run.start(at: 90)
        run.end(at: 95)
        #expect(run.followed().lives == ["sample #1", "leave #1"])
        run.take { $0.podBacksOff(StagedRun.pod(), for: .seconds(1), at: StagedRun.clock(95)) }
        run.begin()
        #expect(run.followed().isEmpty)
        #expect(run.glance().oomKills == 1)
    }

    @Test("A process that the kernel killed is recorded, whether before the recording began or after it")
    func lostProcesses() throws {
        var run = try StagedRun()
        run.start(at: 90)
        run.lose(killed: 95, at: 95.1)
        run.begin()
        run.lose(killed: 101, at: 101.1)
        run.lose(life: 7, killed: 102, at: 102)
        run.end("Killed", at: 103)
        run.lose(killed: 104, at: 104)
        let all = run.followed()
        #expect(
            all.lives == [
                "sample #1", "#1 is per-event-0 life 0 at 0", "#1 lost a process at 0",
                "#1 lost a process at 1000", "leave #1", "#1 Killed at 3000",
            ]
        )
        #expect(all.events.count { $0.hasPrefix("!OOMKilling pod/per-event-0 ") } == 1)
        #expect(run.glance().oomKills == 4)
    }

    @Test("The first life of a segment replaces a pod, what follows is a restart")
    func segments() throws {
        let steps = "variants.per-event.steps=[{at: 12s, scale: 4}, {at: 20s, scale: 1}]"
        var run = try StagedRun(["pods.replicas=2", steps])
        run.begin()
        run.start(at: 99)
        #expect(run.glance().segment == "start" && run.state.podNames(of: "per-event").count == 2)
        run.state.enter(run.plans[0].segments[1], of: "per-event")
        #expect(run.state.podNames(of: "per-event").last == "per-event-3")
        run.end("Stopped", code: 143, at: 112)
        let moved = StagedRun.pod(segment: 1)
        run.start(moved, life: 1, at: 112)
        #expect(run.glance().restarts == 0)
        run.end(of: moved, life: 1, at: 113)
        run.start(moved, life: 2, at: 114)
        #expect(run.glance().restarts == 1)
        run.state.enter(run.plans[0].segments[2], of: "per-event")
        #expect(run.glance().podStates == ["Running"] && run.glance().restarts == 1)
    }

    @Test("A variant has pods until all of its present ones are over, and again when one is replaced")
    func over() throws {
        var run = try StagedRun()
        let pods = ["per-event-0", "per-event-1"].map { StagedRun.pod($0) }
        #expect(run.state.hasPods(of: "per-event") && run.state.podsThatAreOver.isEmpty)
        for pod in pods.reversed() { run.state.podIsOver(pod) }
        #expect(!run.state.hasPods(of: "per-event") && run.state.hasPods(of: "singleton"))
        #expect(run.state.podsThatAreOver == ["per-event-0", "per-event-1"])
        run.start(pods[1], life: 1, at: 101)
        #expect(run.state.hasPods(of: "per-event") && run.state.podsThatAreOver == ["per-event-0"])
    }

    @Test("A pod is ready when its page says so; without a life there is nothing to ask")
    func readiness() throws {
        var run = try StagedRun()
        #expect(run.state.readiness(of: "per-event-0", at: 0) == .notReady)
        run.start(life: 3, at: 101)
        let name = LifeName(pod: "per-event-0", life: 3)
        #expect(run.state.readiness(of: "per-event-0", at: 0) == .onPage(name))
        run.end(life: 3, at: 102)
        #expect(run.state.readiness(of: "per-event-0", at: 0) == .notReady)
    }
}
