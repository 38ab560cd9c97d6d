import LabAnalysis
import LabCluster
import LabCore
import LabScenario
import LabTelemetry
import Testing

@testable import LabEngine

/// A stage that things happen to, with everything that followed from them.
///
/// Times are seconds of the monotonic clock; the stage's zero is at 100 s.
struct StagedRun {
    var state: StageState
    let plans: [VariantPlan]
    private(set) var actions: [StageAction] = []

    static let zero = 100.0

    /// Of the suspect `per-event` and the fix `singleton`, with two pods each.
    init(_ assignments: [String] = ["pods.replicas=2"]) throws {
        let scenario = try TestScenario.make(assignments)
        plans = RunPlan(id: "20241121-040405-abcd", scenario: scenario).variants
        state = StageState(plans)
    }

    static func clock(_ seconds: Double) -> UInt64 { UInt64((seconds * 1e9).rounded()) }

    mutating func begin() { take { $0.begin(RunClock(zero: Self.clock(Self.zero))) } }

    mutating func take(_ input: (inout StageState) -> [StageAction]) { actions += input(&state) }

    /// What followed since the last time it was asked.
    mutating func followed() -> [StageAction] {
        defer { actions = [] }
        return actions
    }

    // MARK: - Pods

    static func pod(
        _ name: String = "per-event-0",
        segment: Int = 0,
        external: ExternalProgram? = nil
    ) -> PodSpecification {
        let parts = name.split(separator: "-")
        return PodSpecification(
            name: name,
            variant: parts.dropLast().joined(separator: "-"),
            ordinal: Int(parts.last ?? "") ?? 0,
            segment: segment,
            memoryLimit: .mebibytes(64),
            restart: RestartPolicy(condition: .always),
            gracePeriod: .zero,
            external: external
        ) { _ in ChildProcess(executable: "/bin/true", arguments: [], logPath: "/dev/null") }
    }

    mutating func start(_ pod: PodSpecification = pod(), life: Int = 0, at seconds: Double) {
        take { $0.podStarted(pod, life: life, pid: Int32(40 + life), at: Self.clock(seconds)) }
    }

    mutating func end(
        _ reason: String = "OOMKilled",
        code: Int32 = 137,
        of pod: PodSpecification = pod(),
        life: Int = 0,
        processed: Int = 0,
        at seconds: Double
    ) {
        let exit = PodExit(reason: reason, code: code)
        let last = LifeReading(processed: processed)
        take { $0.podEnded(pod, life: life, exit: exit, last: last, at: Self.clock(seconds)) }
    }

    mutating func lose(_ pod: PodSpecification = pod(), life: Int = 0, killed: Double, at seconds: Double) {
        take { $0.podLostProcess(pod, life: life, killed: Self.clock(killed), at: Self.clock(seconds)) }
    }

    mutating func sample(_ value: Double, of metric: MetricName, target: Int = 1, at seconds: Double) {
        take { $0.sampled(value, of: metric, target: target, at: Self.clock(seconds)) }
    }

    // MARK: - Rounds

    static func ledger(produced: Int, processed: Int, lag: [Int]) -> LedgerReading {
        var totals = LedgerTotals()
        (totals.produced, totals.processed, totals.lag) = (produced, processed, lag.reduce(0, +))
        let partitions = lag.enumerated().map { index, lag in
            LagObservation(
                partition: Int32(index),
                committedOffset: Int64(processed),
                endOffset: Int64(processed + lag),
                lag: lag
            )
        }
        return LedgerReading(totals: totals, partitions: partitions)
    }

    mutating func round(
        _ ledgers: [String: LedgerReading] = [:],
        pages: [Int: LifeReading] = [:],
        at seconds: Double
    ) {
        take { $0.roundEnded(at: Self.clock(seconds), ledgers: ledgers, pages: pages) }
    }

    func glance(_ variant: Int = 0) -> VariantGlance { state.glance(at: plans[variant], LedgerTotals()) }
}

