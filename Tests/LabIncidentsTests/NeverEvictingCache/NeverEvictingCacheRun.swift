import LabCore
import LabTelemetry
import Testing

@testable import LabIncidents

/// A handler of the incident with its database, both in this process, in a world and a time of their own.
struct ItemService {
    let events: HandledEvents
    let database: ItemDatabase
    let databasePage: TelemetryPage
    let clock: PausingClock
    let world: World

    static func with(
        _ handler: String,
        values: [String: ParameterValue] = [:],
        seed: UInt64 = 1,
        _ body: nonisolated(nonsending) (ItemService) async throws -> Void
    ) async throws {
        try await Census.isolated { page in
            let (clock, world) = (PausingClock(), try World.anonymous())
            let databasePage = try TelemetryPage.anonymous()
            let database = try await ItemDatabase(
                IncidentContext(seed: seed, values: values, page: databasePage, world: world)
            )
            let context = IncidentContext(
                seed: seed,
                values: values,
                page: page,
                clock: clock.incidentClock(),
                world: world,
                endpoints: database.endpoints
            )
            let made = try #require(Incident.neverEvictingCache.handler(named: handler)).make(context)
            let service = ItemService(
                events: HandledEvents(made, page: page),
                database: database,
                databasePage: databasePage,
                clock: clock,
                world: world
            )
            let outcome = await Result { try await body(service) }
            await made.shutDown()
            await database.shutDown()
            try outcome.get()
        }
    }

    /// Requests the items of these keys, one after the other.
    func request(_ keys: some Sequence<Int>) async { await events.handle(HandledEvents.payloads(keys)) }

    /// Takes the database down or up, and waits until it is.
    func set(_ condition: WorldCondition) async {
        world.set("database", to: condition)
        let isUp = databasePage.gauge("databaseUp")
        let expected: UInt64 = condition == .down ? 0 : 1
        while isUp.load() != expected, !Task.isCancelled { await Task.yield() }
    }

    func metric(_ name: String) -> Int64 { events.metric(name) ?? -1 }

    func databaseMetric(_ name: String) -> Int64 {
        guard let reader = try? TelemetryReader(databasePage) else { return -1 }
        return reader.descriptors.firstIndex { $0.name == name }.flatMap { reader.value(of: $0) } ?? -1
    }
}
