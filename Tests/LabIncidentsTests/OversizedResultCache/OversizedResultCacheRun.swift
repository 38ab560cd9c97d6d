import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

/// Hands payloads to a handler as a pod does, one after the other, and looks at its page.
final class HandledEvents {
    private(set) var failed = 0
    let handler: any EventHandler
    private let page: TelemetryPage
    private var scopes: EventScopeTracker
    private var offset: Int64 = 0

    init(_ handler: any EventHandler, page: TelemetryPage) {
        self.handler = handler
        self.page = page
        scopes = EventScopeTracker(outliving: page.gauge("outliving"))
    }

    /// With the handler of that name, on a page that nobody else counts on.
    static func with<Result>(
        _ incident: Incident,
        _ handler: String,
        values: [String: ParameterValue] = [:],
        seed: UInt64 = 1,
        now: @escaping @Sendable () -> UInt64 = TestClock().now,
        _ body: nonisolated(nonsending) (HandledEvents) async throws -> Result
    ) async throws -> Result {
        try await Census.isolated { page in
            let context = IncidentContext(seed: seed, values: values, page: page, now: now)
            let made = try #require(incident.handler(named: handler)).make(context)
            let events = HandledEvents(made, page: page)
            return try await body(events)
        }
    }

    func handle(_ payloads: [String]) async {
        for payload in payloads {
            do {
                let (handler, offset) = (handler, offset)
                try await scopes.run { try await Self.handle(payload, offset, handler) }
            } catch {
                failed += 1
            }
            offset += 1
        }
    }

    private static func handle(_ payload: String, _ offset: Int64, _ handler: any EventHandler) async throws {
        let bytes = Array(payload.utf8)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
        defer { buffer.deallocate() }
        buffer.copyBytes(from: bytes)
        let event = Event(
            partition: 0,
            offset: offset,
            key: UnsafeRawBufferPointer(start: nil, count: 0),
            value: UnsafeRawBufferPointer(rebasing: buffer[..<bytes.count])
        )
        try await handler.handle(event)
    }

    /// `nil` if there is no such metric.
    func metric(_ name: String) -> Int64? {
        guard let reader = try? TelemetryReader(page) else { return nil }
        return reader.descriptors.firstIndex { $0.name == name }.flatMap { reader.value(of: $0) }
    }

    /// Live tasks or instances by site.
    var live: [String: Int] {
        Dictionary(uniqueKeysWithValues: Census.snapshot().map { ($0.site, $0.live) })
    }

    /// Lets other tasks go on until the metric has the value, or until the time limit cancels the test.
    func wait(until name: String, is value: Int64) async {
        while metric(name) != value, !Task.isCancelled { await Task.yield() }
    }

    /// An event for each key.
    static func payloads(_ keys: some Sequence<Int>) -> [String] {
        keys.map {
            #"{"seq":\#($0),"at":1,"player":"p-\#($0)","feature":"guild","index":"features-guild-1"}"#
        }
    }

    /// None of them can be read.
    static let unreadable = ["", "{", "[]", #"{"player":1}"#, #"{"player":""}"#, #"{"index":"x"}"#]
}