extension [StageAction] {
    /// What was recorded, as `subject metric value at`; whole milliseconds.
    var records: [String] {
        compactMap { action in
            guard case .record(let value, let metric, let subject, let time) = action else { return nil }
            let owner =
                switch subject {
                case .life(let target): "#\(target)"
                case .variant(let name), .process(let name): name
                }
            return "\(owner) \(metric.rawValue) \(value) at \(time / 1_000_000)"
        }
    }

    /// The timeline, as `reason object message`, with `!` before warnings.
    var events: [String] {
        compactMap { action in
            guard case .event(let event) = action else { return nil }
            return "\(event.isWarning ? "!" : "")\(event.reason) \(event.object) \(event.message)"
        }
    }

    /// The beginnings, ends and kills of lives, and what the sampler is asked for, in order; whole milliseconds.
    var lives: [String] {
        compactMap { action in
            switch action {
            case .startSampling(let target): "sample #\(target)"
            case .stopSampling(let target): "leave #\(target)"
            case .lifeStarted(let target, let life):
                "#\(target) is \(life.pod) life \(life.life) at \(life.start / 1_000_000)"
            case .lifeEnded(let target, let exit, _, _, let time):
                "#\(target) \(exit.reason) at \(time / 1_000_000)"
            case .processKilled(let target, let time): "#\(target) lost a process at \(time / 1_000_000)"
            case .record, .event, .describe, .lifeObserved, .setLedger: nil
            }
        }
    }
}

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
        run.state.enter(segment: 1, of: "per-event")
        #expect(run.state.podNames(of: "per-event").last == "per-event-3")
        run.end("Stopped", code: 143, at: 112)
        let moved = StagedRun.pod(segment: 1)
        run.start(moved, life: 1, at: 112)
        #expect(run.glance().restarts == 0)
        run.end(of: moved, life: 1, at: 113)
        run.start(moved, life: 2, at: 114)
        #expect(run.glance().restarts == 1)
        run.state.enter(segment: 2, of: "per-event")
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

