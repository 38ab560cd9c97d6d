import LabCore
import LabTelemetry
import Synchronization

/// The node list in front of the registry, fetched again when its time to live is over.
///
/// The three refreshes differ in nothing but who fetches then.
final class NodeCache: Sendable {
    /// Who fetches when the entry has expired.
    enum Refresh: Sendable, Hashable {
        /// The bug: whoever comes.
        case everyCaller
        /// The half fix: whoever gets the lock, while the others take the old list; but whoever comes as long as
        /// that is empty, which was meant for the very first call.
        case oneCallerUnlessEmpty
        /// The fix: whoever gets the lock, and nobody else.
        case oneCaller
    }

    private enum Step {
        case use(NodeList)
        case useStale(NodeList)
        case fetch
        case fetchAlone
    }

    private struct State {
        var list = NodeList.empty
        /// `nil` until the first list is there.
        var expiry: IncidentClock.Instant?
        var isBeingRefreshed = false
    }

    private let refresh: Refresh
    private let timeToLive: Duration
    private let clock: IncidentClock
    private let fetch: @Sendable () async throws -> NodeList
    private let staleServed: Counter
    private let state = Mutex(State())

    /// `timeToLive` is incident time; `staleServed` counts the lists that were handed out after it.
    init(
        _ refresh: Refresh,
        timeToLive: Duration,
        clock: IncidentClock,
        staleServed: Counter,
        fetch: @escaping @Sendable () async throws -> NodeList
    ) {
        self.refresh = refresh
        self.timeToLive = timeToLive
        self.clock = clock
        self.staleServed = staleServed
        self.fetch = fetch
    }

    /// The list to choose a node from; empty if the registry knows none, or if nobody has fetched it yet.
    /// - Throws: what the fetch of this very caller throws; the old list stays then.
    func nodes() async throws -> NodeList {
        let now = clock.now
        switch state.withLock({ step(at: now, &$0) }) {
        case .use(let list):
            return list
        case .useStale(let list):
            staleServed.add()
            return list
        case .fetch:
            return try await refreshed()
        case .fetchAlone:
            defer { state.withLock { $0.isBeingRefreshed = false } }
            return try await refreshed()
        }
    }

    private func step(at now: IncidentClock.Instant, _ state: inout State) -> Step {
        let isFresh = state.expiry.map { now < $0 } ?? false
        if refresh == .oneCallerUnlessEmpty, state.list.isEmpty { return .fetch }
        if isFresh { return .use(state.list) }
        guard refresh != .everyCaller else { return .fetch }
        guard !state.isBeingRefreshed else { return .useStale(state.list) }
        state.isBeingRefreshed = true
        return .fetchAlone
    }

    private func refreshed() async throws -> NodeList {
        let list = try await fetch()
        state.withLock { state in
            state.list = list
            state.expiry = clock.now.advanced(by: timeToLive)
        }
        return list
    }
}
