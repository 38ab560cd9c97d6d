import LabCore
import LabTelemetry
import Synchronization
import Testing

@testable import LabIncidents

/// Who was served when.
private final class ServiceOrder: Sendable {
    let numbers = Mutex<[Int]>([])
}

@Suite(.timeLimit(.minutes(1))) struct GatewayLimitsTests {
    @Test("The token bucket lets its size through at once, and its rate in the long run")
    func bucket() {
        let clock = TestClock()
        let incidentClock = IncidentClock(timeScale: TimeScale(2), nanoseconds: clock.now)
        let bucket = TokenBucket(rate: 10, size: 30, clock: incidentClock)
        #expect((0..<100).count { _ in bucket.take() } == 30)
        // One wall second is two of incident time.
        clock.advance(by: 1)
        #expect((0..<100).count { _ in bucket.take() } == 20)
        clock.advance(by: 1_000)
        #expect((0..<100).count { _ in bucket.take() } == 30)
    }

    @Test("Retries are a share of the requests, besides what was saved up")
    func budget() {
        let budget = RetryBudget(share: 0.25)
        #expect((0..<100).count { _ in budget.withdraw() } == 25)
        for _ in 0..<40 { budget.deposit() }
        #expect((0..<100).count { _ in budget.withdraw() } == 10)
        for _ in 0..<10_000 { budget.deposit() }
        #expect((0..<100).count { _ in budget.withdraw() } == 25)
        let none = RetryBudget(share: 0)
        none.deposit()
        #expect(!none.withdraw())
    }

    @Test("So many work at once, and the others queue in the order in which they came")
    func workers() async {
        let pool = WorkerPool(workers: 2)
        #expect(await pool.enter())
        #expect(await pool.enter())
        let order = ServiceOrder()
        await withDiscardingTaskGroup { group in
            for number in 0..<5 {
                group.addTask {
                    _ = await pool.enter()
                    order.numbers.withLock { $0.append(number) }
                    pool.leave()
                }
                while pool.queueLength <= number, !Task.isCancelled { await Task.yield() }
            }
            pool.leave()
        }
        #expect(order.numbers.withLock { $0 } == [0, 1, 2, 3, 4])
        #expect(pool.queueLength == 0)
    }

    @Test("A pool that closes sends everybody away who waits or comes")
    func close() async {
        let pool = WorkerPool(workers: 1)
        #expect(await pool.enter())
        async let waiting = pool.enter()
        while pool.queueLength == 0, !Task.isCancelled { await Task.yield() }
        pool.close()
        #expect(await waiting == false)
        #expect(await pool.enter() == false)
    }

    @Test("Quantiles of the times of choosing a node are those of all choices, failed ones too")
    func selectionTimes() async throws {
        let page = try TelemetryPage.anonymous()
        let clock = TestClock()
        let times = SelectionTimes(on: page, now: clock.now)
        for number in 0..<100 {
            await times.measure { if number == 99 { clock.advance(by: 12) } }
            clock.advance(by: 1)
        }
        await #expect(throws: LabError.self) {
            try await times.measure {
                clock.advance(by: 30)
                throw LabError("registry: no answer")
            }
        }
        let reader = try TelemetryReader(page)
        let index = try #require(reader.index(of: "selectionTime", .histogram))
        let chosen = try #require(reader.histogram(at: index))
        #expect(chosen.total == 101 && chosen.quantile(0.5) == 0 && chosen.maximum == 30_000_000)
        let ninetyNinth = try #require(chosen.quantile(0.99))
        #expect(abs(Double(ninetyNinth) / 12e6 - 1) < 0.0625)
    }
}
