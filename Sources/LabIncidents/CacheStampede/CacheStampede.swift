import LabCore
import LabTelemetry

extension Incident {
    /// A cache in front of a service registry whose expiry sends every caller to the registry.
    package static let cacheStampede = Incident(
        name: "cache-stampede",
        title: "A registry cache that stampedes",
        summary:
            "When a gateway's cached node list expires, every concurrent call fetches and inflates a new one.",
        story: [
            """
            A gateway called micro-services at up to 10,000 requests a second over some 20 machines of 4 cores and 8 GB. At \
            peak hours it ran out of memory. Off-peak a machine stood at about 100 MB, and its curve was full of \
            thin spikes; the spikes were the message.
            """,
            """
            Node lists came from a cache in front of the service registry. When an entry expired, every concurrent \
            call fetched the list and decompressed it. Choosing a node took 10 seconds, sometimes 30, periodically. The \
            time-out of a call began only after that, and nobody told the callee about it: callers gave up and tried \
            again while the callee still worked.
            """,
            """
            The half fix was a try-lock: one call refreshes, the others take the old list at once. If the list was empty \
            every call still fetched, which was meant for the very first one. The canary was good: at 300 \
            requests a second no call took over 10 seconds, and memory was flat. It was released. That the token bucket dropped \
            some requests at peak hours was not taken seriously.
            """,
            """
            Then machines were removed, 5 on purpose and 10 more by a wrong configuration, and the token bucket dropped \
            all the time. To bring the 10 back did not help; to take one overloaded backend out of the registry by hand did. \
            A script probed ports and deregistered what timed out. Round robin moved its load to the next machine, which \
            timed out in turn, until the registry answered with an empty list, and the special case fetched \
            concurrently again. The fix has no special case: an empty list is returned at once, and the caller retries \
            within its own budget.
            """,
        ],
        mechanism: """
            When the node list expires, every call that comes before the first new list is there fetches one, \
            inflates it and reads it, and all of them share the processors: the more there are, the longer the first \
            one takes, and the more join in. The half fix lets one refresh and the others take the old list, except \
            while the list is empty; a script that removes slow backends empties it. Registry, compressed lists and \
            backends are real, on loopback.
            """,
        handlers: [.everyCaller, .oneCallerUnlessEmpty, .oneCaller],
        parameters: CacheStampedeParameters.all,
        defaultConcurrency: 200,
        world: CacheStampedeWorld.all,
        companion: IncidentCompanion(summary: "service registry with its prober, and backends") {
            try await RegistryCompanion($0)
        },
        metrics: [
            "callRetries", "decompressionsInFlight", "deregistrations", "droppedByBucket", "expiredSkipped",
            "expiredWork", "inflatedBytes", "listsCompressed", "mostDecompressionsInFlight",
            "mostQueuedAtBackends", "mostRefreshesInFlight", "probesFailed", "queuedAtBackends", "refreshes",
            "refreshesInFlight", "refused", "registeredBackends", "registrations", "registryAnswers",
            "registryEmptied", "requests.*", "selectionTime.*", "staleServed", "succeeded", "timeouts",
            "unserved", "withoutNode",
        ]
    )
}

extension IncidentHandler {
    fileprivate static let everyCaller = IncidentHandler.suspect(
        "stampede",
        "Every call that finds the node list expired fetches and inflates a new one."
    ) { try Gateway(.everyCaller, $0) }

    fileprivate static let oneCallerUnlessEmpty = IncidentHandler.mitigation(
        "try-lock-empty-refetch",
        "One call refreshes and the others take the old list, but while that is empty every call fetches."
    ) { try Gateway(.oneCallerUnlessEmpty, $0) }

    fileprivate static let oneCaller = IncidentHandler.fix(
        "try-lock",
        "One call refreshes and the others take the old list, empty or not.",
        isControl: true
    ) { try Gateway(.oneCaller, $0) }
}
