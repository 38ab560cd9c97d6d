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
        predictions: { $0.handler == IncidentHandler.listByCount.name ? [.fullListCache($0)] : [] }
    )
}

extension IncidentHandler {
    fileprivate static let listByCount = IncidentHandler(
        name: "lru-by-count",
        summary: "Caches results with room for so many entries, whatever they weigh.",
        defaultRole: .suspect,
        defaultIsControl: false,
        make: { ListHandler(service: ListService($0, cacheOf: .entries)) }
    )

    fileprivate static let listDisabled = IncidentHandler(
        name: "disabled",
        summary: "Caches nothing, as the environment variable has it.",
        defaultRole: .mitigation,
        defaultIsControl: false,
        make: { ListHandler(service: ListService($0, cacheOf: .nothing)) }
    )

    fileprivate static let listByBytes = IncidentHandler(
        name: "lru-by-bytes",
        summary: "Caches results with room for so many bytes.",
        defaultRole: .fix,
        defaultIsControl: true,
        make: { ListHandler(service: ListService($0, cacheOf: .bytes)) }
    )
}

/// Entries and expiry are those of the incident; the source knows no bound in bytes.
enum OversizedResultCacheParameters {
    static let entries = IncidentParameter(
        name: "entries",
        type: .wholeNumber(1...10_000_000),
        defaultValue: .wholeNumber(1_000),
        help: "results that lru-by-count has room for"
    )
    static let capacity = size(
        "capacity",
        64 << 20,
        ...ByteCount(1 << 40),
        "bytes of results that lru-by-bytes has room for"
    )
    static let expiry = IncidentParameter(
        name: "expiry",
        type: .duration(.milliseconds(1) ... .seconds(31_536_000)),
        defaultValue: .duration(.seconds(1_800)),
        help: "how long a cached result is used"
    )
    static let smallestResult = size(
        "smallestResult",
        150_000,
        ...longest,
        "bytes of the smallest result; each doubling is as likely as the next"
    )
    static let largestResult = size(
        "largestResult",
        1_500_000,
        ...longest,
        "bytes of the largest result; the smallest one's if that is larger"
    )

    /// A result larger than this would be no list call any more, and has to fit beside those that are cached.
    private static let longest = ByteCount(64 << 20)

    static let all = [entries, capacity, expiry, smallestResult, largestResult]

    private static func size(
        _ name: String,
        _ bytes: Int64,
        _ range: PartialRangeThrough<ByteCount>,
        _ help: String
    ) -> IncidentParameter {
        IncidentParameter(
            name: name,
            type: .bytes(ByteCount(1 << 10)...range.upperBound),
            defaultValue: .bytes(ByteCount(bytes)),
            help: help
        )
    }
}

extension ListService {
    /// What a cache is bounded in.
    enum Bound: Sendable {
        case nothing
        case entries
        case bytes
    }

    init(_ context: IncidentContext, cacheOf bound: Bound) {
        typealias Knobs = OversizedResultCacheParameters
        let smallest = context.size(Knobs.smallestResult)
        self.init(
            store: ListStore(
                sizes: .logUniform(
                    minimum: smallest,
                    maximum: max(smallest, context.size(Knobs.largestResult))
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
        typealias Knobs = OversizedResultCacheParameters
        let capacity: Capacity
        switch bound {
        case .nothing: return nil
        case .entries: capacity = .entries(context.wholeNumber(Knobs.entries))
        case .bytes: capacity = .bytes(Int(clamping: context.size(Knobs.capacity).bytes))
        }
        self.init(
            capacity: capacity,
            timeToLive: context.wallDuration(Knobs.expiry),
            now: context.now,
            metrics: Metrics(on: context.page)
        )
    }
}

extension IncidentContext {
    /// A number of bytes; 0 if the parameter is of another kind.
    fileprivate func size(_ parameter: IncidentParameter) -> ByteCount {
        guard case .bytes(let size) = value(of: parameter) else { return ByteCount(0) }
        return size
    }
}
