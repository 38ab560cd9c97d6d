import LabCore
import LabTelemetry

/// Passes players' feature events on to the game team, with the search index that each belongs to looked up.
///
/// It owns a cache, for convenience of whoever makes one; and so whoever makes one has to ``stop()`` it.
final class FeatureService: Sendable {
    /// What a service is built from.
    struct Parts: Sendable {
        let catalogue: IndexCatalogue
        let sink: GameTeamSink
        let cache: IndexCache.Configuration
        /// How long an answer of the catalogue may be used, wall time.
        let timeToLive: Duration
        let now: @Sendable () -> UInt64
        let instances = Census.site("FeatureService", kind: .instance)
        let cacheSites = IndexCache.Sites()
    }

    private let parts: Parts
    private let cache: IndexCache

    init(_ parts: Parts) {
        self.parts = parts
        cache = IndexCache(parts.cache, now: parts.now, sites: parts.cacheSites)
        parts.instances.enter()
    }

    deinit { parts.instances.leave() }

    /// - Throws: ``LabError`` if the payload cannot be read.
    func pass(_ event: borrowing Event) async throws {
        let event = try event.withPayload(FeatureEvent.init(readingFrom:))
        let exists = await cache.fetch(event.index, timeToLive: parts.timeToLive) {
            await parts.catalogue.exists(event.index)
        }
        parts.sink.deliver(event, isIndexed: exists)
    }

    func stop() async { await cache.stop() }
}
