import LabCore
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct TwoLeaksTests {
    private let incident = Incident.twoLeaks
    private static let handlers = ["both-leaks", "cache-disabled", "both-fixed"]
    private static let values: [String: ParameterValue] = [
        "smallestResult": .bytes(ByteCount(10_000)), "largestResult": .bytes(ByteCount(10_000)),
        "capacity": .bytes(ByteCount(100_000)),
    ]

    @Test(
        "Removing the first leak leaves the second as it was",
        arguments: [("both-leaks", 40, 400_000), ("cache-disabled", 40, nil), ("both-fixed", 0, 100_000)]
    )
    func uncovering(handler: String, sessions: Int64, cachedBytes: Int64?) async throws {
        try await HandledEvents.with(incident, handler, values: Self.values) { events in
            await events.handle(HandledEvents.payloads(0..<40))
            #expect(events.failed == 0)
            #expect(events.metric("served") == 40)
            #expect(events.metric("answered") == 40)
            #expect(events.metric("liveSessions") == sessions)
            #expect(events.metric("tasks") == sessions)
            #expect(events.metric("outliving") == sessions)
            #expect(events.metric("cachedBytes") == cachedBytes)
        }
    }

    @Test("An unreadable payload fails as a whole, and no other event does", arguments: handlers)
    func unreadable(handler: String) async throws {
        try await HandledEvents.with(incident, handler, values: Self.values) { events in
            await events.handle(HandledEvents.unreadable + HandledEvents.payloads([1]))
            #expect(events.failed == HandledEvents.unreadable.count)
            #expect(events.metric("served") == 1)
            #expect(events.metric("sessionsBegun") == 1)
        }
    }

    @Test("The parameters are those of both incidents, and their names do not meet")
    func parameters() {
        let names = incident.parameters.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.contains("entries"))
        #expect(names.contains("copyBuffer"))
    }

    @Test(
        "Each incident has one suspect first, one control that is a fix, and texts",
        arguments: [
            Incident.oversizedResultCache.name, Incident.orphanedSessions.name, Incident.twoLeaks.name,
        ]
    )
    func shape(name: String) throws {
        let all = [Incident.oversizedResultCache, .orphanedSessions, .twoLeaks]
        let incident = try #require(all.first { $0.name == name })
        #expect(incident.handlers.map(\.role) == [.suspect, .mitigation, .fix])
        #expect(incident.handlers.map(\.isControl) == [false, false, true])
        let sentences = [incident.summary] + incident.handlers.map(\.summary) + incident.story
        #expect(sentences.allSatisfy { $0.last == "." && !$0.contains("  ") })
    }
}
