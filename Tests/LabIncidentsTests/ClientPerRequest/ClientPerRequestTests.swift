import LabCore
import LabTLS
import LabTelemetry
import NIOCore
import Testing

@testable import LabIncidents

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

@Suite(.timeLimit(.minutes(1))) struct ClientPerRequestTests {
    private static let handlers = ["client-per-request", "shared-client-body-open", "shared-client"]

    @Test("Every handler does the same job: each request has its answer", arguments: handlers)
    func sameJob(handler: String) async throws {
        try await ClientPerRequestRun.with(handler) { run in
            await run.handle(8)
            #expect(run.events.failed == 0)
            #expect(run.metric("answered") == 8)
            #expect(run.metric("requests") == 8)
        }
    }

    @Test("A client for each request leaves a transport, a connection and exactly two tasks behind")
    func perRequest() async throws {
        try await ClientPerRequestRun.with("client-per-request") { run in
            for count in 1...8 {
                await run.handle(1)
                #expect(run.kept == [count, count, count])
                #expect(run.tasks == 2 * count)
                #expect(run.metric("connections") == count)
                #expect(run.metric("connectionsIdle") == count)
            }
            #expect(run.metric("connectionsReused") == 0)
            #expect(run.metric("outliving") == 8)
            #expect(run.metric("answerBytes") == 8 * 2_048)
        }
    }

    @Test("A shared client with closed bodies has one connection for all requests")
    func shared() async throws {
        try await ClientPerRequestRun.with("shared-client") { run in
            await run.handle(20)
            #expect(run.metric("connectionsDialled") == 1)
            #expect(run.metric("connectionsReused") == 19)
            #expect(run.kept == [1, 1, 1])
            #expect(run.metric("connections") == 1)
            await run.events.handler.shutDown()
            await run.waitForNoTasks()
            await run.wait(forConnections: 0)
        }
    }

    @Test("A body that is left open keeps its connection, in a shared client too")
    func bodyOpen() async throws {
        try await ClientPerRequestRun.with("shared-client-body-open") { run in
            await run.handle(8)
            #expect(run.kept == [1, 8, 8])
            #expect(run.metric("connections") == 8)
            #expect(run.metric("connectionsIdle") == 0)
        }
    }

    @Test("What is kept is kept by the connections alone: all of it goes when the server closes them")
    func keptByConnections() async throws {
        try await ClientPerRequestRun.with("client-per-request") { run in
            await run.handle(8)
            #expect(run.kept == [8, 8, 8])
            await run.backend.shutDown()
            await run.waitForNoTasks()
            await run.events.wait(until: "instances", is: 0)
            #expect(run.kept == [0, 0, 0])
            #expect(run.metric("connectionsIdle") == 0)
        }
    }

    @Test("Without a descriptor to be had an event fails, and the next one goes on")
    func noDescriptors() async throws {
        try await ClientPerRequestRun.with("client-per-request") { run in
            let service = PlayerService(run.context)
            let settings = TransportSettings(
                server: run.settings.server,
                idleLimit: 2,
                dial: { _ in throw IOError(errnoCode: EMFILE, reason: "socket") },
                metrics: run.settings.metrics
            )
            let exhausted = HandledEvents(
                ClientPerRequestHandler(service: service, settings: settings),
                page: run.context.page
            )
            await exhausted.handle(HandledEvents.payloads(0..<5))
            #expect(exhausted.failed == 5)
            #expect(run.kept == [0, 0, 0])
            await run.handle(1)
            #expect(run.events.failed == 0)
        }
    }

    @Test("A backend that is gone fails events and leaves nothing behind", arguments: handlers)
    func gone(handler: String) async throws {
        try await ClientPerRequestRun.with(handler) { run in
            await run.backend.shutDown()
            await run.handle(3)
            #expect(run.events.failed == 3)
            await run.waitForNoTasks()
        }
    }

    @Test("A backend that is down for a while fails events for as long", arguments: handlers)
    func down(handler: String) async throws {
        try await ClientPerRequestRun.with(handler) { run in
            run.world.set("backend", to: .down)
            await run.events.wait(until: "backendUp", is: 0)
            await run.handle(3)
            #expect(run.events.failed == 3)
            await run.waitForNoTasks()
            await run.wait(forConnections: 0)
            run.world.set("backend", to: .normal)
            await run.events.wait(until: "backendUp", is: 1)
            await run.handle(2)
            #expect(run.events.failed == 3)
            #expect(run.metric("answered") == 2)
        }
    }

    @Test("A slow backend delays answers, and the shared client gives up after its time-out")
    func timeout() async throws {
        try await ClientPerRequestRun.with("client-per-request") { run in
            run.world.set("backend", to: .slow(.milliseconds(20)))
            let start = ContinuousClock.now
            await run.handle(1)
            #expect(ContinuousClock.now - start >= .milliseconds(20))
            #expect(run.metric("answered") == 1)
        }
        let wall = TestClock()
        let clock = IncidentClock(timeScale: .realTime, nanoseconds: wall.now) { pause in
            // What is asked is under way before the time is over.
            for _ in 0..<20 { await Task.yield() }
            wall.advance(by: 5)
        }
        try await ClientPerRequestRun.with("shared-client", clock: clock) { run in
            run.world.set("backend", to: .slow(.seconds(3_600)))
            await run.handle(2)
            #expect(run.events.failed == 2)
            await run.waitForNoTasks()
            await run.wait(forConnections: 0)
        }
    }

    @Test("An unreadable payload fails, asks nothing, and harms no other event", arguments: handlers)
    func unreadable(handler: String) async throws {
        try await ClientPerRequestRun.with(handler) { run in
            let strange = [#"{"player":"a b"}"#, #"{"player":"x?y"}"#, "{\"player\":\"a\r\nhost: b\"}"]
            await run.handle(1)
            await run.events.handle(HandledEvents.unreadable + strange)
            await run.handle(1)
            #expect(run.events.failed == HandledEvents.unreadable.count + strange.count)
            #expect(run.metric("requests") == 2)
        }
    }

    @Test("A backend with another certificate is not trusted")
    func trust() async throws {
        try await ClientPerRequestRun.with("client-per-request") { run in
            let settings = TransportSettings(
                server: try BackendCertificate().identity.certificate,
                idleLimit: 2,
                dial: run.settings.dial,
                metrics: run.settings.metrics
            )
            let handler = ClientPerRequestHandler(service: PlayerService(run.context), settings: settings)
            let distrustful = HandledEvents(handler, page: run.context.page)
            await distrustful.handle(HandledEvents.payloads(0..<2))
            #expect(distrustful.failed == 2)
            #expect(run.metric("requests") == 0)
            await run.waitForNoTasks()
        }
    }

    @Test("Without a backend there is one error that says so")
    func noBackend() async throws {
        try await TestFolder.with { folder in
            let context = IncidentContext(page: try TelemetryPage.anonymous(), folder: folder)
            let error = #expect(throws: LabError.self) { try TransportSettings(context) }
            #expect(error?.description == "\(folder)/backend.pem: no certificate of a backend")
        }
    }

    @Test("What stays is predicted: a descriptor and two tasks for each request, pod by pod")
    func predicted() {
        let phase = LoadPhase(
            name: "busy",
            duration: .seconds(60),
            shape: .constant(EventRate(perSecond: 50))
        )
        var context = PredictionContext(
            handler: "client-per-request",
            workload: Workload(
                topic: "t",
                partitions: 2,
                payload: .fixed(ByteCount(200)),
                keys: .none,
                runLength: 1,
                phases: [phase]
            ),
            replicas: 2
        )
        let predictions = Incident.clientPerRequest.predictions(context)
        #expect(predictions.map(\.metric) == ["descriptors", "tasks"])
        #expect(predictions.map(\.value) == [1_500, 3_000])
        context.handler = "shared-client"
        #expect(Incident.clientPerRequest.predictions(context).isEmpty)
    }
}
