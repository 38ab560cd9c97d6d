import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

/// Hands events to a handler of the incident, with a balancer and two backends of its own.
struct PinnedConnectionRun {
    let events: HandledEvents
    let world: World
    let companion: any Companion

    static func with(
        _ handler: String,
        values: [String: ParameterValue] = [:],
        _ body: nonisolated(nonsending) (PinnedConnectionRun) async throws -> Void
    ) async throws {
        try await Census.isolated { page in
            let world = try World.anonymous()
            let values = values.merging(["callCost": .duration(.microseconds(100))]) { own, _ in own }
            let incident = Incident.pinnedConnection
            let companion = try await #require(incident.companion)
                .start(IncidentContext(values: values, page: page, world: world))
            let context = IncidentContext(values: values, page: page, endpoints: companion.endpoints)
            let made = try #require(incident.handler(named: handler)).make(context)
            do {
                let events = HandledEvents(made, page: page)
                try await body(PinnedConnectionRun(events: events, world: world, companion: companion))
            } catch {
                await made.shutDown()
                await companion.shutDown()
                throw error
            }
            await made.shutDown()
            await companion.shutDown()
        }
    }

    func requests(_ backend: Int) -> Int64? { events.metric("requests.backend-\(backend)") }
}
