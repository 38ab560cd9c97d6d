import LabCore
import Testing

@testable import LabEngine

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
