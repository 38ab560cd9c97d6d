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
        workFollowsTimeScale: true
    )
}

extension IncidentHandler {
    fileprivate static let pinned = IncidentHandler(
        name: "pinned",
        summary: "Sends all calls over one long connection through the balancer.",
        defaultRole: .suspect,
        defaultIsControl: false,
        make: { context in
            let caller = ServiceCaller(context)
            let port = try context.port(of: BackendsCompanion.balancer)
            return OneLineHandler(caller: caller, line: CallLine(to: port, late: caller.noteLateAnswer))
        }
    )

    fileprivate static let reconnecting = IncidentHandler(
        name: "reconnect",
        summary: "Opens a new connection through the balancer after so many calls.",
        defaultRole: .mitigation,
        defaultIsControl: false,
        make: { context in
            let caller = ServiceCaller(context)
            let line = CallLine(
                to: try context.port(of: BackendsCompanion.balancer),
                callsPerConnection: context.wholeNumber(PinnedConnectionParameters.callsPerConnection),
                late: caller.noteLateAnswer
            )
            return OneLineHandler(caller: caller, line: line)
        }
    )

    fileprivate static let perRequest = IncidentHandler(
        name: "per-request",
        summary: "Knows both machines by service discovery and takes them in turn, call by call.",
        defaultRole: .fix,
        defaultIsControl: true,
        make: { context in
            let caller = ServiceCaller(context)
            let lines = try BackendsCompanion.backends.map { name in
                CallLine(to: try context.port(of: name), late: caller.noteLateAnswer)
            }
            return PerRequestHandler(caller: caller, lines: lines)
        }
    )
}

extension ServiceCaller {
    fileprivate init(_ context: IncidentContext) {
        self.init(
            deadline: RequestDeadline(
                timeout: context.duration(PinnedConnectionParameters.timeout),
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
    static let timeout = IncidentParameter(
        name: "timeout",
        type: .duration(.milliseconds(1) ... .seconds(86_400)),
        defaultValue: .duration(.seconds(5)),
        help: "how long a caller waits for an answer"
    )
    static let callCost = IncidentParameter(
        name: "callCost",
        type: .duration(.microseconds(10) ... .seconds(600)),
        defaultValue: .duration(.milliseconds(10)),
        help: "CPU time that a call takes of its machine's core"
    )
    static let workers = IncidentParameter(
        name: "workers",
        type: .wholeNumber(1...10_000),
        defaultValue: .wholeNumber(8),
        help: "calls that a machine works on at once, on its one core; others wait"
    )
    static let callsPerConnection = IncidentParameter(
        name: "callsPerConnection",
        type: .wholeNumber(1...1_000_000_000),
        defaultValue: .wholeNumber(500),
        help: "calls after which reconnect opens a new connection"
    )

    static let all = [timeout, callCost, workers, callsPerConnection, .companionPort]
}
