import LabCore
import Testing

@testable import LabAnalysis

@Suite("How a consumer keeps up")
struct LagMonitorTests {
    /// One partition seen once a second: what was committed and what was there.
    private func statuses(
        _ seconds: Range<Int>,
        window: Int = 10,
        committed: (Int) -> Int64,
        end: (Int) -> Int64,
        isAlive: (Int) -> Bool = { _ in true }
    ) -> [LagStatus] {
        var monitor = LagMonitor(window: window)
        return seconds.map { second in
            let (done, due) = (committed(second), end(second))
            let seen = LagObservation(
                partition: 0,
                committedOffset: done,
                endOffset: due,
                lag: Int(done < 0 ? due : due - done)
            )
            return monitor.observe(
                at: Int64(second) * 1_000_000_000,
                partitions: [seen],
                isAlive: isAlive(second)
            )
        }
    }

    @Test("Everything committed at some time in the window is ok, whatever came after") func zero() {
        let states = statuses(0..<19, committed: { min(Int64($0), 9) * 100 }, end: { Int64($0) * 100 })
        #expect(states.allSatisfy { $0 == .ok })
    }

    @Test("Commits that come every second leave a second's events behind: ok, at a rising rate too")
    func rampUp() {
        // 200 events a second and 200 more every second.
        func end(_ second: Int) -> Int64 { 100 * Int64(second) * Int64(second + 1) + 1 }
        let states = statuses(0..<40, committed: { end($0 - 1) }, end: end)
        #expect(states.allSatisfy { $0 == .ok })
    }

    @Test("Commits that never catch up are lagging once the window is full") func lagging() {
        let states = statuses(0..<30, committed: { Int64($0) * 500 }, end: { Int64($0) * 1_000 + 2_000 })
        #expect(states == Array(repeating: .ok, count: 9) + Array(repeating: .lagging, count: 21))
    }

    @Test("Catching up is ok, however much is left") func catchingUp() {
        let states = statuses(
            0..<30,
            committed: { Int64($0) * 2_000 },
            end: { Int64($0) * 1_000 + 1_000_000 }
        )
        #expect(states.allSatisfy { $0 == .ok })
    }

    @Test("Less behind though nothing was committed is ok: the topic was cut") func truncated() {
        let states = statuses(0..<12, committed: { _ in 500 }, end: { 1_000 - Int64($0) })
        #expect(states.allSatisfy { $0 == .ok })
    }

    @Test("One step nearer within the window is enough") func oneStep() {
        let states = statuses(
            0..<10,
            committed: { Int64($0) * 500 + ($0 == 5 ? 1_000 : 0) },
            end: { Int64($0) * 1_000 + 50_000 }
        )
        #expect(states.last == .ok)
    }

    @Test(
        "Nothing new committed is stalled while a pod lives, stopped when none did",
        arguments: [(true, LagStatus.stalled), (false, .stopped)]
    )
    func nothingNew(isAlive: Bool, expected: LagStatus) {
        let growing = statuses(
            0..<12,
            committed: { _ in 500 },
            end: { 1_000 + Int64($0) },
            isAlive: { _ in isAlive }
        )
        #expect(growing == Array(repeating: .ok, count: 9) + Array(repeating: expected, count: 3))
        let fixed = statuses(0..<12, committed: { _ in 500 }, end: { _ in 1_000 }, isAlive: { _ in isAlive })
        #expect(fixed.last == expected)
        let never = statuses(
            0..<12,
            committed: { _ in -1 },
            end: { Int64($0) + 1 },
            isAlive: { _ in isAlive }
        )
        #expect(never.last == expected)
    }

    @Test("Nothing to do and nothing committed is ok") func idle() {
        let states = statuses(0..<20, committed: { _ in 500 }, end: { _ in 500 }, isAlive: { _ in false })
        #expect(states.allSatisfy { $0 == .ok })
    }

