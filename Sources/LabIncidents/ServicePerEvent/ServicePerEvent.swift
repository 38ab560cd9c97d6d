import LabCore
import LabTelemetry

extension Incident {
    /// The reference incident: a service constructed for every event.
    package static let servicePerEvent = Incident(
        name: "service-per-event",
        title: "A service constructed for every event",
        summary: "Each event builds a service whose cache starts a worker that nothing stops.",
        story: [
            """
            A game launched, and at the peak its players caused 7.23 million Kafka events an hour. A consumer service \
            had to pass them on to the game team in time. Instead its pods were killed for want of memory and \
            restarted, again and again, and the data came late.
            """,
            """
            The orchestrator's events said that containers exceeded their limit. The memory of each pod had been \
            rising before the launch too, even in idle hours, and never levelled off. Under load the curve became a \
            wave: climb, kill, restart, climb. Four times the memory and four times the pods bought time.
            """,
            """
            For convenience the handler built a new service for each event. The service owned a small cache of which \
            search indices exist; the cache starts a background worker when it is created, and has to be stopped by \
            hand. Nobody did. The worker holds the cache, so neither ever went away: one task and one cache for every \
            event. Two heap profiles of one pod, taken some time apart, gave it away: the cache's constructor had \
            grown.
            """,
            """
            That night's fix stopped the cache after each event. The fix that was recommended built the service once \
            and handed it in.
            """,
        ],
        mechanism: """
            Every event builds a service with a cache of 16 buckets and two buffers of 1,024 places, and the cache \
            starts a task that waits for work. The task holds the cache and the cache holds the task's inbox, so \
            neither goes away when the handler returns: one task and about 20 kB for every event, handled well or \
            not.
            """,
        handlers: [.perEvent, .perEventStopped, .singleton],
        parameters: ServicePerEventParameters.all,
        defaultConcurrency: 1,
        metrics: [
            "catalogueQueries", "delivered", "unindexed",
        ],
        // The original Go cache, instantiated 20,000 times without being stopped.
        originalFigures: [
            LabelledValue("tasks/event", "1.000"),
            LabelledValue("heap/event", "21.0 KB"),
            LabelledValue("RSS/event", "6.0 KB"),
        ]
    )
}

extension IncidentHandler {
    fileprivate static let perEvent = IncidentHandler.suspect(
        "per-event",
        "Builds a service for each event and never stops its cache."
    ) { ServicePerEventHandler(parts: FeatureService.Parts($0)) }

    fileprivate static let perEventStopped = IncidentHandler.fix(
        "per-event-stopped",
        "Builds a service for each event and stops its cache when the event is done."
    ) { StoppedServicePerEventHandler(parts: FeatureService.Parts($0)) }

    fileprivate static let singleton = IncidentHandler.fix(
        "singleton",
        "Builds the service once and hands it to every event.",
        isControl: true
    ) { SingletonServiceHandler(service: FeatureService(FeatureService.Parts($0))) }
}

/// The cache's settings are those of the library that the incident's service used.
enum ServicePerEventParameters {
    static let buckets = Parameter.count(
        "buckets",
        default: 16,
        in: 1...1_024,
        "number of locks that the cache's keys are spread over"
    )
    static let bufferSlots = Parameter.count(
        "bufferSlots",
        default: 1_024,
        in: 1...1_048_576,
        "slots in each of the worker's two buffers, 8 bytes each"
    )
    static let maxSize = Parameter.count(
        "maxSize",
        default: 5_000,
        in: 1...10_000_000,
        "answers that a cache keeps at most"
    )
    static let pruneSize = Parameter.count(
        "pruneSize",
        default: 500,
        in: 1...10_000_000,
        "answers that go when there are too many"
    )
    static let getsPerPromote = Parameter.count(
        "getsPerPromote",
        default: 3,
        in: 1...1_000,
        "gets until an answer counts as used again"
    )
    static let indices = Parameter.count(
        "indices",
        default: 16,
        in: 1...1_000_000,
        "search indices that each of the game's features is spread over"
    )
    static let ttl = Parameter.duration(
        "ttl",
        default: .seconds(600),
        in: .milliseconds(1) ... .seconds(31_536_000),
        "how long an answer of the index catalogue is used"
    )

    static let all = declarations(buckets, bufferSlots, maxSize, pruneSize, getsPerPromote, indices, ttl)
}

extension FeatureService.Parts {
    init(_ context: IncidentContext) {
        typealias Parameters = ServicePerEventParameters
        self.init(
            catalogue: IndexCatalogue(
                indicesPerFeature: context[Parameters.indices],
                queries: context.page.counter("catalogueQueries", class: .incident)
            ),
            sink: GameTeamSink(
                delivered: context.page.counter("delivered", class: .incident),
                unindexed: context.page.counter("unindexed", class: .incident)
            ),
            cache: IndexCache.Configuration(
                bucketCount: context[Parameters.buckets],
                bufferSlots: context[Parameters.bufferSlots],
                maximumCount: context[Parameters.maxSize],
                pruneCount: context[Parameters.pruneSize],
                getsPerPromotion: context[Parameters.getsPerPromote]
            ),
            timeToLive: context.timeScale.wall(context[Parameters.ttl]),
            now: context.now
        )
    }
}
