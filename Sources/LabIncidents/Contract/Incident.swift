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

    package func handler(named name: String) -> IncidentHandler? { handlers.first { $0.name == name } }
}

/// One way to do the incident's job.
package struct IncidentHandler: Sendable {
    package let name: String
    /// One sentence: what this handler does differently.
    package let summary: String
    package let defaultRole: VariantRole
    /// Whether the others are compared with this one if the scenario does not say.
    package let defaultIsControl: Bool
    /// Makes the handler with what it keeps for all events.
    ///
    /// Cheap; called once in a pod's life, after the pod's page was installed in the census.
    package let make: @Sendable (IncidentContext) throws -> any EventHandler
}