    @Test(
        "A short restart is no stop: one that is made up for at once is ok, a longer one falls behind meanwhile",
        arguments: [(1, LagStatus.ok), (2, .ok), (5, .lagging), (8, .lagging)]
    )
    func restart(length: Int, worst: LagStatus) {
        let away = 20..<(20 + length)
        var committed: Int64 = 0
        let states = statuses(
            0..<60,
            committed: { second in
                if !away.contains(second) { committed = Int64(second - 1) * 1_000 }
                return committed
            },
            end: { Int64($0) * 1_000 },
            isAlive: { !away.contains($0) }
        )
        #expect(states.max() == worst)
        #expect(states.last == .ok)
    }

    @Test("A pod that commits nothing and restarts now and then stays stalled") func crashLoop() {
        let states = statuses(
            0..<40,
            committed: { _ in 7 },
            end: { Int64($0) + 100 },
            isAlive: { $0 % 4 == 0 }
        )
        #expect(states.dropFirst(9).allSatisfy { $0 == .stalled })
    }

    @Test("Gone for good: ok until the window has passed, then stopped; back and behind: ok again")
    func goneAndBack() {
        func committed(_ second: Int) -> Int64 {
            second < 20 ? Int64(second) * 100 - 50 : second < 40 ? 1_850 : 1_850 + Int64(second - 39) * 400
        }
        let states = statuses(
            0..<60,
            committed: committed,
            end: { Int64($0) * 100 },
            isAlive: { !(20..<40).contains($0) }
        )
        #expect(states.firstIndex(of: .stopped) == 29)
        #expect(states[29..<40].allSatisfy { $0 == .stopped })
        #expect(states[40...].allSatisfy { $0 == .ok })
    }

    @Test("The worst partition speaks for all") func worst() {
        var monitor = LagMonitor(window: 3)
        for second in 0..<3 {
            let end = Int64(second) * 1_000 + 5_000
            let seen = [
                LagObservation(partition: 0, committedOffset: end, endOffset: end, lag: 0),
                LagObservation(partition: 1, committedOffset: 40, endOffset: end, lag: Int(end - 40)),
                LagObservation(partition: 2, committedOffset: end, endOffset: end, lag: 0),
            ]
            monitor.observe(at: Int64(second), partitions: seen, isAlive: true)
        }
        #expect(monitor.status == .stalled)
    }

    @Test("An observation that is not later is left out") func notLater() {
        var monitor = LagMonitor(window: 2)
        let seen = LagObservation(partition: 0, committedOffset: 1, endOffset: 9, lag: 8)
        monitor.observe(at: 5, partitions: [seen], isAlive: true)
        #expect(monitor.observe(at: 5, partitions: [seen], isAlive: true) == .ok)
        #expect(monitor.observe(at: .min, partitions: [seen], isAlive: true) == .ok)
        #expect(monitor.observe(at: 6, partitions: [seen], isAlive: true) == .stalled)
    }

    @Test("Anything may be observed", arguments: [Int64.min, -1, 0, .max], [Int.min, 0, .max])
    func anything(offset: Int64, lag: Int) {
        var monitor = LagMonitor(window: .min)
        for time in [Int64.min, 0, .max] {
            let seen = LagObservation(partition: .min, committedOffset: offset, endOffset: ~offset, lag: lag)
            monitor.observe(at: time, partitions: [seen, seen], isAlive: false)
        }
        #expect(monitor.status == (lag > 0 ? .stopped : .ok))
        #expect(LagMonitor().observe(at: 0) == .ok)
    }
}

extension LagMonitor {
    fileprivate func observe(at time: Int64) -> LagStatus {
        var copy = self
        return copy.observe(at: time, partitions: [], isAlive: false)
    }
}

@Suite("How long a backlog will last")
struct DrainMeterTests {
    private func meter(_ lags: [Int], every nanoseconds: Int64 = 1_000_000_000) -> DrainMeter {
        var meter = DrainMeter()
        for (index, lag) in lags.enumerated() { meter.observe(at: Int64(index) * nanoseconds, lag: lag) }
        return meter
    }

    @Test(
        "Lag over the rate at which it falls",
        arguments: [
            ([1_000, 900], 9), ([1_000, 900, 800, 700, 600], 6), ([5_000, 1_000, 900, 800, 700, 600], 6),
            ([50, 0], 0), ([0], 0),
        ] as [([Int], Double)]
    )
    func falling(lags: [Int], expected: Double) throws {
        #expect(abs(try #require(meter(lags).secondsLeft) - expected) < 1e-9)
    }

