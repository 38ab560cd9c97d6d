import LabCore
import LabTelemetry
import NIOCore
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct CacheStampedeTests {
    private static let handlers = ["stampede", "try-lock-empty-refetch", "try-lock"]

    @Test("Every handler does the same job: requests are served by all nodes in turn", arguments: handlers)
    func sameJob(handler: String) async throws {
        try await CacheStampedeRun.with(handler) { run in
            #expect(await run.handle(HandledEvents.payloads([1])) == 0)
            #expect(await run.handle(HandledEvents.payloads(0..<39)) == 0)
            #expect(run.metric("succeeded") == 40)
            #expect(run.metric("requests.backend-1") == 20)
            #expect(run.metric("requests.backend-2") == 20)
            for trouble in ["unserved", "droppedByBucket", "timeouts", "refused", "withoutNode"] {
                #expect(run.metric(trouble) == 0, "\(trouble)")
            }
        }
    }

    @Test("When nobody has a list yet, all callers refresh at once in the suspect, and one in the fix")
    func stampede() async throws {
        // The registry takes long enough for all callers to come before the first has its list.
        let slow: [String: ParameterValue] = [
            "registryTime": .duration(.milliseconds(300)), "registryWorkers": .wholeNumber(100),
            "attempts": .wholeNumber(1),
        ]
        try await CacheStampedeRun.with("stampede", changes: slow) { run in
            #expect(await run.handle(HandledEvents.payloads(0..<30)) == 0)
            let most = try #require(run.metric("mostRefreshesInFlight"))
            #expect(most >= 10)
            #expect(run.metric("refreshesInFlight") == 0)
            #expect(run.metric("decompressionsInFlight") == 0)
            #expect(run.metric("inflatedBytes") ?? 0 >= most * 60_000)
        }
        try await CacheStampedeRun.with("try-lock", changes: slow) { run in
            #expect(await run.handle(HandledEvents.payloads(0..<30)) == 0)
            #expect(run.metric("mostRefreshesInFlight") == 1)
            #expect(run.metric("withoutNode") == 29)
            #expect(run.metric("unserved") == 29)
        }
    }

    @Test("An unreadable payload fails, asks nobody, and harms no other event", arguments: handlers)
    func unreadablePayload(handler: String) async throws {
        try await CacheStampedeRun.with(handler) { run in
            #expect(await run.handle(HandledEvents.payloads([1])) == 0)
            #expect(await run.handle(HandledEvents.unreadable) == HandledEvents.unreadable.count)
            #expect(await run.handle(HandledEvents.payloads([2])) == 0)
            #expect(run.metric("succeeded") == 2)
        }
    }

    @Test(
        "A registry's answer that cannot be read fails the event that asked, and nothing else",
        arguments: [
            Answer(name: "no zlib", bytes: Array("[]".utf8)),
            Answer(name: "truncated", bytes: Array(deflated("[]").dropLast(2))),
            Answer(name: "nothing", bytes: []),
            Answer(name: "no list", bytes: deflated(#"{"service":"a"}"#)),
            Answer(
                name: "foreign",
                bytes: deflated(#"[{"service":"a","node":"n","address":"10.0.0.1","port":80}]"#)
            ),
        ]
    )
    func unreadableAnswer(answer: Answer) async throws {
        let registry = try await LoopbackServer(port: 0) { _ in
            LoopbackResponse(chunks: answer.bytes.isEmpty ? [] : [ByteBuffer(bytes: answer.bytes)])
        }
        try await Census.isolated { page in
            let context = IncidentContext(page: page, endpoints: ["registry": registry.port])
            for handler in Incident.cacheStampede.handlers {
                let made = try handler.make(context)
                // One after the other: whoever comes while another refreshes gets the empty list.
                for number in 0..<3 {
                    #expect(await CacheStampedeRun.handle(HandledEvents.payloads([number]), made) == 1)
                }
                await made.shutDown()
            }
            #expect(CacheStampedeRun.metric("refreshesInFlight", on: page) == 0)
            #expect(CacheStampedeRun.metric("decompressionsInFlight", on: page) == 0)
        }
        await registry.shutDown()
    }

    @Test("A registry that answers nobody, or is not there, fails the event")
    func noRegistry() async throws {
        try await CacheStampedeRun.with("try-lock") { run in
            run.world.set("registry", to: .down)
            #expect(await run.handle(HandledEvents.payloads([1])) == 1)
            await run.companion.shutDown()
            #expect(await run.handle(HandledEvents.payloads([2])) == 1)
        }
    }

    @Test("Attempts beyond the bucket are dropped, and dropped requests are not tried again")
    func dropped() async throws {
        let scarce: [String: ParameterValue] = ["bucketRate": .number(0.1), "bucketSize": .wholeNumber(5)]
        try await CacheStampedeRun.with("stampede", changes: scarce) { run in
            #expect(await run.handle(HandledEvents.payloads(0..<20)) == 0)
            #expect(run.metric("succeeded") == 5)
            #expect(run.metric("droppedByBucket") == 15)
            #expect(run.metric("unserved") == 15)
            #expect(run.metric("callRetries") == 0)
        }
    }

    @Test("Refused calls are tried again at the next node, within the attempts and the budget")
    func retries() async throws {
        try await CacheStampedeRun.with("try-lock", changes: ["retryBudget": .number(1)]) { run in
            #expect(await run.handle(HandledEvents.payloads([1])) == 0)
            run.world.set("backend-2", to: .down)
            for number in 0..<10 { #expect(await run.handle(HandledEvents.payloads([number])) == 0) }
            #expect(run.metric("succeeded") == 11)
            #expect(run.metric("refused") == run.metric("callRetries"))
            #expect(run.metric("refused") ?? 0 > 0)
            run.world.set("backend-1", to: .down)
            #expect(await run.handle(HandledEvents.payloads([11])) == 0)
            #expect(run.metric("unserved") == 1)
        }
    }

    @Test("The incident is what the registry of incidents says, and its limits are the source's")
    func incident() {
        let incident = Incident.cacheStampede
        #expect(incident.handlers.map(\.name) == Self.handlers)
        #expect(incident.handlers.map(\.role) == [.suspect, .mitigation, .fix])
        #expect(incident.defaultConcurrency == 200)
        #expect(CacheStampedeParameters.timeToLive.defaultValue == .seconds(60))
        #expect(incident.world.map(\.name) == ["registry"] + (1...12).map { "backend-\($0)" })
        #expect(throws: LabError.self) { try incident.handlers[0].make(IncidentContext()) }
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]

        var testDescription: String { name }
    }

    private static func deflated(_ text: String) -> [UInt8] {
        // Nothing is left of the test if zlib has no memory.
        (try? Deflation.deflate(Array(text.utf8), level: 6)) ?? []
    }
}
