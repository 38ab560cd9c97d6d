import LabCore

/// Those of the incident.
///
/// The time to live, the registry's size and the backends' capacity are not in the source.
enum CacheStampedeParameters {
    // MARK: - The gateway

    static let timeToLive = IncidentParameter(
        name: "timeToLive",
        type: .duration(.milliseconds(1) ... .seconds(86_400)),
        defaultValue: .duration(.seconds(60)),
        help: "how long the cached node list is used before it is fetched again"
    )
    static let bucketRate = IncidentParameter(
        name: "bucketRate",
        type: .number(0.1...1e6),
        defaultValue: .number(400),
        help: "attempts a second that the token bucket lets through in the long run"
    )
    static let bucketSize = IncidentParameter(
        name: "bucketSize",
        type: .wholeNumber(1...1_000_000),
        defaultValue: .wholeNumber(200),
        help: "attempts that the token bucket lets through at once"
    )
    static let callTimeout = IncidentParameter(
        name: "callTimeout",
        type: .duration(.milliseconds(1) ... .seconds(3_600)),
        defaultValue: .duration(.milliseconds(400)),
        help: "time-out of a call to a node; it begins once the node is chosen"
    )
    static let attempts = IncidentParameter(
        name: "attempts",
        type: .wholeNumber(1...100),
        defaultValue: .wholeNumber(3),
        help: "attempts at a request, the first included"
    )
    static let retryBudget = IncidentParameter(
        name: "retryBudget",
        type: .number(0...100),
        defaultValue: .number(0.2),
        help: "retries for each request in the long run"
    )
    static let backOff = IncidentParameter(
        name: "backOff",
        type: .duration(.zero ... .seconds(3_600)),
        defaultValue: .duration(.milliseconds(100)),
        help: "pause before a retry"
    )
    static let deadline = IncidentParameter(
        name: "deadline",
        type: .choice(["not-propagated", "propagated"]),
        defaultValue: .choice("not-propagated"),
        help: "whether backends work on requests whose caller has given up"
    )

    // MARK: - The companion

    static let listSize = IncidentParameter(
        name: "listSize",
        type: .bytes(ByteCount(1 << 10)...ByteCount(32 << 20)),
        defaultValue: .bytes(ByteCount(6 << 20)),
        help: "bytes of the node list before compression, all backends registered"
    )
    static let registryWorkers = IncidentParameter(
        name: "registryWorkers",
        type: .wholeNumber(1...1_000),
        defaultValue: .wholeNumber(2),
        help: "fetches that the registry's agent answers at once"
    )
    static let registryTime = IncidentParameter(
        name: "registryTime",
        type: .duration(.zero ... .seconds(60)),
        defaultValue: .duration(.milliseconds(10)),
        help: "time that the registry's agent takes for a fetch"
    )
    static let backends = IncidentParameter(
        name: "backends",
        type: .wholeNumber(1...12),
        defaultValue: .wholeNumber(8),
        help: "machines behind the gateway; each offers every service"
    )
    static let backendWorkers = IncidentParameter(
        name: "backendWorkers",
        type: .wholeNumber(1...1_000),
        defaultValue: .wholeNumber(4),
        help: "requests that a backend works on at once; others queue"
    )
    static let serviceTime = IncidentParameter(
        name: "serviceTime",
        type: .duration(.zero ... .seconds(60)),
        defaultValue: .duration(.milliseconds(50)),
        help: "time for which a request occupies a backend's worker"
    )
    static let probeInterval = IncidentParameter(
        name: "probeInterval",
        type: .duration(.milliseconds(1) ... .seconds(3_600)),
        defaultValue: .duration(.seconds(1)),
        help: "time between two probes of a backend by the script"
    )
    static let probeTimeout = IncidentParameter(
        name: "probeTimeout",
        type: .duration(.milliseconds(1) ... .seconds(3_600)),
        defaultValue: .duration(.milliseconds(500)),
        help: "how long a probe waits before the script deregisters the backend"
    )

    static let all = [
        timeToLive, bucketRate, bucketSize, callTimeout, attempts, retryBudget, backOff, deadline,
        listSize, registryWorkers, registryTime, backends, backendWorkers, serviceTime, probeInterval,
        probeTimeout, .companionPort,
    ]
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
