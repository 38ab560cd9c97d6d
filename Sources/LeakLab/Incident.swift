import LabCore
import LabIncidents

/// A kind of failure: event handlers that do the same job, one with the bug, the others with each remedy.
///
/// A scenario names it (`incident: checkout`), and its variants name its handlers (`handler: old-build`, or just
/// `name: old-build`).
public struct Incident: Sendable {
    /// As scenarios name it.
    public let name: String
    /// One sentence: what happens.
    public let summary: String
    let concurrency: Int
    let handlers: [IncidentHandler]
    let parameters: [LabIncidents.IncidentParameter]

    /// Describes an incident; nothing of it runs before a scenario names it.
    ///
    /// - Parameters:
    ///   - name: lower-case letters, digits and hyphens, beginning with a letter, at most 40; none of the lab's own.
    ///   - summary: one sentence for lists: what happens.
    ///   - parameters: what scenarios may set, whichever handlers look at them.
    ///   - concurrency: how many events of one pod are handled at once if the scenario does not say, 1 to 10,000. With 1
    ///     a pod hands over one event after the other.
    ///   - handlers: at least one; the suspect first is the custom. Names are unique within the incident.
    public init<each Value>(
        _ name: String,
        summary: String,
        parameters: repeat Parameter<each Value>,
        concurrency: Int = 1,
        handlers: [IncidentHandler]
    ) {
        self.name = name
        self.summary = summary
        self.concurrency = concurrency
        self.handlers = handlers
        self.parameters = declarations(repeat (each parameters).declared)
    }
}

/// One way to do the incident's job, as scenarios name it.
public struct IncidentHandler: Sendable {
    /// As variants name it.
    public let name: String
    /// One sentence: what this handler does differently.
    public let summary: String
    let role: VariantRole
    let make: @Sendable (HandlerSetup) throws -> any LabCore.EventHandler

    private init<Handler: EventHandler>(
        _ name: String,
        _ summary: String,
        _ role: VariantRole,
        _ make: @escaping @Sendable (HandlerSetup) throws -> Handler
    ) {
        self.name = name
        self.summary = summary
        self.role = role
        self.make = { AdaptedHandler(handler: try make($0)) }
    }

    /// The one with the bug: a run must flag it.
    ///
    /// - Parameters:
    ///   - name: lower-case letters, digits and hyphens, beginning with a letter, at most 40.
    ///   - summary: one sentence for lists and reports: what this handler does differently.
    ///   - make: makes the handler with what it keeps for all events. Called once in a pod's life, before the first
    ///     event, so it should be quick; what it throws ends the pod, and a run that has not begun yet.
    /// - Returns: the handler under its name, for ``Incident/init(_:summary:parameters:concurrency:handlers:)``.
    public static func suspect<Handler: EventHandler>(
        _ name: String,
        _ summary: String,
        make: @escaping @Sendable (HandlerSetup) throws -> Handler
    ) -> IncidentHandler {
        IncidentHandler(name, summary, .suspect, make)
    }

    /// An emergency measure: it must not be flagged.
    ///
    /// - Parameters:
    ///   - name: as of ``suspect(_:_:make:)``, like the others.
    ///   - summary: one sentence: what this handler does differently.
    ///   - make: makes the handler, once in a pod's life.
    /// - Returns: the handler under its name, for ``Incident/init(_:summary:parameters:concurrency:handlers:)``.
    public static func mitigation<Handler: EventHandler>(
        _ name: String,
        _ summary: String,
        make: @escaping @Sendable (HandlerSetup) throws -> Handler
    ) -> IncidentHandler {
        IncidentHandler(name, summary, .mitigation, make)
    }

    /// The remedy: it must not be flagged, and the first one of an incident is what the others are best compared with.
    ///
    /// - Parameters:
    ///   - name: as of ``suspect(_:_:make:)``, like the others.
    ///   - summary: one sentence: what this handler does differently.
    ///   - make: makes the handler, once in a pod's life.
    /// - Returns: the handler under its name, for ``Incident/init(_:summary:parameters:concurrency:handlers:)``.
    public static func fix<Handler: EventHandler>(
        _ name: String,
        _ summary: String,
        make: @escaping @Sendable (HandlerSetup) throws -> Handler
    ) -> IncidentHandler {
        IncidentHandler(name, summary, .fix, make)
    }
}
