import LabCore
import LabTelemetry

/// The use case: an item from the cache while it is good, else from the repository, each of whose results is cached.
struct FindItem<Conversion: ItemConversion>: Sendable {
    let repository: ItemRepository<Conversion>
    let cache: any ItemCache
    let clock: IncidentClock
    /// Whether there is an outage, for the books alone: the use case finds out by asking.
    let database: WorldService
    let metrics: FindItemMetrics

    /// - Returns: `nil` if there is neither an answer of the database nor an expired one.
    func item(for key: ItemKey) async -> Item? {
        let isOutage = database.isDown
        let item = await find(key)
        metrics.requests.add()
        if item == nil { metrics.unserved.add() }
        guard isOutage else { return item }
        metrics.requestsInOutage.add()
        if item != nil { metrics.servedInOutage.add() }
        return item
    }

    private func find(_ key: ItemKey) async -> Item? {
        guard let cached = cache.find(key) else {
            metrics.misses.add()
            return await load(key)
        }
        if clock.now < cached.expiry {
            metrics.hits.add()
            return cached.result.item
        }
        metrics.expiredHits.add()
        if let item = await load(key) { return item }
        metrics.staleServed.add()
        return cached.result.item
    }

    /// - Returns: `nil` if the database did not answer.
    private func load(_ key: ItemKey) async -> Item? {
        do {
            let result = try await repository.result(for: key)
            metrics.databaseLoads.add()
            cache.keep(result, for: key)
            return result.item
        } catch {
            metrics.databaseErrors.add()
            return nil
        }
    }
}

/// The use case's numbers on the pod's page: one request is one of hits, misses and expired hits.
struct FindItemMetrics: Sendable {
    let requests: Counter
    /// Found, and still good.
    let hits: Counter
    let misses: Counter
    /// Found, and to be loaded anew.
    let expiredHits: Counter
    /// Those of them that were the answer after all, since the database gave none.
    let staleServed: Counter
    let unserved: Counter
    let databaseLoads: Counter
    let databaseErrors: Counter
    /// Of all requests, those that came while the database was down.
    let requestsInOutage: Counter
    let servedInOutage: Counter

    init(on page: TelemetryPage) {
        func counter(_ name: String) -> Counter { page.counter(name, class: .incident) }
        requests = counter("requests")
        hits = counter("hits")
        misses = counter("misses")
        expiredHits = counter("expiredHits")
        staleServed = counter("staleServed")
        unserved = counter("unserved")
        databaseLoads = counter("databaseLoads")
        databaseErrors = counter("databaseErrors")
        requestsInOutage = counter("requestsInOutage")
        servedInOutage = counter("servedInOutage")
    }
}