@Suite("What a stage makes of readings")
struct StageSamplesTests {
    @Test("What an idle pod held before the stage's zero is recorded at the zero, whenever it was read")
    func idle() throws {
        var run = try StagedRun()
        run.start(at: 90)
        run.sample(7, of: .heap, at: 95)
        run.begin()
        run.sample(8, of: .heap, at: 99)
        run.sample(5, of: .rss, at: 101)
        run.sample(9, of: .heap, at: 101)
        run.sample(10, of: .heap, at: 102)
        #expect(
            run.followed().records == [
                "#1 rss 5.0 at 1000", "#1 heap 8.0 at 0", "#1 heap 9.0 at 1000", "#1 heap 10.0 at 2000",
            ]
        )
        #expect(run.glance().heap == 10 && run.glance().rss == 5 && run.glance().tasks == nil)
    }

    @Test("The live display adds up a variant's pods, without those that have ended")
    func sums() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 99)
        run.start(StagedRun.pod("per-event-1"), at: 98)
        run.start(StagedRun.pod("singleton-0"), at: 97)
        for target in 1...3 { run.sample(Double(target), of: .rss, target: target, at: 101) }
        #expect(run.glance().rss == 3 && run.glance(1).rss == 3)
        #expect(run.glance().oldestStart == StagedRun.clock(98))
        run.end(at: 102)
        #expect(run.glance().rss == 2)
    }

    @Test("Nothing is recorded of who is not known, or any more, or while pods are stopped")
    func unknown() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 101)
        run.end(at: 102)
        _ = run.followed()
        run.sample(1, of: .rss, at: 103)
        run.sample(1, of: .rss, target: 99, at: 103)
        run.start(life: 1, at: 104)
        _ = run.followed()
        run.state.endSampling()
        run.sample(1, of: .rss, target: 2, at: 105)
        #expect(run.followed().isEmpty)
    }

    @Test("Processes that cannot be read are reported once in a life")
    func unread() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 101)
        for (count, time) in [(0.0, 102.0), (2, 103), (1, 104)] {
            run.sample(count, of: .processesUnread, at: time)
        }
        let words = "!ProcessesUnread pod/per-event-0 2 of its processes cannot be read in full"
        #expect(run.actions.events.filter { $0.hasPrefix(words) }.count == 1)
        #expect(run.actions.events.count == 2)
        run.end(at: 105)
        run.start(life: 1, at: 106)
        run.sample(1, of: .processesUnread, target: 2, at: 107)
        #expect(run.actions.events.count { $0.hasPrefix("!ProcessesUnread") } == 2)
    }

    @Test("A rebalance is reported with what the pod holds since", arguments: [(3, 250), (-1, .infinity)])
    func rebalance(partitions: Double, stall: Double) throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 101)
        _ = run.followed()
        run.sample(partitions, of: .assigned, at: 102)
        run.sample(stall, of: .rebalanceStall, at: 102)
        let event = try #require(run.actions.events.first)
        #expect(event.hasPrefix("Rebalanced pod/per-event-0 holds \(Int(max(0, partitions))) partitions"))
        if stall == 250 { #expect(event.hasSuffix("stood still for 250 ms")) }
    }

    @Test("What the incident counts in a companion is the variant's, the rest the process's")
    func companion() throws {
        let entries = MetricName("entries")
        var run = try StagedRun()
        run.begin()
        run.take { $0.processStarted("companion/per-event", variant: "per-event") }
        run.sample(3, of: entries, at: 101)
        run.sample(4, of: .rss, at: 101)
        let expected = ["per-event entries 3.0 at 1000", "companion/per-event rss 4.0 at 1000"]
        #expect(run.followed().records == expected)
    }

    @Test("It is described once, before the recording or in it, by pods and companions alone")
    func descriptions() throws {
        let (gauge, counter) = (
            MetricDescription(kind: .gauge, unit: .count), MetricDescription(kind: .counter, unit: .bytes)
        )
        let (early, late) = (MetricName("entries"), MetricName("bytesSent"))
        var run = try StagedRun()
        run.take { $0.processStarted("producer", variant: nil) }
        run.take { $0.processStarted("companion/per-event", variant: "per-event") }
        _ = run.followed()
        run.take { $0.described(early, as: counter, target: 1) }
        run.take { $0.described(early, as: gauge, target: 2) }
        #expect(run.followed().isEmpty)
        run.begin()
        run.take { $0.described(late, as: gauge, target: 1) }
        run.take { $0.described(late, as: counter, target: 2) }
        run.take { $0.described(late, as: gauge, target: 2) }
        #expect(run.followed() == [.describe(early, as: gauge), .describe(late, as: counter)])
    }
}

@Suite("What a stage makes of rounds")
struct StageRoundsTests {
    private static let calm = ["per-event": StagedRun.ledger(produced: 10, processed: 10, lag: [0, 0])]

