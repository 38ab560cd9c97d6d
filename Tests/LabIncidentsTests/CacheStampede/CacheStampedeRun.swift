import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

/// A gateway beside its companion, in one process and on a page that nobody else counts on.
struct CacheStampedeRun {
    let handler: any EventHandler
    let companion: any Companion
    let world: World
    let page: TelemetryPage

    /// Small enough to be quick; timers that would run out only in a test that hangs.
    static let values: [String: ParameterValue] = [
        "listSize": .bytes(ByteCount(64 << 10)),
        "backends": .wholeNumber(2),
        "serviceTime": .duration(.milliseconds(1)),
        "registryTime": .duration(.milliseconds(1)),
        "callTimeout": .duration(.seconds(60)),
        "probeTimeout": .duration(.seconds(60)),
        "backOff": .duration(.milliseconds(1)),
        "bucketRate": .number(1e6),
        "bucketSize": .wholeNumber(1_000_000),
    ]

    /// `changes` count more than the values above.
    static func with(
        _ handler: String,
        changes: [String: ParameterValue] = [:],
        _ body: nonisolated(nonsending) (CacheStampedeRun) async throws -> Void
    ) async throws {
        try await Census.isolated { page in
            let incident = Incident.cacheStampede
            let values = values.merging(changes) { $1 }
            let world = try World.anonymous()
            let start = try #require(incident.companion).start
            let companion = try await start(IncidentContext(values: values, page: page, world: world))
            let context = IncidentContext(
                values: values,
                page: page,
                world: world,
                endpoints: companion.endpoints
            )
            let made = try #require(incident.handler(named: handler)).make(context)
            let run = CacheStampedeRun(handler: made, companion: companion, world: world, page: page)
            do {
                try await body(run)
            } catch {
                await run.shutDown()
                throw error
            }
            await run.shutDown()
        }
    }

    private func shutDown() async {
        await handler.shutDown()
        await companion.shutDown()
    }

    /// Hands all payloads to the handler at once.
    /// - Returns: how many failed.
    func handle(_ payloads: [String]) async -> Int { await Self.handle(payloads, handler) }

    static func handle(_ payloads: [String], _ handler: any EventHandler) async -> Int {
        await withTaskGroup { group in
            for payload in payloads {
                group.addTask {
                    do {
                        try await handle(payload, handler)
                        return 0
                    } catch {
                        return 1
                    }
                }
            }
            return await group.reduce(0, +)
        }
    }

    private static func handle(_ payload: String, _ handler: any EventHandler) async throws {
        let bytes = Array(payload.utf8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        let event = Event(
            partition: 0,
            offset: 0,
            key: UnsafeRawBufferPointer(start: nil, count: 0),
            value: UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count])
        )
        try await handler.handle(event)
    }

    /// `nil` if there is no such metric.
    func metric(_ name: String) -> Int64? { Self.metric(name, on: page) }

    static func metric(_ name: String, on page: TelemetryPage) -> Int64? {
        guard let reader = try? TelemetryReader(page) else { return nil }
        return reader.descriptors.firstIndex { $0.name == name }.flatMap { reader.value(of: $0) }
    }

    /// Lets others go on until the metric has the value, or until the time limit cancels the test.
    func wait(until name: String, is value: Int64) async { await wait(until: name) { $0 == value } }

    func wait(until name: String, _ isReached: (Int64) -> Bool) async {
        while !isReached(metric(name) ?? 0), !Task.isCancelled { await Task.yield() }
    }
}
