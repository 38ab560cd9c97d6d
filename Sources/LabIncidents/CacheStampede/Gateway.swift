import LabCore
import LabTelemetry
import Synchronization

/// Passes requests on to micro-services: token bucket, choice of a node, call; and again, within its own budget.
///
/// All variants share it; they differ in the cache that it chooses nodes from.
final class Gateway: EventHandler {
    /// What is counted of requests and attempts.
    struct Metrics: Sendable {
        let succeeded: Counter
        let unserved: Counter
        let dropped: Counter
        let timeouts: Counter
        let refused: Counter
        let withoutNode: Counter
        let retries: Counter

        init(on page: TelemetryPage) {
            succeeded = page.counter("succeeded", class: .incident)
            unserved = page.counter("unserved", class: .incident)
            dropped = page.counter("droppedByBucket", class: .incident)
            timeouts = page.counter("timeouts", class: .incident)
            refused = page.counter("refused", class: .incident)
            withoutNode = page.counter("withoutNode", class: .incident)
            retries = page.counter("callRetries", class: .incident)
        }
    }

    private let bucket: TokenBucket
    private let budget: RetryBudget
    private let cache: NodeCache
    private let times: SelectionTimes
    private let caller: NodeCaller
    private let clock: IncidentClock
    private let attempts: Int
    /// Incident time.
    private let backOff: Duration
    private let metrics: Metrics
    private let turn = Atomic<UInt64>(0)

    init(_ refresh: NodeCache.Refresh, _ context: IncidentContext) throws {
        typealias Parameters = CacheStampedeParameters
        let port = try context.port(of: RegistryCompanion.registryEndpoint)
        metrics = Metrics(on: context.page)
        clock = context.clock
        attempts = context[Parameters.attempts]
        backOff = context[Parameters.backOff]
        budget = RetryBudget(share: context[Parameters.retryBudget])
        times = SelectionTimes(on: context.page, now: context.now)
        bucket = TokenBucket(
            rate: context[Parameters.bucketRate],
            size: context[Parameters.bucketSize],
            clock: context.clock
        )
        let client = LoopbackClient.manyCalls()
        caller = NodeCaller(
            client: client,
            timeout: context.timeScale.wall(context[Parameters.callTimeout]),
            now: context.now
        )
        let registry = RegistryClient(
            client: client,
            port: port,
            metrics: RegistryClient.Metrics(on: context.page)
        )
        cache = NodeCache(
            refresh,
            timeToLive: context[Parameters.timeToLive],
            clock: context.clock,
            staleServed: context.page.counter("staleServed", class: .incident)
        ) { try await registry.fetch() }
    }

    func handle(_ event: borrowing Event) async throws {
        let request = try event.withPayload(GatewayRequest.init(readingFrom:))
        budget.deposit()
        var attempt = 1
        while true {
            guard bucket.take() else {
                metrics.dropped.add()
                break
            }
            if try await hasAnswer(to: request) { return metrics.succeeded.add() }
            guard attempt < attempts, budget.withdraw() else { break }
            attempt += 1
            metrics.retries.add()
            try await clock.sleep(for: backOff)
        }
        metrics.unserved.add()
    }

    func shutDown() async { await caller.client.shutDown() }

    /// One attempt: a node is chosen and called.
    private func hasAnswer(to request: GatewayRequest) async throws -> Bool {
        guard let node = try await times.measure({ try await chooseNode(for: request) }) else {
            metrics.withoutNode.add()
            return false
        }
        switch try await caller.call(node) {
        case .succeeded:
            return true
        case .timedOut:
            metrics.timeouts.add()
        case .refused:
            metrics.refused.add()
        }
        return false
    }

    /// The next in turn of those that offer the service.
    /// - Returns: `nil` if there is none.
    private func chooseNode(for request: GatewayRequest) async throws -> NodeList.Node? {
        let services = try await cache.nodes().services
        guard !services.isEmpty else { return nil }
        let nodes = services[Int(request.hash % UInt64(services.count))]
        guard !nodes.isEmpty else { return nil }
        let turn = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return nodes[Int(turn % UInt64(nodes.count))]
    }
}
