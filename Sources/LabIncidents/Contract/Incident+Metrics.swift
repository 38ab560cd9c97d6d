extension Incident {
    /// The metrics of its own that its pods and its companion tell, for a scenario to be checked before it runs; a name that
    /// ends in `*` stands for all that begin so.
    ///
    /// `nil` for an incident of the user's, which may tell any.
    package var metrics: [String]? { Self.metricsOfBuiltIn[name] }

    private static let metricsOfBuiltIn: [String: [String]] = [
        servicePerEvent.name: service,
        neverEvictingCache.name: [
            "cachedBytes", "databaseConnections", "databaseErrors", "databaseLoads", "databaseUp", "entries",
            "evictions", "expiredHits", "hits", "misses", "requests", "requestsInOutage", "rowsServed",
            "servedInOutage", "staleServed", "sweeps", "swept", "unserved",
        ],
        cacheStampede.name: [
            "callRetries", "decompressionsInFlight", "deregistrations", "droppedByBucket", "expiredSkipped",
            "expiredWork", "inflatedBytes", "listsCompressed", "mostDecompressionsInFlight",
            "mostQueuedAtBackends", "mostRefreshesInFlight", "probesFailed", "queuedAtBackends", "refreshes",
            "refreshesInFlight", "refused", "registeredBackends", "registrations", "registryAnswers",
            "registryEmptied", "requests.*", "selectionTime.*", "staleServed", "succeeded", "timeouts",
            "unserved", "withoutNode",
        ],
        pinnedConnection.name: [
            "answered", "answeredLate", "callCost.*", "connections.*", "connectionsBalanced", "latencyP50.*",
            "latencyP99.*", "queued.*", "requests.*", "timedOut",
        ],
        unboundedWorkers.name: [
            "batch", "handlingP50", "handlingP99", "heldBack", "load", "predictedTippingLoad", "rowCost",
            "rowsAtRisk", "rowsHandled", "rowsStarted", "runningRows", "tippingLoad",
        ],
        clientPerRequest.name: [
            "answerBytes", "answered", "backendUp", "connections", "connectionsAccepted",
            "connectionsDialled",
            "connectionsIdle", "connectionsReused", "requests",
        ],
        rowsNotClosed.name: [
            "bytesPerFailure", "connectionsOpen", "queries", "rowsRead", "scanErrors", "sqliteBytes",
            "statementsOpen", "totalsKept", "walBytes",
        ],
        oversizedResultCache.name: lists,
        orphanedSessions.name: sessions + ["sessionsCut"],
        twoLeaks.name: lists + sessions,
        knownLeak.name: service + ["injectedBytes"],
        zoo.name: ["heldBytes", "heldUnits", "leakedBytes", "leakedUnits"],
    ]

    private static let service = ["catalogueQueries", "delivered", "unindexed"]

    private static let lists = [
        "cachedBytes", "entries", "evictions", "expiries", "hits", "lists", "misses", "served", "servedBytes",
    ]
    private static let sessions = ["answered", "copiedBytes", "liveSessions", "sessionsBegun"]
}