    @Test(
        "Not while it grows or stays, nor from a single look",
        arguments: [[], [7], [7, 7], [7, 8], [9, 7, 9]]
    )
    func notFalling(lags: [Int]) {
        #expect(meter(lags).secondsLeft == nil)
    }

    @Test("Time counts, not observations") func time() {
        #expect(meter([1_000, 900], every: 500_000_000).secondsLeft == 4.5)
    }

    @Test("An observation that is not later is left out") func notLater() {
        var meter = meter([1_000, 900])
        #expect(meter.observe(at: 0, lag: 3) == 9)
        #expect(meter.observe(at: .min, lag: .min) == 9)
    }

    @Test("Anything may be observed") func anything() throws {
        var meter = DrainMeter(window: .min)
        meter.observe(at: .min, lag: .max)
        let left = meter.observe(at: .max, lag: 1)
        #expect(try #require(left).isFinite)
    }
}

@Suite("States of lag in the result")
struct LagHistoryTests {
    private func lag(
        _ points: [(Double, Double)],
        ended: Double? = 30,
        timeScale: Double = 1
    ) -> VariantResult.Lag {
        VariantResult.Lag(
            nil,
            status: Series(times: points.map { nanoseconds($0.0) }, values: points.map(\.1)),
            productionEnded: ended.map(nanoseconds),
            timeScale: timeScale
        )
    }

    @Test("Each state lasts until the next reading, in incident time", arguments: [1.0, 10])
    func seconds(timeScale: Double) {
        let lag = lag([(0, 0), (5, 1), (8, 2), (9, 3), (20, 1), (25, 0), (40, 3)], timeScale: timeScale)
        #expect(lag.laggingSeconds == 8 * timeScale)
        #expect(lag.stalledSeconds == 1 * timeScale)
        #expect(lag.stoppedSeconds == 11 * timeScale)
    }

    @Test("The state when production ended, and the worst of all") func states() {
        let lag = lag([(0, 0), (29, 1), (31, 0), (40, 2), (50, 0)])
        #expect(lag.status == .lagging)
        #expect(lag.worstStatus == .stalled)
        #expect(self.lag([(0, 0), (29, 1), (31, 3)], ended: nil).status == .stopped)
        #expect(self.lag([(31, 1)]).status == nil)
    }

    @Test("What is no severity is left out") func damaged() {
        let lag = lag([(0, 1), (1, 7), (2, .nan), (3, -1), (4, 0.5), (10, 0)])
        #expect(lag.worstStatus == .lagging)
        #expect(lag.laggingSeconds == 10)
    }

    @Test("Never recorded is unknown", arguments: [nil, Series()])
    func unknown(series: Series?) {
        let lag = VariantResult.Lag(nil, status: series, productionEnded: 0, timeScale: 1)
        #expect(lag.status == nil && lag.worstStatus == nil)
        #expect(lag.laggingSeconds == nil && lag.stalledSeconds == nil && lag.stoppedSeconds == nil)
    }

    @Test("Event accounting of each partition, what limited memory, and the highest charge of a life")
    func books() {
        var run = RunModel.alone(LifeModel()).recorded
        run.header.memoryControl = "cgroup v2"
        run.variants[0].pods[0].lives[0].exit?.peakCharge = 77
        let books = PartitionBooks(
            partition: 3,
            counts: LedgerCounts(),
            endOffset: 900,
            committedOffset: 850,
            peakLag: 120,
            lostOffsets: [4...9]
        )
        run.variants[0].partitions = [books]
        run.variants[0].series[.lagStatus] = Series(times: [0], values: [1])
        let result = RunAnalysis().result(of: run)
        #expect(result.memoryControl == "cgroup v2")
        #expect(result.variants[0].events.partitions == [VariantResult.Partition(books)])
        #expect(result.variants[0].pods[0].exits.map(\.peakChargeBytes) == [77])
        #expect(result.variants[0].lag.status == .lagging)
    }
}
