import LabCore
import LabTelemetry
import NIOCore
import NIOHTTP1

/// Fetches the node list from the registry, and inflates it as it comes in.
struct RegistryClient: Sendable {
    /// What is counted of refreshes.
    struct Metrics: Sendable {
        let refreshes: Counter
        let refreshesInFlight: Level
        let decompressionsInFlight: Level
        let inflatedBytes: Counter

        init(on page: TelemetryPage) {
            refreshes = page.counter("refreshes", class: .incident)
            refreshesInFlight = Level("refreshesInFlight", most: "mostRefreshesInFlight", on: page)
            decompressionsInFlight = Level(
                "decompressionsInFlight",
                most: "mostDecompressionsInFlight",
                on: page
            )
            inflatedBytes = page.counter("inflatedBytes", unit: .bytes, class: .incident)
        }
    }

    let client: LoopbackClient
    let port: Int
    let metrics: Metrics

    /// Of an inflated list.
    private static let limit = 64 << 20

    /// The registry's present list.
    ///
    /// Suspends for each piece that comes in, so that callers who do it at the same time all hold part of a list. There
    /// is no time-out: as in the source, a call's begins once its node is chosen.
    /// - Throws: ``LabError`` if the registry does not answer, or what it answers cannot be read.
    func fetch() async throws -> NodeList {
        metrics.refreshes.add()
        metrics.refreshesInFlight.enter()
        defer { metrics.refreshesInFlight.leave() }
        return try NodeList(decoding: try await list())
    }

    private func list() async throws -> [[UInt8]] {
        do {
            return try await client.get(RegistryAgent.path, from: port) { answer in
                guard answer.status == .ok else {
                    throw LabError("registry: answers with status \(answer.status.code)")
                }
                return try await inflate(answer)
            }
        } catch let error where !(error is LabError) && !(error is CancellationError) {
            throw LabError("registry: no answer: \(error)")
        }
    }

    private func inflate(_ answer: LoopbackAnswer) async throws -> [[UInt8]] {
        metrics.decompressionsInFlight.enter()
        defer { metrics.decompressionsInFlight.leave() }
        var inflater = try Inflater(limit: Self.limit)
        while let piece = try await answer.next() {
            // Nothing keeps the pointer.
            try unsafe piece.withUnsafeReadableBytes { try unsafe inflater.inflate($0) }
        }
        metrics.inflatedBytes.add(UInt64(inflater.count))
        return try inflater.finish()
    }
}

/// How many are at something, and how many were at most.
struct Level: Sendable {
    private let present: Counter
    private let most: Counter

    init(_ name: String, most: String, on page: TelemetryPage) {
        present = page.gauge(name, class: .incident)
        self.most = page.gauge(most, class: .incident)
    }

    func enter() {
        present.add()
        most.raise(to: present.load())
    }

    func leave() { present.subtract() }
}
