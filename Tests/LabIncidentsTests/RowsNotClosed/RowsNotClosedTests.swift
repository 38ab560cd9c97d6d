import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct RowsNotClosedTests {
    private static let handlers = ["rows-not-closed", "rows-closed"]

    @Test("Both handlers do the same job on the same events and fail on the same ones")
    func sameJob() async throws {
        var totals: [[Int64: Int64]] = []
        var failures: [Int] = []
        for handler in Self.handlers {
            try await RowsNotClosedRun.with(handler, errorRate: 0.1) { run in
                await run.handle(300)
                failures.append(run.events.failed)
                totals.append(try run.totals())
                #expect(run.metric("totalsKept") == 300 - run.events.failed)
                #expect(run.metric("scanErrors") == run.events.failed)
            }
        }
        #expect(failures[0] == failures[1])
        #expect((10...60).contains(failures[0]))
        #expect(totals[0] == totals[1])
        #expect(!totals[0].isEmpty)
    }

    @Test("Each failing event leaves a statement and a connection open; our count is SQLite's")
    func leak() async throws {
        try await RowsNotClosedRun.with("rows-not-closed", errorRate: 0.1) { run in
            for round in 1...4 {
                await run.handle(50)
                #expect(run.metric("statementsOpen") == run.events.failed)
                #expect(run.store.pool.unfinalizedStatements == run.events.failed)
                #expect(run.metric("queries") == 50 * round * 2 - run.events.failed)
            }
            #expect(run.events.failed > 5)
            // One more, unless the last event failed and took the free one along.
            #expect((0...1).contains(run.metric("connectionsOpen") - run.events.failed))
            #expect(run.metric("sqliteBytes") > 0)
        }
    }

    @Test("Rows that are closed always leave nothing open, however many events fail", arguments: [0.1, 1.0])
    func closed(errorRate: Double) async throws {
        try await RowsNotClosedRun.with("rows-closed", errorRate: errorRate) { run in
            for _ in 0..<100 {
                await run.handle(1)
                #expect(run.metric("statementsOpen") == 0)
            }
            #expect(run.events.failed > 0)
            #expect(run.store.pool.unfinalizedStatements == 0)
            #expect(run.metric("connectionsOpen") == 1)
        }
    }

    @Test("Without an error the suspect keeps nothing either")
    func noErrors() async throws {
        try await RowsNotClosedRun.with("rows-not-closed", errorRate: 0) { run in
            await run.handle(200)
            #expect(run.events.failed == 0)
            #expect(run.metric("rowsRead") == 200 * 12)
            #expect(run.metric("statementsOpen") == 0)
            #expect(run.metric("connectionsOpen") == 1)
        }
    }

    @Test("A phase's error rate takes the place of the parameter while it lasts")
    func phases() async throws {
        try await RowsNotClosedRun.with("rows-closed", errorRate: 0) { run in
            await run.handle(50)
            #expect(run.events.failed == 0)
            run.world.set("error-rate", to: .share(1))
            await run.handle(50)
            #expect(run.events.failed == 50)
            run.world.set("error-rate", to: .normal)
            await run.handle(50)
            #expect(run.events.failed == 50)
        }
    }

    @Test("The share of failing events is the rate, the same events for a seed and others for another one")
    func share() {
        func failing(_ rate: Double, seed: UInt64 = 1, partition: Int32 = 0) -> [Bool] {
            let draw = AccountDraw(
                seed: seed,
                share: World.undisturbed.share("error-rate"),
                usualShare: rate
            )
            return (0..<20_000).map { draw.isDamaged(partition: partition, offset: $0) }
        }
        for (rate, expected) in [(0, 0...0), (0.01, 140...260), (0.05, 860...1_140), (1, 20_000...20_000)] {
            #expect(expected.contains(failing(rate).count { $0 }))
        }
        #expect(failing(0.05) == failing(0.05))
        #expect(failing(0.05) != failing(0.05, seed: 2))
        #expect(failing(0.05) != failing(0.05, partition: 1))
    }

    @Test("One forgotten statement keeps the log from being done with; closed rows do not")
    func checkpoint() async throws {
        for (handler, isHeld) in [("rows-not-closed", true), ("rows-closed", false)] {
            try await RowsNotClosedRun.with(handler, errorRate: 0) { run in
                run.world.set("error-rate", to: .share(1))
                await run.handle(1)
                run.world.set("error-rate", to: .normal)
                await run.handle(100)
                let (log, done) = try run.checkpoint()
                #expect(log >= 100)
                #expect((done < log) == isHeld)
            }
        }
    }

    @Test("What stays open is predicted from the events and the error rate of each phase")
    func predicted() throws {
        func phase(_ seconds: Int64, _ world: [String: WorldCondition]) -> LoadPhase {
            LoadPhase(
                name: "phase",
                duration: .seconds(seconds),
                shape: .constant(EventRate(perSecond: 100)),
                world: world
            )
        }
        var context = PredictionContext(
            handler: "rows-not-closed",
            values: ["errorRate": .number(0.01)],
            workload: Workload(
                topic: "t",
                partitions: 2,
                payload: .fixed(ByteCount(200)),
                keys: .none,
                runLength: 1,
                phases: [phase(40, [:]), phase(50, ["error-rate": .share(0.05)])]
            ),
            replicas: 2
        )
        let prediction = try #require(Incident.rowsNotClosed.predictions(context).first)
        #expect(prediction.kind == .pileUp && prediction.metric == "statementsOpen")
        #expect(abs(prediction.value - 145) < 0.001)
        context.handler = "rows-closed"
        #expect(Incident.rowsNotClosed.predictions(context).isEmpty)
    }

    @Test("Memory for each failure leaves out what was in use before the first one")
    func memoryPerFailure() throws {
        let page = try TelemetryPage.anonymous()
        let meter = DatabaseMeter(on: page)
        let reading = page.gauge("bytesPerFailure", unit: .bytes, class: .incident)
        let steps: [(failures: UInt64, inUse: Int, expected: UInt64)] = [
            (0, 1_000, 0), (0, 5_000, 0), (1, 8_000, 3_000), (4, 13_000, 2_000), (4, 4_000, 0),
        ]
        for step in steps {
            meter.measure(failures: step.failures, logBytes: 7, inUse: step.inUse)
            #expect(reading.load() == step.expected)
        }
        #expect(page.gauge("walBytes", class: .incident).load() == 7)
    }

    @Test("An unreadable payload fails, asks nothing, and harms no other event", arguments: handlers)
    func unreadable(handler: String) async throws {
        try await RowsNotClosedRun.with(handler, errorRate: 0) { run in
            await run.handle(1)
            await run.events.handle(HandledEvents.unreadable)
            await run.handle(1)
            #expect(run.events.failed == HandledEvents.unreadable.count)
            #expect(run.metric("queries") == 4)
            #expect(run.metric("statementsOpen") == 0)
        }
    }
}
