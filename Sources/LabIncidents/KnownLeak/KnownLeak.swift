import LabCore
import LabTelemetry

extension Incident {
    /// The reference incident's recommended fix, with a leak of known size put in.
    package static let knownLeak = Incident(
        name: "known-leak",
        title: "A leak of known size",
        summary: "A service that does its job well also keeps as many bytes and tasks as it is asked to.",
        story: [
            """
            Not an incident but a weight for the scales: before a verdict holds up a release, somebody has to know how \
            small a leak it sees, and how often it cries wolf.
            """
        ],
        mechanism: """
            Each event is passed on by a service that was built once, as in the fix of service-per-event. Every so \
            many events the leaking handler also keeps a piece of heap, whose size the allocator is asked for, and \
            every so many a task that waits for good. The clean handler allocates and starts the same and keeps \
            none of it.
            """,
        handlers: [.knownLeak, .knownClean],
        parameters: ServicePerEventParameters.all + KnownLeakParameters.all,
        defaultConcurrency: 1,
        metrics: [
            "catalogueQueries", "delivered", "unindexed", "injectedBytes",
        ]
    )
}

extension IncidentHandler {
    fileprivate static let knownLeak = IncidentHandler.suspect(
        "leaking",
        "Keeps a piece of heap and a task every so many events."
    ) { KnownLeakHandler($0, keeps: true) }

    fileprivate static let knownClean = IncidentHandler.fix(
        "clean",
        "Allocates and starts the same, and keeps nothing.",
        isControl: true
    ) { KnownLeakHandler($0, keeps: false) }
}

enum KnownLeakParameters {
    static let chunk = Parameter.bytes(
        "chunk",
        default: 80,
        in: LeakedChunk.smallest...(1 << 20),
        "bytes of each kept piece as the allocator counts it, its header included"
    )
    static let chunkEvery = Parameter.count(
        "chunkEvery",
        default: 1,
        in: 0...1_000_000_000,
        "events for each kept piece; 0 keeps none"
    )
    static let taskEvery = Parameter.count(
        "taskEvery",
        default: 0,
        in: 0...1_000_000_000,
        "events for each kept task; 0 keeps none"
    )

    static let all = declarations(chunk, chunkEvery, taskEvery)
}
