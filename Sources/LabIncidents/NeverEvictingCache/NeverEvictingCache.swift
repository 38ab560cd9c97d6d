import LabCore
import LabTelemetry

extension Incident {
    /// A cache whose expired entries nothing removes.
    package static let neverEvictingCache = Incident(
        name: "never-evicting-cache",
        title: "A cache that never evicts",
        summary: "Every result goes into a cache with an expiry, and what has expired is never removed.",
        story: [
            """
            A service with a single endpoint used 20 GB, at its peak 40 GB, more than 60 % of its machine. There was no \
            curve of its memory at first. A metric of allocated bytes gave one: it rose for 24 hours, with short \
            saw-teeth of the garbage collection in every quarter of an hour.
            """,
            """
            The top entry of the heap profile was a small function that converted a row into a result and returned a \
            pointer to it, so that the result escaped to the heap. The function was made to return a value. The \
            profile's top entry changed, the fix was announced, and memory went on rising.
            """,
            """
            Reading the calls line by line with a colleague, from the handler to the use case, the repository and the \
            conversion, showed it: the use case put every result into a cache in memory. Its entries expired after \
            10,000 seconds, and nothing ever removed them. That was wanted: if the database is down, even expired \
            entries can serve part of the users. An older version of the service had no leak, since its zone of \
            shared memory was capped at 1 GB and evicts by itself.
            """,
            """
            The fix was a cache of their own with a clean-up at an interval. With one hour the curve falls every hour, \
            and the total stays below 4 GB. Whether a list of the least recently used would have been better, and how \
            long it should be, was left open.
            """,
        ],
        mechanism: """
            Each result is kept with an expiry, and an expiry is a promise about answers: nothing removes what has \
            expired unless its key is asked for again. New keys arrive throughout, so the cache grows with every one \
            of them. The database is an HTTP server in a process of its own; while it is down its port refuses \
            connections.
            """,
        handlers: [.noJanitor, .valueNotPointer, .janitor, .lruCount, .lruBytes],
        parameters: NeverEvictingCacheParameters.all,
        defaultConcurrency: 16,
        world: [
            WorldVariable(
                name: "database",
                kind: .service,
                help: "where results come from; while it is down its port refuses connections"
            )
        ],
        companion: IncidentCompanion(summary: "database of items") { try await ItemDatabase($0) },
        predictions: Prediction.itemCaches,
        metrics: [
            "cachedBytes", "databaseConnections", "databaseErrors", "databaseLoads", "databaseUp", "entries",
            "evictions", "expiredHits", "hits", "misses", "requests", "requestsInOutage", "rowsServed",
            "servedInOutage", "staleServed", "sweeps", "swept", "unserved",
        ],
        // As its story tells them.
        originalFigures: [
            LabelledValue("RSS peak", "20 GB, then 40 GB"), LabelledValue("with clean-ups", "below 4 GB"),
            LabelledValue("zone", "1 GB"),
        ]
    )
}

extension IncidentHandler {
    fileprivate static let noJanitor = IncidentHandler.suspect(
        "no-janitor",
        "Caches every result for 10,000 seconds and removes none."
    ) { try FindItemHandler.withoutJanitor($0) }

    fileprivate static let valueNotPointer = IncidentHandler.suspect(
        "value-not-pointer",
        "The same, with a conversion that allocates nothing: the fix that was announced."
    ) { try FindItemHandler.valueNotPointer($0) }

    static let janitor = IncidentHandler.fix("janitor", "Removes what has expired at an interval.") {
        try FindItemHandler.withJanitor($0)
    }

    static let lruCount = IncidentHandler.fix(
        "lru-count",
        "Has room for so many results, and lets go of those that were not used for the longest time."
    ) {
        let entries = $0[NeverEvictingCacheParameters.entries]
        return try FindItemHandler.leastRecentlyUsed($0, .entries(entries))
    }

    static let lruBytes = IncidentHandler.fix(
        "lru-bytes",
        "Has room for so many bytes, as the zone of the older version had.",
        isControl: true
    ) {
        let capacity = $0[NeverEvictingCacheParameters.capacity]
        return try FindItemHandler.leastRecentlyUsed($0, .bytes(capacity))
    }
}

/// Expiry, interval and the zone's size are those of the incident; the source knows no length of a list.
enum NeverEvictingCacheParameters {
    static let timeToLive = Parameter.duration(
        "timeToLive",
        default: .seconds(10_000),
        in: .seconds(1)...aYear,
        "how long a cached result is good"
    )
    static let sweepInterval = Parameter.duration(
        "sweepInterval",
        default: .seconds(3_600),
        in: .seconds(1)...aYear,
        "how often janitor cleans up"
    )
    static let entries = Parameter.count(
        "entries",
        default: 10_000,
        in: 1...10_000_000,
        "results that lru-count has room for"
    )
    static let capacity = Parameter.bytes(
        "capacity",
        default: 1 << 30,
        in: (4 << 10)...(1 << 40),
        "bytes of results that lru-bytes has room for"
    )
    static let connections = Parameter.count(
        "connections",
        default: 4,
        in: 1...1_000,
        "connections of a pod to the database at most"
    )

    static let all = declarations(
        timeToLive,
        sweepInterval,
        entries,
        capacity,
        connections,
        IncidentCompanion.port
    )

    private static let aYear = Duration.seconds(31_536_000)
}
