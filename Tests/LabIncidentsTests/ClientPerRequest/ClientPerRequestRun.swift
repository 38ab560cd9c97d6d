import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

/// Hands events to a handler of the incident, with a backend of its own.
struct ClientPerRequestRun {
    let events: HandledEvents
    let settings: TransportSettings
    let world: World
    /// Those of the handler and of the backend.
    let context: IncidentContext
    let backend: any Companion

    static func with<Result>(
        _ handler: String,
        values: [String: ParameterValue] = [:],
        clock: IncidentClock? = nil,
        _ body: nonisolated(nonsending) (ClientPerRequestRun) async throws -> Result
    ) async throws -> Result {
        try await TestFolder.with { folder in
            try await Census.isolated { page in
                let world = try World.anonymous()
                func context(_ endpoints: [String: Int]) -> IncidentContext {
                    IncidentContext(
                        values: values,
                        page: page,
                        clock: clock,
                        world: world,
                        endpoints: endpoints,
                        folder: folder
                    )
                }
                let incident = Incident.clientPerRequest
                let backend = try await #require(incident.companion).start(context([:]))
                let full = context(backend.endpoints)
                let made = try #require(incident.handler(named: handler)).make(full)
                let run = ClientPerRequestRun(
                    events: HandledEvents(made, page: page),
                    settings: try TransportSettings(full),
                    world: world,
                    context: full,
                    backend: backend
                )
                do {
                    let result = try await body(run)
                    await made.shutDown()
                    await backend.shutDown()
                    return result
                } catch {
                    await backend.shutDown()
                    throw error
                }
            }
        }
    }

    /// Handles so many events of different players.
    func handle(_ count: Int) async { await events.handle(HandledEvents.payloads(0..<count)) }

    func metric(_ name: String) -> Int { Int(events.metric(name) ?? -1) }

    /// Live transports, and tasks that read and that write.
    var kept: [Int] {
        let live = events.live
        return ["Transport", "Transport.readLoop", "Transport.writeLoop"].map { live[$0] ?? 0 }
    }

    /// Waits until the backend has so many connections.
    func wait(forConnections count: Int) async { await events.wait(until: "connections", is: Int64(count)) }

    /// Live tasks of the handler's side.
    var tasks: Int {
        let live = events.live
        return ["Transport.readLoop", "Transport.writeLoop", "RequestDeadline"].reduce(0) {
            $0 + (live[$1] ?? 0)
        }
    }

    /// Waits until none of them is left.
    func waitForNoTasks() async {
        while tasks > 0, !Task.isCancelled { await Task.yield() }
    }
}
