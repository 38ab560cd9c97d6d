import LabCore
import LabTelemetry

extension Incident {
    /// HTTP clients that are built for one request each and never closed.
    package static let clientPerRequest = Incident(
        name: "client-per-request",
        title: "A client for every request",
        summary: "Each HTTP call builds its own client and transport, and nothing closes either.",
        story: [
            """
            Calls to a service timed out after five seconds. Over a longer time the service that made them grew slowly, \
            and restarting it helped.
            """,
            """
            Each of its HTTP calls built a client and a transport with TLS settings of its own, and never closed the \
            body of the answer. Both are made to be used again: a transport keeps \
            its connection for the next request, with one task that reads and one that writes. The next request had a \
            transport of its own. Nobody could reach the old one any more, and its two tasks kept it alive.
            """,
            """
            The remedy is one shared client with time-outs, and bodies that are closed on every way out. One of the two \
            alone is not enough: a body that is left open keeps its connection from the next request too.
            """,
        ],
        mechanism: """
            Each event makes an HTTPS client of its own, with its pool, its TLS context and its event loop's \
            registrations, and leaves the answer's body unread. A private client's idle connection is never used \
            again, and the server never closes it: sockets, memory and descriptors for every event.
            """,
        handlers: [.clientPerRequest, .bodyOpen, .sharedClient],
        parameters: ClientPerRequestParameters.all,
        defaultConcurrency: 1,
        world: [
            WorldVariable(
                name: ClientPerRequestParameters.backend,
                kind: .service,
                help: "what the handlers call"
            )
        ],
        companion: IncidentCompanion(summary: "HTTPS backend") { try await PlayerBackend($0) },
        predictions: {
            $0.handler == IncidentHandler.sharedClient.name ? [] : Prediction.keptConnections($0)
        },
        metrics: [
            "answerBytes", "answered", "backendUp", "connections", "connectionsAccepted",
            "connectionsDialled", "connectionsIdle", "connectionsReused", "requests",
        ],
        // One that reads and one that writes, in Go's `net/http`.
        originalFigures: [LabelledValue("tasks/event", "2")]
    )
}

extension IncidentHandler {
    fileprivate static let clientPerRequest = IncidentHandler.suspect(
        "client-per-request",
        "Builds a client and its transport for each request, and closes neither."
    ) { context in
        ClientPerRequestHandler(
            service: PlayerService(context),
            settings: try TransportSettings(context)
        )
    }

    fileprivate static let bodyOpen = IncidentHandler.suspect(
        "shared-client-body-open",
        "Shares one client, looks at the status alone, and leaves the answer's body open."
    ) { context in
        BodyOpenHandler(
            service: PlayerService(context),
            transport: try TransportSettings(context).makeTransport()
        )
    }

    fileprivate static let sharedClient = IncidentHandler.fix(
        "shared-client",
        "Shares one client with a time-out, and closes the body on every way out.",
        isControl: true
    ) { context in
        SharedClientHandler(
            service: PlayerService(context),
            transport: try TransportSettings(context).makeTransport(),
            deadline: RequestDeadline(
                timeout: context[ClientPerRequestParameters.timeout],
                clock: context.clock
            )
        )
    }
}

/// The time-out is the source's; it tells nothing of the answers' size.
enum ClientPerRequestParameters {
    /// The world's variable.
    static let backend = "backend"

    static let timeout = Parameter.duration(
        "timeout",
        default: .seconds(5),
        in: .milliseconds(1) ... .seconds(3_600),
        "how long shared-client waits for an answer and its body"
    )
    static let idleConnections = Parameter.count(
        "idleConnections",
        default: 2,
        in: 1...1_000,
        "idle connections that a transport keeps at most"
    )
    static let answer = Parameter.bytes(
        "answer",
        default: 2 << 10,
        in: 1...(1 << 20),
        "bytes of each answer's body"
    )

    static let all = declarations(timeout, idleConnections, answer, IncidentCompanion.port)
}

extension PlayerService {
    init(_ context: IncidentContext) { self.init(metrics: Metrics(on: context.page)) }
}

extension TransportSettings {
    /// - Throws: ``LabError`` if there is no backend.
    init(_ context: IncidentContext) throws(LabError) {
        self.init(
            server: try BackendCertificate.read(from: context.folder),
            idleLimit: context[ClientPerRequestParameters.idleConnections],
            dial: Transport.connecting(to: try context.port(of: PlayerBackend.endpoint)),
            metrics: Transport.Metrics(on: context.page)
        )
    }
}

extension Prediction {
    /// What stays with each request: a connection, which is a descriptor, and the two tasks that serve it.
    fileprivate static func keptConnections(_ context: PredictionContext) -> [Prediction] {
        let requests = context.workload.phases.reduce(0) { $0 + $1.events } / Double(context.replicas)
        return [
            Prediction(
                kind: .pileUp,
                metric: MetricName.descriptors.rawValue,
                value: requests,
                note: "a connection for each request"
            ),
            Prediction(
                kind: .pileUp,
                metric: MetricName.tasks.rawValue,
                value: 2 * requests,
                note: "2 tasks for each request"
            ),
        ]
    }
}
