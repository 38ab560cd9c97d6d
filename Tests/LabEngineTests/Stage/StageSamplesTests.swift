import LabCore
import Testing

@testable import LabEngine

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
