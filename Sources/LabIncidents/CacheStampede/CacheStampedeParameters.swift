import LabCore

/// Those of the incident.
///
/// The time to live, the registry's size and the backends' capacity are not in the source.
enum CacheStampedeParameters {
    // MARK: - The gateway

    static let timeToLive = Parameter.duration(
        "timeToLive",
        default: .seconds(60),
        in: .milliseconds(1) ... .seconds(86_400),
        "how long the cached node list is used before it is fetched again"
    )
    static let bucketRate = Parameter.number(
        "bucketRate",
        default: 400,
        in: 0.1...1e6,
        "attempts a second that the token bucket lets through in the long run"
    )
    static let bucketSize = Parameter.count(
        "bucketSize",
        default: 200,
        in: 1...1_000_000,
        "attempts that the token bucket lets through at once"
    )
    static let callTimeout = Parameter.duration(
        "callTimeout",
        default: .milliseconds(400),
        in: .milliseconds(1) ... .seconds(3_600),
        "time-out of a call to a node; it begins once the node is chosen"
    )
    static let attempts = Parameter.count(
        "attempts",
        default: 3,
        in: 1...100,
        "attempts at a request, the first included"
    )
    static let retryBudget = Parameter.number(
        "retryBudget",
        default: 0.2,
        in: 0...100,
        "retries for each request in the long run"
    )
    static let backOff = Parameter.duration(
        "backOff",
        default: .milliseconds(100),
        in: .zero ... .seconds(3_600),
        "pause before a retry"
    )
    static let deadline = Parameter.choice(
        "deadline",
        default: Deadline.notPropagated,
        "whether backends work on requests whose caller has given up"
    )

    enum Deadline: String, CaseIterable, Sendable {
        case notPropagated = "not-propagated"
        case propagated
    }

    // MARK: - The companion

    static let listSize = Parameter.bytes(
        "listSize",
        default: 6 << 20,
        in: (1 << 10)...(32 << 20),
        "bytes of the node list before compression, all backends registered"
    )
    static let registryWorkers = Parameter.count(
        "registryWorkers",
        default: 2,
        in: 1...1_000,
        "fetches that the registry's agent answers at once"
    )
    static let registryTime = Parameter.duration(
        "registryTime",
        default: .milliseconds(10),
        in: .zero ... .seconds(60),
        "time that the registry's agent takes for a fetch"
    )
    static let backends = Parameter.count(
        "backends",
        default: 8,
        in: 1...12,
        "machines behind the gateway; each offers every service"
    )
    static let backendWorkers = Parameter.count(
        "backendWorkers",
        default: 4,
        in: 1...1_000,
        "requests that a backend works on at once; others queue"
    )
    static let serviceTime = Parameter.duration(
        "serviceTime",
        default: .milliseconds(50),
        in: .zero ... .seconds(60),
        "time for which a request occupies a backend's worker"
    )
    static let probeInterval = Parameter.duration(
        "probeInterval",
        default: .seconds(1),
        in: .milliseconds(1) ... .seconds(3_600),
        "time between two probes of a backend by the script"
    )
    static let probeTimeout = Parameter.duration(
        "probeTimeout",
        default: .milliseconds(500),
        in: .milliseconds(1) ... .seconds(3_600),
        "how long a probe waits before the script deregisters the backend"
    )

    static let all = declarations(
        timeToLive,
        bucketRate,
        bucketSize,
        callTimeout,
        attempts,
        retryBudget,
        backOff,
        deadline,
        listSize,
        registryWorkers,
        registryTime,
        backends,
        backendWorkers,
        serviceTime,
        probeInterval,
        probeTimeout,
        IncidentCompanion.port
    )
}

/// What phases of a scenario may change for the incident.
enum CacheStampedeWorld {
    static let registry = "registry"

    static func backend(_ number: Int) -> String { "backend-\(number)" }

    static let all: [WorldVariable] =
        [
            WorldVariable(
                name: registry,
                kind: .service,
                help: "the registry's agent: slow, or not answering"
            )
        ]
        + (1...12).map {
            WorldVariable(
                name: backend($0),
                kind: .service,
                help: "slow for every request, or taken out of the registry by hand and refusing requests"
            )
        }
}
