import LabCore

/// Reads every event, leaks and holds what it is asked to, and publishes what it truly holds.
final class ZooHandler: EventHandler {
    private let holdings: ZooHoldings
    private let ticks: Task<Void, Never>

    init(_ context: IncidentContext, leak: ZooLeak, level: ZooLevel) {
        let holdings = ZooHoldings(context, leak: leak, level: level)
        self.holdings = holdings
        // Levels change while no event comes too. Awaited in `shutDown`.
        ticks = Task { [clock = context.clock] in
            while (try? await clock.sleep(for: ZooHoldings.tick)) != nil { holdings.tick() }
        }
    }

    func handle(_ event: borrowing Event) async throws {
        let digest = event.withPayload { payload in
            // Nothing keeps the pointer.
            unsafe payload.withUnsafeBytes { unsafe $0.reduce(0, ^) }
        }
        holdings.handled(partition: event.partition, digest: digest)
    }

    func shutDown() async {
        ticks.cancel()
        await ticks.value
        holdings.end()
    }
}