    @Test("Ledgers are recorded in every round since the zero, with what was due by then")
    func ledgers() throws {
        var run = try StagedRun()
        run.take { $0.processStarted("producer", variant: nil) }
        run.round(Self.calm, at: 50)
        run.begin()
        run.round(Self.calm, at: 99)
        #expect(run.followed() == [.startSampling(1)])
        #expect(run.state.lifePages(forRoundAt: StagedRun.clock(99)) == nil)
        run.round(Self.calm, at: 101)
        run.sample(20, of: .scheduled, at: 101.5)
        run.round(Self.calm, at: 101.5)
        run.state.producerEnded(scheduled: 30)
        run.round(Self.calm, at: 101.7)
        #expect(
            run.followed().records.filter { !$0.contains("lagStatus") && !$0.contains(" lag ") } == [
                "per-event produced 10.0 at 1000", "producer scheduled 20.0 at 1500",
                "per-event produced 10.0 at 1500", "per-event scheduled 20.0 at 1500",
                "per-event produced 10.0 at 1700", "per-event scheduled 30.0 at 1700",
            ]
        )
    }

    @Test("Once a second pages are asked for, and what they say of the last second is recorded")
    func observation() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 99)
        let names = [1: LifeName(pod: "per-event-0", life: 0)]
        #expect(run.state.lifePages(forRoundAt: StagedRun.clock(101)) == names)
        var page = LifeReading()
        for _ in 0..<100 { page.latency.record(2_000) }
        run.round(Self.calm, pages: [1: page], at: 101)
        let first = run.followed()
        #expect(first.contains(.lifeObserved(1, page, quiescentFrom: nil)))
        #expect(first.count { if case .setLedger = $0 { true } else { false } } == 1)
        #expect(first.records.count { $0.hasPrefix("#1 latencyP50 ") } == 1)
        #expect(run.state.lifePages(forRoundAt: StagedRun.clock(101.9)) == [:])
        run.round(Self.calm, at: 101.9)
        run.round(Self.calm, pages: [1: page], at: 102.1)
        let second = run.followed()
        #expect(second.contains(.lifeObserved(1, page, quiescentFrom: nil)))
        #expect(!second.records.contains { $0.contains("latency") })
    }

    @Test("A life that began after the pages were read is observed next time, one that ended never again")
    func between() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 99)
        run.start(StagedRun.pod("per-event-1"), at: 100.5)
        run.end(at: 100.9)
        _ = run.followed()
        run.round(Self.calm, pages: [1: LifeReading()], at: 101)
        #expect(!run.followed().contains { if case .lifeObserved = $0 { true } else { false } })
    }

    @Test("Lag is watched: peaks for each partition, and a warning when nothing is committed")
    func lag() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 99)
        _ = run.followed()
        for second in 1...20 {
            let ledger = StagedRun.ledger(produced: 100, processed: 0, lag: [second, 40 - second])
            run.round(["per-event": ledger], at: StagedRun.zero + Double(second))
        }
        #expect(run.actions.events.count == 1)
        #expect(run.actions.events.first?.hasPrefix("!LagStatus variant/per-event ok → ") == true)
        #expect(run.state.peakLags(of: "per-event") == [20, 39])
        #expect(run.state.peakLags(of: "singleton").isEmpty)
        #expect(run.glance().lagStatus != nil && run.glance(1).lagStatus == nil)
    }
}

@Suite("What a stage makes of the end of its load")
struct StageDrainTests {
    private func end(
        _ run: inout StagedRun,
        _ outcome: Drain.Outcome,
        lag: Int = 0,
        at seconds: Double = 130
    ) {
        let totals = StagedRun.ledger(produced: 1_000, processed: 1_000 - lag, lag: [lag]).totals
        run.take {
            $0.drainEnded(
                of: "per-event",
                outcome,
                after: .milliseconds(2_600),
                totals,
                at: StagedRun.clock(seconds)
            )
        }
    }

    @Test("A variant that has handled everything is quiescent from the first time on")
    func drained() throws {
        var run = try StagedRun()
        run.begin()
        run.start(at: 99)
        _ = run.followed()
        end(&run, .drained)
        end(&run, .drained, at: 140)
        run.end("Stopped", code: 0, at: 150)
        let all = run.followed()
        #expect(all.events.first == "Drained variant/per-event 1,000 events handled")
        let since = all.compactMap { if case .lifeEnded(_, _, _, let since, _) = $0 { since } else { nil } }
        #expect(since == [30_000_000_000])
        #expect(run.state.drain(of: "per-event", left: 0) == Drain(outcome: .drained, left: 0, seconds: 2.6))
        #expect(run.state.drain(of: "singleton", left: 0) == nil)
    }

    @Test("What is left is counted when the ledger is closed; who committed the rest at last was drained")
    func left() throws {
        var run = try StagedRun()
        run.begin()
        end(&run, .stalled, lag: 12)
        #expect(run.followed().events == ["!NotDrained variant/per-event stalled: 12 events left after 3 s"])
        #expect(run.state.drain(of: "per-event", left: 5)?.outcome == .stalled)
        #expect(run.state.drain(of: "per-event", left: 5)?.left == 5)
        #expect(run.state.drain(of: "per-event", left: 0)?.outcome == .drained)
        #expect(run.state.variants["per-event"]?.quiescentFrom == nil)
    }
}

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
