import LabCore
import LabScenario
import LabTelemetry
import Testing

@testable import LabEngine

@Suite("The wait for the last events")
struct DrainWatchTests {
    private static let limits = DrainWatch.Limits(stillness: .seconds(30), bound: .seconds(300))

    private static func seen(
        _ processed: Int,
        committed: Int? = nil,
        of produced: Int = 100_000,
        hasPods: Bool = true,
        backOff: Duration = .zero
    ) -> DrainWatch.Observation {
        var totals = LedgerTotals()
        totals.produced = produced
        totals.processed = processed
        totals.lag = produced - (committed ?? processed)
        return DrainWatch.Observation(totals: totals, hasPods: hasPods, backOff: backOff)
    }

    /// Looks once a second until the wait is over.
    private static func ending(
        _ watch: DrainWatch = DrainWatch(limits),
        _ observation: (_ second: Int) -> DrainWatch.Observation
    ) -> (outcome: Drain.Outcome, second: Int)? {
        var watch = watch
        for second in 0..<10_000 {
            let outcome = watch.observe(observation(second), at: .seconds(second))
            if let outcome { return (outcome, second) }
        }
        return nil
    }

    @Test("A slow variant has the time it takes") func slow() throws {
        let end = try #require(Self.ending { Self.seen(min(100_000, 500 * $0)) })
        #expect(end == (.drained, 200))
    }

    @Test("Commits are progress as events are, and everything has to be committed") func commits() throws {
        let end = try #require(Self.ending { Self.seen(100_000, committed: min(100_000, 1_000 * ($0 / 20))) })
        #expect(end.outcome == .cutOff && end.second == 300)
        let faster = Self.ending { Self.seen(100_000, committed: min(100_000, 10_000 * ($0 / 20))) }
        #expect(try #require(faster) == (.drained, 200))
    }

    @Test("It ends when nothing moves any more") func stalled() throws {
        let end = try #require(Self.ending { Self.seen(min(40_000, 1_000 * $0)) })
        #expect(end == (.stalled, 70))
    }

    @Test("It ends at the bound") func bound() throws {
        #expect(try #require(Self.ending { Self.seen(10 * $0) }) == (.cutOff, 300))
        var limits = Self.limits
        limits.bound = .zero
        #expect(try #require(Self.ending(DrainWatch(limits)) { Self.seen($0) }) == (.cutOff, 0))
        #expect(try #require(Self.ending(DrainWatch(limits)) { _ in Self.seen(100_000) }) == (.drained, 0))
    }

    @Test("Nobody is waited for who will never come") func abandoned() throws {
        let end = try #require(Self.ending { Self.seen(100 * $0, hasPods: $0 < 12) })
        #expect(end == (.abandoned, 12))
    }

    @Test("A pod that waits for its next life is waited for") func backOff() throws {
        let end = Self.ending { second in
            Self.seen(second < 120 ? 1_000 : 100_000, backOff: second < 120 ? .seconds(120) : .zero)
        }
        #expect(try #require(end) == (.drained, 120))
    }

    /// As the kubelet doubles it: 10, 20, 40, … seconds, and two of life between.
    @Test("A crash loop that handles the same events again and again comes to an end") func crashLoop() throws
    {
        func backOff(at second: Int) -> Duration {
            var (start, pause) = (2, 10)
            while start + pause <= second { (start, pause) = (start + pause + 2, min(300, 2 * pause)) }
            return second >= start ? .seconds(pause) : .zero
        }
        let end = Self.ending { Self.seen(1_000, backOff: backOff(at: $0)) }
        #expect(try #require(end).outcome == .stalled)
        #expect(try #require(end).second <= 80)
    }

    @Test("A group gives up a dead member first", arguments: [(20, 40), (6, 30)] as [(Int, Int)])
    func sessions(timeout: Int, stillness: Int) throws {
        let scenario = try TestScenario.make([
            "pods.assignment=group", "pods.sessionTimeout=\(timeout)s", "workload.phases.peak.duration=100s",
        ])
        let limits = DrainWatch.Limits(of: scenario.variants[0], hasEndedPods: false, bound: .seconds(1))
        #expect(limits.stillness == .seconds(stillness))
    }
}
