import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct UnboundedWorkersTests {
    private let incident = Incident.unboundedWorkers
    private static let handlers = ["unbounded", "semaphore", "pause-partitions"]

    /// With real rows that cost some microseconds, and a clock that is a thousand times as fast as the wall's.
    private func withHandler(
        _ name: String,
        values: [String: ParameterValue] = [:],
        _ body: nonisolated(nonsending) (HandledEvents) async throws -> Void
    ) async throws {
        try await Census.isolated { page in
            let context = IncidentContext(
                timeScale: TimeScale(1_000),
                values: values.merging(["rowCost": .duration(.milliseconds(20))]) { own, _ in own },
                page: page
            )
            let handler = try #require(incident.handler(named: name)).make(context)
            try await body(HandledEvents(handler, page: page))
            await handler.shutDown()
        }
    }

    @Test(
        "Every handler does the same job: each row is handled once, and no task is left",
        arguments: handlers
    )
    func sameJob(handler: String) async throws {
        try await withHandler(handler) { events in
            await events.handle(HandledEvents.payloads(0..<30))
            #expect(events.failed == 0)
            await events.wait(until: "rowsHandled", is: 30)
            #expect(events.metric("rowsStarted") == 30)
            await events.wait(until: "runningRows", is: 0)
            await events.handler.shutDown()
            #expect(events.live == ["RowRunner.row": 0, "RowWorker": 0])
            #expect(events.metric("rowsAtRisk") ?? 0 == 0)
        }
    }

    @Test("An unreadable payload fails, is no row, and harms no other event", arguments: handlers)
    func unreadable(handler: String) async throws {
        try await withHandler(handler) { events in
            await events.handle(HandledEvents.payloads([1]))
            await events.handle(HandledEvents.unreadable)
            await events.handle(HandledEvents.payloads([2]))
            #expect(events.failed == HandledEvents.unreadable.count)
            await events.wait(until: "rowsHandled", is: 2)
            #expect(events.metric("rowsStarted") == 2)
        }
    }

    @Test("The fixes acknowledge a row that is handled, the suspect one that is noted", arguments: handlers)
    func acknowledgement(handler: String) async throws {
        try await withHandler(handler) { events in
            await events.handle(HandledEvents.payloads(0..<5))
            if handler == "unbounded" {
                let atRisk = try #require(events.metric("rowsAtRisk"))
                let handled = try #require(events.metric("rowsHandled"))
                #expect(atRisk + handled >= 5)
            } else {
                #expect(events.metric("rowsHandled") == 5)
            }
        }
    }

    @Test("Every second all rows that have arrived are started, whatever still runs")
    func unbounded() async throws {
        try await HeldRows.with(.all) { rows in
            for second in 1...6 {
                try rows.add(50)
                await rows.advance(by: .milliseconds(999))
                #expect(rows.metric("runningRows") == Int64(50 * (second - 1)))
                await rows.advance(by: .milliseconds(1))
                #expect(rows.metric("runningRows") == Int64(50 * second))
                #expect(rows.metric("batch") == 50)
            }
            #expect(rows.metric("load") == 50)
        }
    }

    @Test("The worker's second is one of incident time", arguments: [(1.0, 1_000), (10, 100), (4, 250)])
    func timeScale(factor: Double, milliseconds: Int64) async throws {
        try await HeldRows.with(.all, timeScale: TimeScale(factor)) { rows in
            try rows.add(3)
            await rows.advance(by: .milliseconds(milliseconds - 1))
            #expect(rows.metric("runningRows") == 0)
            await rows.advance(by: .milliseconds(1))
            #expect(rows.metric("runningRows") == 3)
        }
    }

    @Test("The semaphore's bound is its limit plus one batch, and it looks again after three seconds")
    func semaphore() async throws {
        let policy = RowWorker.Policy.batch(size: 200, unlessAbove: 200, pause: .seconds(3))
        try await HeldRows.with(policy) { rows in
            try rows.add(1_000)
            // 200 running are not more than 200, so that another whole batch is started.
            for (running, heldBack) in [(200, 0), (400, 0), (400, 1)] as [(Int64, Int64)] {
                await rows.advance(by: .seconds(1))
                #expect(rows.metric("runningRows") == running)
                #expect(rows.metric("heldBack") == heldBack)
            }
            await rows.advance(by: .milliseconds(2_999))
            #expect(rows.metric("heldBack") == 1)
            await rows.advance(by: .milliseconds(1))
            #expect(rows.metric("heldBack") == 2)
            rows.letGo()
            await rows.wait(until: "runningRows", is: 0)
            await rows.advance(by: .seconds(3))
            await rows.wait(until: "rowsHandled", is: 600)
            #expect(rows.metric("rowsStarted") == 600)
        }
    }

    @Test("A worker that is gone refuses the rows that wait for it, and those that come")
    func gone() async throws {
        let inbox = RowInbox()
        let row = try Row(#"{"player":"p-1"}"#)
        let waiting = Task { try await inbox.addAndWait(row) }
        while inbox.takeArrivals() == 0 { await Task.yield() }
        inbox.close()
        await #expect(throws: LabError.self) { try await waiting.value }
        await #expect(throws: LabError.self) { try await inbox.addAndWait(row) }
        #expect(inbox.take().isEmpty)
    }

    @Test("Shutting down the suspect waits for no row")
    func shutDown() async throws {
        try await HeldRows.with(.all) { rows in
            try rows.add(20)
            await rows.advance(by: .seconds(1))
            let handler = UnboundedHandler(
                inbox: rows.inbox,
                worker: rows.worker,
                runner: rows.runner,
                atRisk: try TelemetryPage.anonymous().gauge("rowsAtRisk")
            )
            await handler.shutDown()
            #expect(rows.metric("runningRows") == 20)
        }
    }

    @Test("Partitions are paused from the limit on, and resumed when few enough are running")
    func highWaterMark() {
        var mark = HighWaterMark(top: 200, bottom: 100)
        let levels = [0, 199, 200, 250, 199, 101, 100, 150, 199, 200, 0]
        let passed = levels.map { mark.isPassed(by: $0) }
        #expect(passed == [false, false, true, true, true, true, false, false, false, true, false])
        var lowest = HighWaterMark(top: 1, bottom: 100)
        #expect([0, 1, 1, 0].map { lowest.isPassed(by: $0) } == [false, true, true, false])
    }

    @Test("A pod is saturated while too many of its rows run")
    func saturation() async throws {
        try await HeldRows.with(.none) { rows in
            let mark = HighWaterMark(top: 3, bottom: 1)
            let handler = PausingHandler(worker: rows.worker, runner: rows.runner, mark: mark)
            for number in 1...4 {
                #expect(handler.isSaturated == (number > 3))
                rows.runner.start(WaitingRow(row: try Row(#"{"player":"p-\#(number)"}"#), waiter: nil))
            }
            rows.letGo()
            await rows.wait(until: "runningRows", is: 0)
            #expect(!handler.isSaturated)
        }
    }

    @Test("The defaults are the source's where it tells them")
    func parameters() {
        typealias Parameters = UnboundedWorkersParameters
        #expect(Parameters.interval.defaultValue == .seconds(1))
        #expect(Parameters.limit.defaultValue == 200)
        #expect(Parameters.recheck.defaultValue == .seconds(3))
    }

    private func phase(_ rate: Double) -> LoadPhase {
        LoadPhase(
            name: "rate-\(rate)",
            duration: .seconds(20),
            shape: .constant(EventRate(perSecond: rate))
        )
    }

    private func prediction(_ handler: String, _ phases: [LoadPhase], replicas: Int = 1) -> Double? {
        let context = PredictionContext(
            handler: handler,
            workload: Workload(
                topic: "rows",
                partitions: 4,
                payload: .fixed(ByteCount(300)),
                keys: .none,
                runLength: 64,
                phases: phases
            ),
            replicas: replicas
        )
        return incident.predictions(context).first?.value
    }

    @Test("How much piles up is predicted from load, cost and cores")
    func predictions() {
        let (calm, busy) = (phase(100), phase(225))
        #expect(prediction("semaphore", [busy]) == 400)
        #expect(prediction("pause-partitions", [busy]) == nil)
        #expect(prediction("unbounded", [calm]) == 100)
        // 100 a second more than two cores do, for 19 seconds, and the last batch.
        #expect(prediction("unbounded", [busy]) == 2_125)
        #expect(prediction("unbounded", [busy, calm]) == 2_125)
        #expect(prediction("unbounded", [busy], replicas: 2) == 113)
    }
}
