import LabCore
import LabTelemetry

extension Incident {
    /// A cache of large results that is bounded in entries and not in bytes.
    package static let oversizedResultCache = Incident(
        name: "oversized-result-cache",
        title: "Big results in a cache that counts them",
        summary: "A cache with room for 1,000 results keeps results of hundreds of kilobytes each.",
        story: [
            """
            An agent for edge clusters grew to more than 10 GB and was killed for want of memory, for a long time. The \
            heap profile pointed to the list calls of its store. Each gave a result of several hundred kilobytes to a \
            few megabytes, and the results went into a cache.
            """,
            """
            The cache was no careless one: least recently used first out, thirty minutes until expiry, room for 1,000 \
            entries. But entries were what it counted. It weighed nothing, so its bound was a thousand times whatever \
            a result happened to weigh, and expired results stayed until somebody asked for them again.
            """,
            """
            Switching the cache off by an environment variable slowed the growth a lot. The strings of a memory dump, \
            which were JSON results, told the same independently.
            """,
        ],
        mechanism: """
            The list of the least recently used is bounded in entries. Memory rises with every new result until so \
            many are in, and stays at their number times their mean size: until then nothing tells it from a leak, \
            and with a limit below that level it never gets there.
            """,
        handlers: [.listByCount, .listDisabled, .listByBytes],
        parameters: OversizedResultCacheParameters.all,
        defaultConcurrency: 1,
        predictions: { $0.handler == IncidentHandler.listByCount.name ? [.fullListCache($0)] : [] },
        metrics: [
            "cachedBytes", "entries", "evictions", "expiries", "hits", "lists", "misses", "served",
            "servedBytes",
        ],
        originalFigures: [
            LabelledValue("entries", "1,000"), LabelledValue("RSS peak", "over 10 GB"),
        ]
    )
}

extension IncidentHandler {
    fileprivate static let listByCount = IncidentHandler.suspect(
        "lru-by-count",
        "Caches results with room for so many entries, whatever they weigh."
    ) { ListHandler(service: ListService($0, cacheOf: .entries)) }

    fileprivate static let listDisabled = IncidentHandler.mitigation(
        "disabled",
        "Caches nothing, as the environment variable has it."
    ) { ListHandler(service: ListService($0, cacheOf: .nothing)) }

    fileprivate static let listByBytes = IncidentHandler.fix(
        "lru-by-bytes",
        "Caches results with room for so many bytes.",
        isControl: true
    ) { ListHandler(service: ListService($0, cacheOf: .bytes)) }
}

/// Entries and expiry are those of the incident; the source knows no bound in bytes.
enum OversizedResultCacheParameters {
    static let entries = Parameter.count(
        "entries",
        default: 1_000,
        in: 1...10_000_000,
        "results that lru-by-count has room for"
    )
    static let capacity = Parameter.bytes(
        "capacity",
        default: 64 << 20,
        in: smallest...(1 << 40),
        "bytes of results that lru-by-bytes has room for"
    )
    static let expiry = Parameter.duration(
        "expiry",
        default: .seconds(1_800),
        in: .milliseconds(1) ... .seconds(31_536_000),
        "how long a cached result is used"
    )
    static let smallestResult = Parameter.bytes(
        "smallestResult",
        default: 150_000,
        in: smallest...longest,
        "bytes of the smallest result; each doubling is as likely as the next"
    )
    static let largestResult = Parameter.bytes(
        "largestResult",
        default: 1_500_000,
        in: smallest...longest,
        "bytes of the largest result; the smallest one's if that is larger"
    )

    /// A result larger than this would be no list call any more, and has to fit beside those that are cached.
    private static let longest = 64 << 20
    private static let smallest = 1 << 10

    static let all = declarations(entries, capacity, expiry, smallestResult, largestResult)
}

extension ListService {
    /// What a cache is bounded in.
    enum Bound: Sendable {
        case nothing
        case entries
        case bytes
    }

    init(_ context: IncidentContext, cacheOf bound: Bound) {
        typealias Parameters = OversizedResultCacheParameters
        let smallest = ByteCount(Int64(context[Parameters.smallestResult]))
        self.init(
            store: ListStore(
                sizes: .logUniform(
                    minimum: smallest,
                    maximum: max(smallest, ByteCount(Int64(context[Parameters.largestResult])))
                ),
                seed: context.seed,
                lists: context.page.counter("lists", class: .incident)
            ),
            cache: ListResultCache(context, bound),
            served: context.page.counter("served", class: .incident),
            servedBytes: context.page.counter("servedBytes", unit: .bytes, class: .incident)
        )
    }
}

extension ListResultCache {
    fileprivate convenience init?(_ context: IncidentContext, _ bound: ListService.Bound) {
        typealias Parameters = OversizedResultCacheParameters
        let capacity: Capacity
        switch bound {
        case .nothing: return nil
        case .entries: capacity = .entries(context[Parameters.entries])
        case .bytes: capacity = .bytes(context[Parameters.capacity])
        }
        self.init(
            capacity: capacity,
            timeToLive: context.timeScale.wall(context[Parameters.expiry]),
            now: context.now,
            metrics: Metrics(on: context.page)
        )
    }
}
