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
        predictions: Prediction.itemCaches
    )
}

extension IncidentHandler {
    fileprivate static let noJanitor = IncidentHandler(
        name: "no-janitor",
        summary: "Caches every result for 10,000 seconds and removes none.",
        defaultRole: .suspect,
        defaultIsControl: false,
        make: { try FindItemHandler.withoutJanitor($0) }
    )

    fileprivate static let valueNotPointer = IncidentHandler(
        name: "value-not-pointer",
        summary: "The same, with a conversion that allocates nothing: the fix that was announced.",
        defaultRole: .suspect,
        defaultIsControl: false,
        make: { try FindItemHandler.valueNotPointer($0) }
    )

    static let janitor = IncidentHandler(
        name: "janitor",
        summary: "Removes what has expired at an interval.",
        defaultRole: .fix,
        defaultIsControl: false,
        make: { try FindItemHandler.withJanitor($0) }
    )

    static let lruCount = IncidentHandler(
        name: "lru-count",
        summary:
            "Has room for so many results, and lets go of those that were not used for the longest time.",
        defaultRole: .fix,
        defaultIsControl: false,
        make: {
            let entries = $0.wholeNumber(NeverEvictingCacheParameters.entries)
            return try FindItemHandler.leastRecentlyUsed($0, .entries(entries))
        }
    )

    static let lruBytes = IncidentHandler(
        name: "lru-bytes",
        summary: "Has room for so many bytes, as the zone of the older version had.",
        defaultRole: .fix,
        defaultIsControl: true,
        make: {
            let capacity = $0.byteCount(NeverEvictingCacheParameters.capacity)
            return try FindItemHandler.leastRecentlyUsed($0, .bytes(capacity))
        }
    )
}

/// Expiry, interval and the zone's size are those of the incident; the source knows no length of a list.
enum NeverEvictingCacheParameters {
    static let timeToLive = duration("timeToLive", .seconds(10_000), "how long a cached result is good")
    static let sweepInterval = duration("sweepInterval", .seconds(3_600), "how often janitor cleans up")
    static let entries = IncidentParameter(
        name: "entries",
        type: .wholeNumber(1...10_000_000),
        defaultValue: .wholeNumber(10_000),
        help: "results that lru-count has room for"
    )
    static let capacity = IncidentParameter(
        name: "capacity",
        type: .bytes(ByteCount(4 << 10)...ByteCount(1 << 40)),
        defaultValue: .bytes(ByteCount(1 << 30)),
        help: "bytes of results that lru-bytes has room for"
    )
    static let connections = IncidentParameter(
        name: "connections",
        type: .wholeNumber(1...1_000),
        defaultValue: .wholeNumber(4),
        help: "connections of a pod to the database at most"
    )

    static let all = [timeToLive, sweepInterval, entries, capacity, connections, .companionPort]

    private static func duration(_ name: String, _ value: Duration, _ help: String) -> IncidentParameter {
        IncidentParameter(
            name: name,
            type: .duration(.seconds(1) ... .seconds(31_536_000)),
            defaultValue: .duration(value),
            help: help
        )
    }
}
