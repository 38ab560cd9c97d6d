import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

@Suite("The zoo", .timeLimit(.minutes(1))) struct ZooTests {
    private static func leak(_ medium: String, every: Int64, bytes: Int64 = 4_096) -> [String: ParameterValue]
    {
        [
            "leakMedium": .choice(medium), "leakEvery": .wholeNumber(every),
            "leakBytes": .bytes(ByteCount(bytes)),
        ]
    }

    private static func level(_ shape: String, of medium: String, units: Int64) -> [String: ParameterValue] {
        [
            "level": .choice(shape), "levelMedium": .choice(medium), "levelUnits": .wholeNumber(units),
            "levelBytes": .bytes(ByteCount(4_096)),
        ]
    }

    @Test(
        "A leak keeps its units for good, whatever they are, and says how many",
        arguments: ZooMediumKind.allCases
    )
    func leaks(medium: ZooMediumKind) async throws {
        try await HandledEvents.with(.zoo, "behaving", values: Self.leak(medium.rawValue, every: 4)) {
            events in
            await events.handle(HandledEvents.payloads(0..<10))
            #expect(events.failed == 0)
            #expect(events.metric("leakedUnits") == 2)
            #expect(events.metric("heldUnits") == 2)
            #expect(events.metric("leakedBytes") == (medium.hasBytes ? 8_192 : 0))
            await events.handler.shutDown()
            #expect(events.metric("heldUnits") == 2)
        }
    }

    @Test(
        "A task is seen by its event where it was made as anybody makes one, and at its site where it is labelled",
        arguments: [("task", Int64(3), 0), ("detached", 0, 0), ("labelled", 3, 3)]
    )
    func tasks(medium: String, outliving: Int64, labelled: Int) async throws {
        try await HandledEvents.with(.zoo, "behaving", values: Self.leak(medium, every: 1)) { events in
            await events.handle(HandledEvents.payloads(0..<3))
            #expect(events.metric("outliving") == outliving)
            #expect(events.live["Zoo.wait", default: 0] == labelled)
            await events.handler.shutDown()
        }
    }

    @Test(
        "A level is held, and given back in full, whatever its units are",
        arguments: ZooMediumKind.allCases
    )
    func levels(medium: ZooMediumKind) async throws {
        let clock = TestClock()
        let values = Self.level("saw", of: medium.rawValue, units: 10).merging([
            "levelPeriod": .duration(.seconds(10))
        ]) {
            $1
        }
        try await HandledEvents.with(.zoo, "behaving", values: values, now: clock.now) { events in
            for expected in [Int64](0..<10) + [0, 1] {
                await events.handle(HandledEvents.payloads(0..<1))
                #expect(events.metric("heldUnits") == expected)
                clock.advance(by: 1)
            }
            #expect(events.metric("leakedUnits") == 0)
            await events.handler.shutDown()
            #expect(events.metric("heldUnits") == 0)
            #expect(events.metric("heldBytes") == 0)
        }
    }

    @Test("A start-up is held before the first event")
    func startup() async throws {
        let clock = TestClock()
        let values = Self.level("startup", of: "malloc", units: 7)
        try await HandledEvents.with(.zoo, "behaving", values: values, now: clock.now) { events in
            #expect(events.metric("heldUnits") == 7)
            clock.advance(by: 60)
            await events.handle(HandledEvents.payloads(0..<1))
            #expect(events.metric("heldUnits") == 7)
            clock.advance(by: 5)
            await events.handle(HandledEvents.payloads(0..<1))
            #expect(events.metric("heldUnits") == 0)
            await events.handler.shutDown()
        }
    }

    @Test("A level is given back after a second without an event, and grows anew after it")
    func rest() async throws {
        try await Census.isolated { page in
            let clock = TestClock()
            let context = IncidentContext(
                values: Self.level("rest", of: "malloc", units: 90),
                page: page,
                now: clock.now
            )
            let holdings = ZooHoldings(context, leak: .none, level: ZooLevel(context))
            let held = page.gauge("heldUnits", class: .incident)
            let steps: [(seconds: UInt64, isEvent: Bool, held: UInt64)] = [
                (0, true, 0), (9, true, 9), (0, false, 9), (1, false, 0), (5, false, 0), (0, true, 0),
                (3, true, 3),
            ]
            for step in steps {
                clock.advance(by: step.seconds)
                if step.isEvent { holdings.handled(partition: 0, digest: 0) } else { holdings.tick() }
                #expect(held.load() == step.held)
            }
            holdings.end()
        }
    }

    @Test("The clean handler does nothing of what the parameters say")
    func clean() async throws {
        let values = Self.leak("malloc", every: 1).merging(Self.level("startup", of: "malloc", units: 7)) {
            $1
        }
        try await HandledEvents.with(.zoo, "clean", values: values) { events in
            await events.handle(HandledEvents.payloads(0..<5))
            #expect(events.metric("heldUnits") == 0)
            #expect(events.metric("leakedUnits") == 0)
            await events.handler.shutDown()
        }
    }
}
