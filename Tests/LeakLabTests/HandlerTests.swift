import LabCore
import LabIncidents
import LabTelemetry
import Synchronization
import Testing

@testable import LeakLab

private typealias Parameter = LeakLab.Parameter

@Suite("A handler of the user's")
struct HandlerTests {
    private enum Eviction: String, CaseIterable {
        case lru
        case none
    }

    private static let count = Parameter.count("count", default: 10, in: 1...100, "how many")
    private static let size = Parameter.bytes("size", default: 1_024, "how large")
    private static let share = Parameter.number("share", default: 0.5, in: 0...1, "how much")
    private static let age = Parameter.duration("age", default: .seconds(60), "how old")
    private static let isOn = Parameter.flag("isOn", default: false, "whether")
    private static let eviction = Parameter.choice("eviction", default: Eviction.lru, "which")

    /// Makes a handler as a pod does, of an incident with all kinds of parameters.
    private func make(
        _ values: [String: ParameterValue] = [:],
        _ body: @escaping @Sendable (HandlerSetup) throws -> ProbeHandler
    ) throws -> any LabCore.EventHandler {
        let incident = Incident(
            "checkout",
            summary: "Nothing is forgotten.",
            parameters: Self.count,
            Self.size,
            Self.share,
            Self.age,
            Self.isOn,
            Self.eviction,
            handlers: [.fix("new-build", "Keeps a little.", make: body)]
        )
        let handler = try #require(
            try Registration.checked([incident], besides: []).first?.handler(named: "new-build")
        )
        let page = try TelemetryPage.anonymous()
        let context = IncidentContext(
            seed: 7,
            timeScale: TimeScale(4),
            values: values,
            page: page,
            folder: "/x"
        )
        return try handler.make(context)
    }

    @Test("is made with the values of the scenario")
    func values() throws {
        let values: [String: ParameterValue] = [
            "count": .wholeNumber(3), "size": .bytes(ByteCount(64)), "share": .number(0.25),
            "age": .duration(.seconds(5)), "isOn": .flag(true), "eviction": .choice("none"),
        ]
        _ = try make(values) { (setup) throws in
            #expect(try setup[Self.count] == 3)
            #expect(try setup[Self.size] == 64)
            #expect(try setup[Self.share] == 0.25)
            #expect(try setup[Self.age] == .seconds(5))
            #expect(try setup[Self.isOn])
            #expect(try setup[Self.eviction] == .none)
            #expect(setup.seed == 7 && setup.timeScale == 4 && setup.folder == "/x")
            return ProbeHandler()
        }
    }

    @Test("is made with defaults where the scenario says nothing, or what the parameter does not take")
    func defaults() throws {
        _ = try make(["count": .wholeNumber(1_000), "size": .flag(true)]) { (setup) throws in
            #expect(try setup[Self.count] == 10)
            #expect(try setup[Self.size] == 1_024)
            #expect(try setup[Self.eviction] == .lru)
            return ProbeHandler()
        }
    }

    @Test("cannot ask for a parameter that its incident does not declare")
    func undeclared() throws {
        let other = Parameter.count("other", default: 1, "whatever")
        let error = #expect(throws: LabError.self) {
            try make { setup in
                _ = try setup[other]
                return ProbeHandler()
            }
        }
        #expect(
            error?.description
                == "checkout: handler “new-build”: the incident declares no such parameter “other”"
        )
        #expect(error?.hint?.contains("age, count, eviction, isOn, share, size") == true)
    }

    @Test("that cannot be made says why in one line")
    func failing() throws {
        struct Missing: Error, CustomStringConvertible { var description: String { "no table\nof prices" } }
        let error = #expect(throws: LabError.self) { try make { _ in throw Missing() } }
        #expect(error?.description == "checkout: handler “new-build” cannot be made: no table of prices")
    }

    @Test("gets events with all that they carry, and its errors come back")
    func events() async throws {
        struct Refused: Error {}
        let seen = Mutex<[String]>([])
        let handler = ProbeHandler { event in
            let first = event.withPayload { $0.byteCount > 0 ? Int($0.unsafeLoad(as: UInt8.self)) : -1 }
            let text = String(decoding: event.payloadBytes, as: UTF8.self)
            let key = event.withKey { $0.byteCount }
            seen.withLock {
                $0.append(
                    "\(event.partition) \(event.offset) \(event.keyText) \(key) \(text) \(event.payloadSize) "
                        + "\(first) \(event.sequence.map(String.init) ?? "none")"
                )
            }
            if event.offset == 9 { throw Refused() }
        }
        let adapted = AdaptedHandler(handler: handler)
        try await handler.handle(key: "p-1", payload: #"{"seq":42,"at":7,"#, partition: 3, offset: 8)
        await #expect(throws: Refused.self) { try await handler.handle(key: "", payload: "", offset: 9) }
        #expect(seen.withLock(\.self) == ["3 8 p-1 3 {\"seq\":42,\"at\":7, 17 123 42", "0 9  0  0 -1 none"])
        #expect(!adapted.isSaturated)
        await adapted.shutDown()
    }

    @Test("may be an actor, is asked whether it is saturated, and is closed")
    func actorHandler() async throws {
        actor Counting: LeakLab.EventHandler {
            private(set) var keys: [String] = []
            private(set) var isClosed = false
            nonisolated var isSaturated: Bool { true }
            func handle(_ event: borrowing LeakLab.Event) async throws { keys.append(event.keyText) }
            func close() async { isClosed = true }
        }
        let handler = Counting()
        try await handler.handle(key: "a", payload: "")
        try await handler.handle(key: "b", payload: "")
        let adapted = AdaptedHandler(handler: handler)
        #expect(adapted.isSaturated)
        await adapted.shutDown()
        #expect(await handler.keys == ["a", "b"])
        #expect(await handler.isClosed)
    }

    @Test("is made without a lab in a test, with whatever values the test wants")
    func standalone() throws {
        let setup = HandlerSetup()
        #expect(try setup[Self.count] == 10)
        #expect(try setup.setting(Self.count, to: 5_000)[Self.count] == 5_000)
        #expect(try setup.setting(Self.eviction, to: .none)[Self.eviction] == .none)
        #expect(try setup[Self.eviction] == .lru)
        #expect(setup.timeScale == 1)
    }

    @Test("waits in incident time")
    func clock() async throws {
        let context = IncidentContext(timeScale: TimeScale(1_000), page: try .anonymous())
        let clock = HandlerSetup(context, parameters: []).clock
        let start = clock.now
        // One millisecond of wall time.
        try await clock.sleep(for: .seconds(1))
        #expect(start.duration(to: clock.now) >= .seconds(1))
        #expect(start < clock.now && clock.minimumResolution == .seconds(1))
    }
}
