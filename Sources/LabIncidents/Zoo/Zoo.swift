import LabCore
import LabTelemetry

extension Incident {
    /// A handler that grows as it is asked to: a weight for the scales, as `known-leak`, in many forms.
    package static let zoo = Incident(
        name: "zoo",
        title: "A behaviour of known truth",
        summary:
            "A handler keeps and holds what it is asked to, in the medium and at the times it is asked to.",
        story: [
            """
            Not an incident but weights for the scales: consumers whose memory, tasks, descriptors or threads grow in \
            ways that are hard to tell apart, and of which it is known whether they ever end.
            """
        ],
        mechanism: """
            A handler is the sum of a leak and a level. The leak keeps a unit for good every so many events, within a \
            part of the run and in bursts if it is asked to. The level is a number of units that follows a shape: a \
            cache that fills, teeth of a saw, a transient. Units are real: written heap, written pages, waiting \
            tasks, sockets, parked threads.
            """,
        handlers: [.behaving, .clean],
        parameters: ZooParameters.all,
        defaultConcurrency: 1,
        readsAnyPayload: true,
        metrics: [
            "heldBytes", "heldUnits", "leakedBytes", "leakedUnits",
        ]
    )
}

extension IncidentHandler {
    fileprivate static let behaving = IncidentHandler.suspect(
        "behaving",
        "Leaks and holds what the parameters say."
    ) { ZooHandler($0, leak: ZooLeak($0), level: ZooLevel($0)) }

    fileprivate static let clean = IncidentHandler.fix(
        "clean",
        "Reads its events and keeps nothing.",
        isControl: true
    ) { ZooHandler($0, leak: .none, level: .none) }
}
