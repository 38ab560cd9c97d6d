import LabCore
import LabTelemetry

extension Incident {
    /// One long connection through a balancer that balances connections.
    package static let pinnedConnection = Incident(
        name: "pinned-connection",
        title: "All calls on one connection",
        summary: "A balancer of connections stands before two machines, and the caller has one connection.",
        story: [
            """
            Calls to service B timed out after five seconds. B finished some of them more than four hundred seconds \
            later, and began others as late. B had two machines: one was saturated in CPU and memory, the other idle.
            """,
            """
            The balancer in front of them worked on layer 4: it balanced connections. The callers spoke gRPC, which \
            opens one long connection and sends every request over it. So the balancer chose once, and all of the load \
            went to one machine.
            """,
            """
            The fix took the choice to where requests can be told apart: the caller asks a service discovery for the \
            machines' addresses and chooses one of them for each request.
            """,
        ],
        mechanism: """
            The balancer chooses a machine for each connection, and from then on copies bytes. The caller keeps one \
            connection and sends every call over it, many at a time, so the choice is made once: all calls wait at \
            one machine while the other has none. Balancer, machines and bytes are real, on loopback; each machine \
            works on a core of its own.
            """,
        handlers: [.pinned, .reconnecting, .perRequest],
        parameters: PinnedConnectionParameters.all,
        defaultConcurrency: 1_000,
        world: BackendsCompanion.backends.map {
            WorldVariable(name: $0, kind: .service, help: "one machine of the service that is called")
        },
        companion: IncidentCompanion(summary: "two backends behind a connection-level balancer") {
            try await BackendsCompanion($0)
        },
        predictions: Prediction.shareOfBackends,
        workFollowsTimeScale: true,
        metrics: [
            "answered", "answeredLate", "callCost.*", "connections.*", "connectionsBalanced", "latencyP50.*",
            "latencyP99.*", "queued.*", "requests.*", "timedOut",
        ],
        originalFigures: [
            LabelledValue("busy machines", "1 of 2"), LabelledValue("answers after", "over 400 s"),
        ]
    )
}

extension IncidentHandler {
    fileprivate static let pinned = IncidentHandler.suspect(
        "pinned",
        "Sends all calls over one long connection through the balancer."
    ) { context in
        let caller = ServiceCaller(context)
        let port = try context.port(of: BackendsCompanion.balancer)
        return OneLineHandler(caller: caller, line: CallLine(to: port, late: caller.noteLateAnswer))
    }

    fileprivate static let reconnecting = IncidentHandler.mitigation(
        "reconnect",
        "Opens a new connection through the balancer after so many calls."
    ) { context in
        let caller = ServiceCaller(context)
        let line = CallLine(
            to: try context.port(of: BackendsCompanion.balancer),
            callsPerConnection: context[PinnedConnectionParameters.callsPerConnection],
            late: caller.noteLateAnswer
        )
        return OneLineHandler(caller: caller, line: line)
    }

    fileprivate static let perRequest = IncidentHandler.fix(
        "per-request",
        "Knows both machines by service discovery and takes them in turn, call by call.",
        isControl: true
    ) { context in
        let caller = ServiceCaller(context)
        let lines = try BackendsCompanion.backends.map { name in
            CallLine(to: try context.port(of: name), late: caller.noteLateAnswer)
        }
        return PerRequestHandler(caller: caller, lines: lines)
    }
}

extension ServiceCaller {
    fileprivate init(_ context: IncidentContext) {
        self.init(
            deadline: RequestDeadline(
                timeout: context[PinnedConnectionParameters.timeout],
                clock: context.clock
            ),
            metrics: Metrics(on: context.page)
        )
    }

    fileprivate var noteLateAnswer: @Sendable () -> Void {
        let counter = metrics.answeredLate
        return { counter.add() }
    }
}

/// The caller's patience is the source's; it tells neither what a call costs nor how many a machine works on at once.
enum PinnedConnectionParameters {
    static let timeout = Parameter.duration(
        "timeout",
        default: .seconds(5),
        in: .milliseconds(1) ... .seconds(86_400),
        "how long a caller waits for an answer"
    )
    static let callCost = Parameter.duration(
        "callCost",
        default: .milliseconds(10),
        in: .microseconds(10) ... .seconds(600),
        "CPU time that a call takes of its machine's core"
    )
    static let workers = Parameter.count(
        "workers",
        default: 8,
        in: 1...10_000,
        "calls that a machine works on at once, on its one core; others wait"
    )
    static let callsPerConnection = Parameter.count(
        "callsPerConnection",
        default: 500,
        in: 1...1_000_000_000,
        "calls after which reconnect opens a new connection"
    )

    static let all = declarations(timeout, callCost, workers, callsPerConnection, IncidentCompanion.port)
}
