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

    @Test("A counter of its own says how many events it has handled, and commits say no more")
    func counter() throws {
        let program = ExternalProgram(
            startup: .seconds(5),
            tasks: .threads,
            handled: MetricName("events_total")
        )
        let pods = (0..<2).map { StagedRun.pod("per-event-\($0)", external: program) }
        var run = try StagedRun()
        for pod in pods { run.start(pod, at: 90) }
        run.sample(0, of: MetricName("events_total"), target: 1, at: 95)
        run.begin()
        _ = run.followed()
        run.sample(30, of: MetricName("events_total"), target: 1, at: 101)
        Self.handled(50, &run, at: 102)
        run.end(of: pods[0], at: 103)
        let all = run.followed()
        let processed = all.records.filter { $0.contains("processed") }
        #expect(
            processed == [
                "#1 processed 0.0 at 0", "#1 processed 30.0 at 1000", "#2 processed 0.0 at 1999",
                "#2 processed 25.0 at 2000",
            ]
        )
        #expect(all.events == ["!OOMKilled pod/per-event-0 exit code 137 after 30 events"])
    }

    @Test("The metric that the scenario names is its live heap, before its first event too")
    func heap() throws {
        let program = ExternalProgram(startup: .seconds(5), tasks: .threads, heap: MetricName("live_bytes"))
        var run = try StagedRun()
        run.start(StagedRun.pod(external: program), at: 90)
        run.sample(7, of: MetricName("live_bytes"), at: 95)
        run.begin()
        _ = run.followed()
        run.sample(9, of: MetricName("live_bytes"), at: 101)
        #expect(
            run.followed().records == [
                "#1 live_bytes 7.0 at 0", "#1 heap 7.0 at 0", "#1 live_bytes 9.0 at 1000",
                "#1 heap 9.0 at 1000",
            ]
        )
    }

    @Test("The port that it was given is on the timeline and in the recording")
    func port() throws {
        var run = try StagedRun()
        run.begin()
        run.take {
            $0.podStarted(Self.pods[0], life: 1, pid: 7, port: 40_123, at: StagedRun.clock(101))
        }
        let all = run.followed()
        #expect(all.events == ["Started pod/per-event-0 pid 7, port 40123, life 2"])
        #expect(all.records == ["#1 podPort 40123.0 at 1000"])
    }

    @Test("What its events took is that of its own histogram, to its end")
    func latency() throws {
        var histogram = HistogramSnapshot()
        histogram.record(5_000, count: 9)
        var run = try StagedRun()
        run.begin()
        run.start(Self.pods[0], at: 100)
        run.state.commandLatency(histogram, target: 1)
        run.round(at: 102)
        let observed = run.followed()
        #expect(observed.contains(.lifeObserved(1, LifeReading(latency: histogram), quiescentFrom: nil)))
        #expect(observed.records.contains { $0.hasPrefix("#1 latencyP50 ") })
        run.end(of: Self.pods[0], at: 103)
        let ended = run.followed().contains { action in
            if case .lifeEnded(1, _, let last, _, _) = action { last.latency == histogram } else { false }
        }
        #expect(ended)
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
            startup: .seconds(5),
            startedAt: StagedRun.clock(90),
            handled: 0
        )
        #expect(lives == [expected])
        #expect(run.state.commandLives(of: "singleton", at: 0).isEmpty)
    }
}
