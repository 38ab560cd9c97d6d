import LabCore
import LabTelemetry

/// One request for each event; the variants differ in the conversion, the cache, and whether it is cleaned up.
struct FindItemHandler<Conversion: ItemConversion>: EventHandler {
    let useCase: FindItem<Conversion>
    /// `nil` where nobody cleans up.
    let janitor: CacheJanitor?

    func handle(_ event: borrowing Event) async throws {
        _ = await useCase.item(for: try event.withPayload(ItemKey.init(readingFrom:)))
    }

    func shutDown() async {
        await janitor?.stop()
        await useCase.repository.database.shutDown()
    }
}

extension FindItemHandler where Conversion == PointerConversion {
    /// The code as it was.
    static func withoutJanitor(_ context: IncidentContext) throws -> Self {
        let site = Census.site("ItemConversion", kind: .instance)
        return Self(
            useCase: try FindItem(context, PointerConversion(site: site), ExpiringItemCache(context)),
            janitor: nil
        )
    }
}

extension FindItemHandler where Conversion == ValueConversion {
    static func valueNotPointer(_ context: IncidentContext) throws -> Self {
        Self(useCase: try FindItem(context, ValueConversion(), ExpiringItemCache(context)), janitor: nil)
    }

    static func withJanitor(_ context: IncidentContext) throws -> Self {
        let cache = ExpiringItemCache(context)
        return Self(
            useCase: try FindItem(context, ValueConversion(), cache),
            janitor: CacheJanitor(
                of: cache,
                every: context[NeverEvictingCacheParameters.sweepInterval],
                clock: context.clock,
                sweeps: context.page.counter("sweeps", class: .incident)
            )
        )
    }

    static func leastRecentlyUsed(
        _ context: IncidentContext,
        _ capacity: RecentItemCache.Capacity
    ) throws -> Self {
        let cache = RecentItemCache(
            capacity: capacity,
            timeToLive: context[NeverEvictingCacheParameters.timeToLive],
            clock: context.clock,
            metrics: ItemCacheMetrics(on: context.page)
        )
        return Self(useCase: try FindItem(context, ValueConversion(), cache), janitor: nil)
    }
}

extension FindItem {
    fileprivate init(
        _ context: IncidentContext,
        _ conversion: Conversion,
        _ cache: any ItemCache
    ) throws {
        let database = ItemDatabaseClient(
            port: try context.port(of: "database"),
            connections: context[NeverEvictingCacheParameters.connections]
        )
        self.init(
            repository: ItemRepository(database: database, conversion: conversion),
            cache: cache,
            clock: context.clock,
            database: context.world.service("database"),
            metrics: FindItemMetrics(on: context.page)
        )
    }
}

extension ExpiringItemCache {
    fileprivate convenience init(_ context: IncidentContext) {
        self.init(
            timeToLive: context[NeverEvictingCacheParameters.timeToLive],
            clock: context.clock,
            metrics: ItemCacheMetrics(on: context.page)
        )
    }
}
