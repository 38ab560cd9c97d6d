import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct ServicePerEventTests {
    private struct Outcome {
        var failed = 0
        var outliving: UInt64 = 0
        /// By site.
        var live: [String: Int] = [:]
        var created: [String: Int] = [:]
        var metrics: [String: Int64] = [:]
    }

    private let incident: Incident

    init() throws { incident = try #require(IncidentLibrary.named("service-per-event")) }

    /// Hands payloads to a handler as a pod does, and looks at the page then.
    private func run(
        _ handler: String,
        _ payloads: [String],
        values: [String: ParameterValue] = [:],
        clock: TestClock = TestClock(),
        betweenEvents: (Int) -> Void = { _ in },
        shutsDown: Bool = false
    ) async throws -> Outcome {
        try await Census.isolated { page in
            let context = IncidentContext(values: values, page: page, now: clock.now)
            let handler = try #require(incident.handler(named: handler)).make(context)
            var scopes = EventScopeTracker(outliving: page.gauge("outliving"))
            var outcome = Outcome()
            for (offset, payload) in payloads.enumerated() {
                betweenEvents(offset)
                do {
                    try await scopes.run { try await handle(payload, offset, handler) }
                } catch {
                    outcome.failed += 1
                }
            }
            if shutsDown { await handler.shutDown() }
            outcome.outliving = page.gauge("outliving").load()
            for site in Census.snapshot() {
                outcome.live[site.site] = site.live
                outcome.created[site.site] = site.created
            }
            let reader = try TelemetryReader(page)
            for index in reader.descriptors.indices {
                outcome.metrics[reader.descriptors[index].name] = reader.value(of: index)
            }
            return outcome
        }
    }

    private func handle(_ payload: String, _ offset: Int, _ handler: any EventHandler) async throws {
        let bytes = Array(payload.utf8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        let event = Event(
            partition: 0,
            offset: Int64(offset),
            key: UnsafeRawBufferPointer(start: nil, count: 0),
            value: UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count])
        )
        try await handler.handle(event)
    }

    private static func payloads(_ count: Int, indices: Int = 4) -> [String] {
        (0..<count).map {
            #"{"seq":\#($0),"at":1,"player":"p-\#($0)","feature":"guild","index":"features-guild-\#($0 % indices)"}"#
        }
    }

    private static let handlers = ["per-event", "per-event-stopped", "singleton"]

    @Test("Every handler does the same job", arguments: handlers)
    func sameJob(handler: String) async throws {
        let foreign = ["features-guild-99", "features-guild-", "elsewhere-1", "features-guild-x"].map {
            #"{"index":"\#($0)"}"#
        }
        let outcome = try await run(handler, Self.payloads(30) + foreign)
        #expect(outcome.failed == 0)
        #expect(outcome.metrics["delivered"] == 30)
        #expect(outcome.metrics["unindexed"] == 4)
    }

    @Test("A service for each event leaves exactly one task and one cache for each event")
    func leak() async throws {
        let outcome = try await run("per-event", Self.payloads(40))
        #expect(outcome.live == ["FeatureService": 0, "IndexCache": 40, "IndexCache.worker": 40])
        #expect(outcome.metrics["tasks"] == 40)
        #expect(outcome.outliving == 40)
        #expect(outcome.metrics["catalogueQueries"] == 40)
    }

    @Test("Stopping the cache after each event leaves nothing, and its cache never hits")
    func stopped() async throws {
        let outcome = try await run("per-event-stopped", Self.payloads(40))
        #expect(outcome.live == ["FeatureService": 0, "IndexCache": 0, "IndexCache.worker": 0])
        #expect(outcome.created == ["FeatureService": 40, "IndexCache": 40, "IndexCache.worker": 40])
        #expect(outcome.metrics["tasks"] == 0)
        #expect(outcome.metrics["instances"] == 0)
        #expect(outcome.metrics["catalogueQueries"] == 40)
    }

    @Test("One service for all events has one task, and asks the catalogue once for each index")
    func singleton() async throws {
        let outcome = try await run("singleton", Self.payloads(40))
        #expect(outcome.live == ["FeatureService": 1, "IndexCache": 1, "IndexCache.worker": 1])
        #expect(outcome.created == outcome.live)
        #expect(outcome.outliving == 0)
        #expect(outcome.metrics["catalogueQueries"] == 4)
    }

    @Test("Shutting the one service down ends its task")
    func shutDown() async throws {
        let outcome = try await run("singleton", Self.payloads(4), shutsDown: true)
        #expect(outcome.live["IndexCache.worker"] == 0)
    }

    @Test("An unreadable payload fails; only the bug leaves something behind", arguments: handlers)
    func unreadable(handler: String) async throws {
        let outcome = try await run(handler, ["", "{", #"{"index":1}"#] + Self.payloads(1))
        #expect(outcome.failed == 3)
        #expect(outcome.metrics["delivered"] == 1)
        let expected = ["per-event": 4, "per-event-stopped": 0, "singleton": 1]
        #expect(outcome.live["IndexCache.worker"] == expected[handler])
    }

    @Test("Answers are used for their time to live")
    func timeToLive() async throws {
        let clock = TestClock()
        let outcome = try await run(
            "singleton",
            Self.payloads(6, indices: 1),
            values: ["ttl": .duration(.seconds(100))],
            clock: clock,
            betweenEvents: { if $0 == 3 { clock.advance(by: 100) } }
        )
        #expect(outcome.metrics["catalogueQueries"] == 2)
    }

    @Test("The parameters reach the cache and the catalogue")
    func parameters() async throws {
        let outcome = try await run(
            "singleton",
            Self.payloads(10, indices: 10),
            values: [
                "indices": .wholeNumber(3), "buckets": .wholeNumber(1), "bufferSlots": .wholeNumber(1),
                "maxSize": .wholeNumber(1), "pruneSize": .wholeNumber(1), "getsPerPromote": .wholeNumber(1),
            ]
        )
        #expect(outcome.metrics["delivered"] == 3)
        #expect(outcome.metrics["unindexed"] == 7)
    }
}
