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
        defaultConcurrency: 1
    )
}

extension IncidentHandler {
    fileprivate static let perEvent = IncidentHandler(
        name: "per-event",
        summary: "Builds a service for each event and never stops its cache.",
        defaultRole: .suspect,
        defaultIsControl: false,
        make: { ServicePerEventHandler(parts: FeatureService.Parts($0)) }
    )

    fileprivate static let perEventStopped = IncidentHandler(
        name: "per-event-stopped",
        summary: "Builds a service for each event and stops its cache when the event is done.",
        defaultRole: .fix,
        defaultIsControl: false,
        make: { StoppedServicePerEventHandler(parts: FeatureService.Parts($0)) }
    )

    fileprivate static let singleton = IncidentHandler(
        name: "singleton",
        summary: "Builds the service once and hands it to every event.",
        defaultRole: .fix,
        defaultIsControl: true,
        make: { SingletonServiceHandler(service: FeatureService(FeatureService.Parts($0))) }
    )
}

/// The cache's settings are those of the library that the incident's service used.
enum ServicePerEventParameters {
    static let buckets = count(
        "buckets",
        16,
        1...1_024,
        "number of locks that the cache's keys are spread over"
    )
    static let bufferSlots = count(
        "bufferSlots",
        1_024,
        1...1_048_576,
        "slots in each of the worker's two buffers, 8 bytes each"
    )
    static let maxSize = count("maxSize", 5_000, 1...10_000_000, "answers that a cache keeps at most")
    static let pruneSize = count("pruneSize", 500, 1...10_000_000, "answers that go when there are too many")
    static let getsPerPromote = count(
        "getsPerPromote",
        3,
        1...1_000,
        "gets until an answer counts as used again"
    )
    static let indices = count(
        "indices",
        16,
        1...1_000_000,
        "search indices that each of the game's features is spread over"
    )
    static let ttl = IncidentParameter(
        name: "ttl",
        type: .duration(.milliseconds(1) ... .seconds(31_536_000)),
        defaultValue: .duration(.seconds(600)),
        help: "how long an answer of the index catalogue is used"
    )

    static let all = [buckets, bufferSlots, maxSize, pruneSize, getsPerPromote, indices, ttl]

    private static func count(
        _ name: String,
        _ value: Int64,
        _ range: ClosedRange<Int64>,
        _ help: String
    ) -> IncidentParameter {
        IncidentParameter(
            name: name,
            type: .wholeNumber(range),
            defaultValue: .wholeNumber(value),
            help: help
        )
    }
}

extension FeatureService.Parts {
    init(_ context: IncidentContext) {
        typealias Knobs = ServicePerEventParameters
        self.init(
            catalogue: IndexCatalogue(
                indicesPerFeature: context.wholeNumber(Knobs.indices),
                queries: context.page.counter("catalogueQueries", class: .incident)
            ),
            sink: GameTeamSink(
                delivered: context.page.counter("delivered", class: .incident),
                unindexed: context.page.counter("unindexed", class: .incident)
            ),
            cache: IndexCache.Configuration(
                bucketCount: context.wholeNumber(Knobs.buckets),
                bufferSlots: context.wholeNumber(Knobs.bufferSlots),
                maximumCount: context.wholeNumber(Knobs.maxSize),
                pruneCount: context.wholeNumber(Knobs.pruneSize),
                getsPerPromotion: context.wholeNumber(Knobs.getsPerPromote)
            ),
            timeToLive: context.wallDuration(Knobs.ttl),
            now: context.now
        )
    }
}
