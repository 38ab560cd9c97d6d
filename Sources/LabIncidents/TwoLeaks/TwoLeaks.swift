import LabCore

extension Incident {
    /// Two leaks in one service, the larger of which hides the smaller.
    package static let twoLeaks = Incident(
        name: "two-leaks",
        title: "A leak behind a leak",
        summary: "Each event makes a list call that is cached and begins a session that is never ended.",
        story: [
            """
            One agent, two reasons to grow. Results of list calls filled a cache that counted entries and not bytes; \
            and each short request left behind a tunnel session with a copy buffer of 32 KiB.
            """,
            """
            The first was so much larger than the second that no profile showed the second. Switching the cache off \
            slowed the growth a lot, and the agent was not sound: it only took longer to die. Another profile then \
            showed what had been there all the time.
            """,
        ],
        mechanism: """
            Each event does what two incidents do: a list call whose result is cached by number, of hundreds of \
            kilobytes, and a session that is never ended, with 32 KiB. The steeper slope hides the flatter one until \
            it is removed.
            """,
        handlers: [.bothLeaks, .cacheDisabled, .bothFixed],
        parameters: OversizedResultCacheParameters.all + declarations(OrphanedSessionsParameters.copyBuffer),
        defaultConcurrency: 1,
        metrics: [
            "cachedBytes", "entries", "evictions", "expiries", "hits", "lists", "misses", "served",
            "servedBytes", "answered", "copiedBytes", "liveSessions", "sessionsBegun",
        ]
    )
}

extension IncidentHandler {
    fileprivate static let bothLeaks = IncidentHandler.suspect(
        "both-leaks",
        "Caches results by their number, and never ends a session."
    ) {
        TwoLeaksHandler(
            lists: ListHandler(service: ListService($0, cacheOf: .entries)),
            sessions: OrphanedSessionHandler(service: TunnelService($0))
        )
    }

    fileprivate static let cacheDisabled = IncidentHandler.mitigation(
        "cache-disabled",
        "Caches nothing, and never ends a session."
    ) {
        TwoLeaksHandler(
            lists: ListHandler(service: ListService($0, cacheOf: .nothing)),
            sessions: OrphanedSessionHandler(service: TunnelService($0))
        )
    }

    fileprivate static let bothFixed = IncidentHandler.fix(
        "both-fixed",
        "Caches results by their bytes, and ends each session with its request.",
        isControl: true
    ) {
        TwoLeaksHandler(
            lists: ListHandler(service: ListService($0, cacheOf: .bytes)),
            sessions: ScopedSessionHandler(service: TunnelService($0))
        )
    }
}
