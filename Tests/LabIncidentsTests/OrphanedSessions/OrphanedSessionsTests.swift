import LabCore
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct OrphanedSessionsTests {
    private let incident = Incident.orphanedSessions
    private static let handlers = ["orphaned", "cut-after-2s", "scoped"]

    @Test("Every handler does the same job: each request has its answer", arguments: handlers)
    func sameJob(handler: String) async throws {
        try await HandledEvents.with(incident, handler) { events in
            await events.handle(HandledEvents.payloads(0..<30))
            #expect(events.failed == 0)
            #expect(events.metric("answered") == 30)
            #expect(events.metric("sessionsBegun") == 30)
            let answers = (0..<30).map { #"{"node":"p-\#($0)","status":"ready"}"#.utf8.count }
            #expect(events.metric("copiedBytes") == Int64(answers.reduce(0, +)))
            await events.handler.shutDown()
        }
    }

    @Test("A session that nobody ends leaves exactly one task for each request")
    func orphaned() async throws {
        try await HandledEvents.with(incident, "orphaned") { events in
            await events.handle(HandledEvents.payloads(0..<40))
            #expect(events.metric("liveSessions") == 40)
            #expect(events.live == ["TunnelSession": 40, "TunnelSession.copy": 40])
            #expect(events.metric("tasks") == 40)
            #expect(events.metric("outliving") == 40)
        }
    }

    @Test("A session that is its request's child leaves nothing, at every moment")
    func scoped() async throws {
        try await HandledEvents.with(incident, "scoped") { events in
            for number in 0..<40 {
                await events.handle(HandledEvents.payloads([number]))
                #expect(events.live == ["TunnelSession": 0, "TunnelSession.copy": 0])
            }
            #expect(events.metric("liveSessions") == 0)
            #expect(events.metric("sessionsBegun") == 40)
            #expect(events.metric("outliving") == 0)
        }
    }

    @Test("The tunnel forgets a stream when its session ends, and knows those of orphans")
    func streams() async throws {
        try await HandledEvents.with(incident, "orphaned") { events in
            let orphaned = try #require(events.handler as? OrphanedSessionHandler)
            await events.handle(HandledEvents.payloads(0..<5))
            #expect(orphaned.service.tunnel.openStreams == 5)
        }
        try await HandledEvents.with(incident, "scoped") { events in
            let scoped = try #require(events.handler as? ScopedSessionHandler)
            await events.handle(HandledEvents.payloads(0..<5))
            #expect(scoped.service.tunnel.openStreams == 0)
        }
    }

    @Test("Shutting down ends the cutter and every session that it has not cut yet")
    func shutDown() async throws {
        try await HandledEvents.with(incident, "cut-after-2s") { events in
            await events.handle(HandledEvents.payloads(0..<10))
            #expect(events.metric("sessionsCut") == 0)
            #expect(events.live["SessionCutter"] == 1)
            await events.handler.shutDown()
            #expect(events.metric("sessionsCut") == 10)
            #expect(events.live["SessionCutter"] == 0)
            await events.wait(until: "liveSessions", is: 0)
            await events.wait(until: "outliving", is: 0)
            #expect(events.live["TunnelSession.copy"] == 0)
        }
    }

    @Test("An unreadable payload fails, begins no session, and harms no other event", arguments: handlers)
    func unreadable(handler: String) async throws {
        try await HandledEvents.with(incident, handler) { events in
            await events.handle(HandledEvents.payloads([1]))
            await events.handle(HandledEvents.unreadable)
            await events.handle(HandledEvents.payloads([2]))
            #expect(events.failed == HandledEvents.unreadable.count)
            #expect(events.metric("answered") == 2)
            #expect(events.metric("sessionsBegun") == 2)
            await events.handler.shutDown()
        }
    }

    @Test("The parameters are the incident's")
    func parameters() {
        typealias Parameters = OrphanedSessionsParameters
        #expect(Parameters.copyBuffer.defaultValue == 32_768)
        #expect(Parameters.cutAfter.defaultValue == .seconds(2))
        #expect(!Parameters.cutAfter.declaration.type.accepts(.duration(.zero)))
        for parameter in incident.parameters { #expect(parameter.type.accepts(parameter.defaultValue)) }
    }
}
