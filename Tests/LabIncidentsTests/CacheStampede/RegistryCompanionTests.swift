import LabCore
import LabTelemetry
import NIOHTTP1
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct RegistryCompanionTests {
    @Test("The companion tells the ports of the registry and of every backend")
    func endpoints() async throws {
        try await CacheStampedeRun.with("try-lock", changes: ["backends": .wholeNumber(3)]) { run in
            let names = run.companion.endpoints.keys.sorted()
            #expect(names == ["backend-1", "backend-2", "backend-3", "registry"])
            #expect(Set(run.companion.endpoints.values).count == 4)
        }
    }

    @Test("The registry takes the port that was asked for, and another one if it is in use")
    func port() async throws {
        let first = try await LoopbackServer(port: 0) { _ in LoopbackResponse() }
        let wanted = ParameterValue.wholeNumber(Int64(first.port))
        try await CacheStampedeRun.with("try-lock", changes: ["companionPort": wanted]) { run in
            #expect(run.companion.endpoints["registry"] != first.port)
            #expect(await run.handle(HandledEvents.payloads([1])) == 0)
        }
        await first.shutDown()
        try await CacheStampedeRun.with("try-lock", changes: ["companionPort": wanted]) { run in
            #expect(run.companion.endpoints["registry"] == first.port)
        }
    }

    @Test("The list is compressed once for each change of who is registered")
    func compression() async throws {
        try await CacheStampedeRun.with("stampede") { run in
            #expect(await run.handle(HandledEvents.payloads(0..<20)) == 0)
            #expect(run.metric("refreshes") ?? 0 >= 1)
            #expect(run.metric("listsCompressed") == 1)
        }
    }

    @Test(
        "The script deregisters a backend that does not answer in time, and registers it when it does again"
    )
    func prober() async throws {
        let quick: [String: ParameterValue] = [
            "probeInterval": .duration(.milliseconds(20)), "probeTimeout": .duration(.seconds(2)),
        ]
        try await CacheStampedeRun.with("try-lock", changes: quick) { run in
            run.world.set("backend-2", to: .slow(.seconds(10)))
            await run.wait(until: "registeredBackends", is: 1)
            run.world.set("backend-1", to: .down)
            await run.wait(until: "registeredBackends", is: 0)
            #expect(run.metric("registryEmptied") ?? 0 >= 1)
            run.world.set("backend-2", to: .normal)
            run.world.set("backend-1", to: .normal)
            await run.wait(until: "registeredBackends", is: 2)
            #expect(run.metric("registrations") ?? 0 >= 2)
        }
    }

    @Test(
        "A list without nodes is fetched by every caller of the half fix, and by one of the fix",
        arguments: [
            "try-lock-empty-refetch", "try-lock",
        ]
    )
    func emptyList(handler: String) async throws {
        let quick: [String: ParameterValue] = [
            "probeInterval": .duration(.milliseconds(20)), "attempts": .wholeNumber(1),
            "registryTime": .duration(.milliseconds(300)), "registryWorkers": .wholeNumber(100),
        ]
        try await CacheStampedeRun.with(handler, changes: quick) { run in
            for number in 1...2 { run.world.set("backend-\(number)", to: .down) }
            await run.wait(until: "registeredBackends", is: 0)
            #expect(await run.handle(HandledEvents.payloads([1])) == 0)
            #expect(run.metric("refreshes") == 1)
            #expect(await run.handle(HandledEvents.payloads(0..<20)) == 0)
            #expect(run.metric("refreshes") == (handler == "try-lock" ? 1 : 21))
            #expect(run.metric("withoutNode") == 21)
            #expect(run.metric("inflatedBytes") == (handler == "try-lock" ? 2 : 42))
        }
    }

    @Test(
        "A backend works on requests whose caller has given up unless deadlines are propagated",
        arguments: [
            ("not-propagated", HTTPResponseStatus.ok, Int64(1), Int64(0)),
            ("propagated", .gatewayTimeout, 0, 1),
        ]
    )
    func deadline(word: String, status: HTTPResponseStatus, worked: Int64, skipped: Int64) async throws {
        try await Census.isolated { page in
            let values: [String: ParameterValue] = [
                "deadline": .choice(word), "serviceTime": .duration(.zero),
            ]
            let backend = QueueingBackend("backend-1", IncidentContext(values: values, page: page))
            let header = [(QueueingBackend.deadlineHeader, "1")]
            let late = LoopbackRequest(path: QueueingBackend.callPath, headers: HTTPHeaders(header))
            #expect(await backend.respond(to: late).status == status)
            #expect(CacheStampedeRun.metric("expiredWork", on: page) == worked)
            #expect(CacheStampedeRun.metric("expiredSkipped", on: page) == skipped)
            for value in ["", "soon", "18446744073709551615"] {
                let headers = HTTPHeaders([(QueueingBackend.deadlineHeader, value)])
                let request = LoopbackRequest(path: QueueingBackend.callPath, headers: headers)
                #expect(await backend.respond(to: request).status == .ok)
            }
            #expect(CacheStampedeRun.metric("requests.backend-1", on: page) == 4)
            #expect(CacheStampedeRun.metric("queuedAtBackends", on: page) == 0)
        }
    }

    @Test("A call's time-out counts as one, and the callee goes on working")
    func timeout() async throws {
        let impatient: [String: ParameterValue] = [
            "callTimeout": .duration(.milliseconds(250)), "attempts": .wholeNumber(1),
            "serviceTime": .duration(.seconds(1)), "backendWorkers": .wholeNumber(1),
            "backends": .wholeNumber(1),
        ]
        try await CacheStampedeRun.with("try-lock", changes: impatient) { run in
            for number in 0..<3 { #expect(await run.handle(HandledEvents.payloads([number])) == 0) }
            #expect(run.metric("timeouts") == 3)
            #expect(run.metric("unserved") == 3)
            // The second and the third were still in the queue when their callers gave up.
            await run.wait(until: "expiredWork") { $0 >= 2 }
        }
    }

    @Test("What the companion runs ends with it")
    func shutDown() async throws {
        try await Census.isolated { page in
            let context = IncidentContext(values: CacheStampedeRun.values, page: page)
            let companion = try await RegistryCompanion(context)
            let client = LoopbackClient.manyCalls()
            let port = try #require(companion.endpoints["backend-1"])
            let status = try await client.get(QueueingBackend.probePath, from: port) { $0.status }
            #expect(status == .ok)
            await companion.shutDown()
            await client.shutDown()
            let live = Dictionary(uniqueKeysWithValues: Census.snapshot().map { ($0.site, $0.live) })
            #expect(live == ["LoopbackServer.connection": 0, "Prober": 0])
        }
    }
}
