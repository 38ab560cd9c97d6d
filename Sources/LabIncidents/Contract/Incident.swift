package import LabCore

/// A kind of failure: event handlers that do the same job, one with the bug, the others with each remedy.
package struct Incident: Sendable {
    /// As scenarios name it: lower case, hyphens.
    package let name: String
    /// A few words, for headings.
    package let title: String
    /// One sentence, for lists.
    package let summary: String
    /// What happened, in paragraphs.
    package let story: [String]
    /// How the bug makes the variant grow or fail, and what of that the lab does for real; one paragraph.
    package let mechanism: String
    /// The suspect first.
    package let handlers: [IncidentHandler]
    package let parameters: [IncidentParameter]
    /// How many events of one pod are handled at once if the scenario does not say.
    package let defaultConcurrency: Int
    /// What phases may change besides the load.
    package var world: [WorldVariable] = []
    /// What the handlers talk to; `nil` if they need nobody.
    package var companion: IncidentCompanion? = nil
    /// What the pods of one variant will show, from the code and the load alone; none if nobody can tell.
    package var predictions: @Sendable (PredictionContext) -> [Prediction] = { _ in [] }

    /// Whether what an event costs is a parameter in incident time, so that a faster clock makes it cheaper as well.
    ///
    /// No time scale is then too fast for the cores or for a pod, and a load beyond what they can do is the scenario's.
    package var workFollowsTimeScale = false
    /// Whether the handlers can be handed any bytes, and not the lab's own events alone.
    package var readsAnyPayload = false
    /// The metrics of its own that its pods and its companion report, for a scenario to be checked before it runs; a name
    /// that ends in `*` stands for all that begin so.
    ///
    /// `nil` for an incident of the user's, which may report any.
    package var metrics: [String]? = nil
    /// What was measured on the real thing, to be shown beside a run's own figures.
    ///
    /// Labels that name a row of the comparison (`heap/event`) stand in that row.
    package var originalFigures: [LabelledValue] = []

    package func handler(named name: String) -> IncidentHandler? { handlers.first { $0.name == name } }
}

extension Incident {
    /// One that does not come with the lab, without a story, a world and a companion.
    package init(
        named name: String,
        summary: String,
        handlers: [IncidentHandler],
        parameters: [IncidentParameter],
        defaultConcurrency: Int
    ) {
        self.init(
            name: name,
            title: name,
            summary: summary,
            story: [summary],
            mechanism: "",
            handlers: handlers,
            parameters: parameters,
            defaultConcurrency: defaultConcurrency,
            readsAnyPayload: true
        )
    }
}

/// One way to do the incident's job.
package struct IncidentHandler: Sendable {
    package let name: String
    /// One sentence: what this handler does differently.
    package let summary: String
    package let role: VariantRole
    /// Whether the others are compared with this one if the scenario does not say.
    package let isControl: Bool
    /// Makes the handler with what it keeps for all events.
    ///
    /// Cheap; called once in a pod's life, after the pod's page was installed in the census.
    package let make: @Sendable (IncidentContext) throws -> any EventHandler

    package init(
        _ name: String,
        _ summary: String,
        role: VariantRole,
        isControl: Bool = false,
        make: @escaping @Sendable (IncidentContext) throws -> any EventHandler
    ) {
        self.name = name
        self.summary = summary
        self.role = role
        self.isControl = isControl
        self.make = make
    }

    /// The one with the bug: a run must flag it.
    static func suspect(
        _ name: String,
        _ summary: String,
        make: @escaping @Sendable (IncidentContext) throws -> any EventHandler
    ) -> IncidentHandler {
        IncidentHandler(name, summary, role: .suspect, make: make)
    }

    /// An emergency measure.
    static func mitigation(
        _ name: String,
        _ summary: String,
        make: @escaping @Sendable (IncidentContext) throws -> any EventHandler
    ) -> IncidentHandler {
        IncidentHandler(name, summary, role: .mitigation, make: make)
    }

    /// The remedy.
    static func fix(
        _ name: String,
        _ summary: String,
        isControl: Bool = false,
        make: @escaping @Sendable (IncidentContext) throws -> any EventHandler
    ) -> IncidentHandler {
        IncidentHandler(name, summary, role: .fix, isControl: isControl, make: make)
    }
}
