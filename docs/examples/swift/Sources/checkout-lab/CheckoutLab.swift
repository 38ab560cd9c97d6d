import LeakLab

@main
struct CheckoutLab: Laboratory {
    static let incidents = [
        Incident(
            "checkout",
            summary: "Prices are cached for each request instead of each customer.",
            parameters: PriceCache.listLength,
            PriceCache.refreshEvery,
            handlers: [
                .suspect("old-build", "Caches prices for each request.") { try OldBuild($0) },
                .fix("new-build", "Caches prices for each customer.") { try NewBuild($0) },
            ]
        )
    ]
}

/// The bug: no request comes twice, so nothing that is cached is ever found again.
struct OldBuild: EventHandler {
    private let cache: PriceCache

    init(_ setup: HandlerSetup) throws { cache = try PriceCache(setup) }

    func handle(_ event: borrowing Event) async throws {
        _ = cache.prices(for: "\(event.keyText), request \(event.partition)/\(event.offset)").total
    }
}

/// The fix: as many lists as there are customers.
struct NewBuild: EventHandler {
    private let cache: PriceCache

    init(_ setup: HandlerSetup) throws { cache = try PriceCache(setup) }

    func handle(_ event: borrowing Event) async throws {
        _ = cache.prices(for: event.keyText).total
    }
}
