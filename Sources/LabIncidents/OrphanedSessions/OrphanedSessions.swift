import LabCore
import LabTelemetry

extension Incident {
    /// Tunnel sessions that outlive the requests they were begun for.
    package static let orphanedSessions = Incident(
        name: "orphaned-sessions",
        title: "Sessions that outlive their requests",
        summary: "Each short request begins a tunnel session with a copy buffer, and nothing ends it.",
        story: [
            """
            An agent for edge clusters had been killed for want of memory for a long time. Its cache of large results \
            had been found and switched off, and its memory still grew, only slower.
            """,
            """
            The heap profile now showed copy buffers of 32 KiB each, and the profile of goroutines about 12,000 of \
            them in tunnel sessions. Short HTTP requests had begun those. When a request was over its session was not: \
            it waited for data from the other end, and there was none to come.
            """,
            """
            An experiment cut each session two seconds after it had begun. The number of sessions became stable, and \
            memory stayed at about 170 MB for a long time. What it lacks is the reason: a session that ends with its \
            request needs no clock.
            """,
        ],
        mechanism: """
            Each request begins a session, a task with a copy buffer, that waits for data from the other end. The \
            request returns and the session waits on, so there are as many sessions and buffers as there were \
            requests.
            """,
        handlers: [.orphanedSession, .cutSession, .scopedSession],
        parameters: OrphanedSessionsParameters.all,
        defaultConcurrency: 1,
        metrics: [
            "answered", "copiedBytes", "liveSessions", "sessionsBegun", "sessionsCut",
        ],
        originalFigures: [
            LabelledValue("liveSessions", "about 12,000"), LabelledValue("copy buffer", "32 KiB"),
        ]
    )
}

extension IncidentHandler {
    fileprivate static let orphanedSession = IncidentHandler.suspect(
        "orphaned",
        "Begins a session for each request and never ends it."
    ) { OrphanedSessionHandler(service: TunnelService($0)) }

    fileprivate static let cutSession = IncidentHandler.mitigation(
        "cut-after-2s",
        "Begins a session for each request and cuts it some time later."
    ) { CutSessionHandler(service: TunnelService($0), cutter: SessionCutter($0)) }

    fileprivate static let scopedSession = IncidentHandler.fix(
        "scoped",
        "Begins each session as a child of its request, so that both end together.",
        isControl: true
    ) { ScopedSessionHandler(service: TunnelService($0)) }
}

/// Those of the incident.
enum OrphanedSessionsParameters {
    static let copyBuffer = Parameter.bytes(
        "copyBuffer",
        default: 32 << 10,
        in: (1 << 10)...(16 << 20),
        "bytes of each session's copy buffer"
    )
    static let cutAfter = Parameter.duration(
        "cutAfter",
        default: .seconds(2),
        in: .milliseconds(1) ... .seconds(86_400),
        "how long after its beginning cut-after-2s ends a session"
    )

    static let all = declarations(copyBuffer, cutAfter)
}

extension TunnelService {
    init(_ context: IncidentContext) {
        self.init(
            tunnel: EdgeTunnel(),
            bufferSize: context[OrphanedSessionsParameters.copyBuffer],
            sessions: TunnelSession.Metrics(on: context.page),
            answered: context.page.counter("answered", class: .incident)
        )
    }
}

extension SessionCutter {
    convenience init(_ context: IncidentContext) {
        self.init(
            lifetime: context[OrphanedSessionsParameters.cutAfter],
            clock: context.clock,
            cut: context.page.counter("sessionsCut", class: .incident)
        )
    }
}
