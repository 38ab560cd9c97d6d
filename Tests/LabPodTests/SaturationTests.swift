import Kafka
import LabCore
import LabTelemetry
import Synchronization
import Testing

@testable import LabPod

@Suite("Saturated handlers", .timeLimit(.minutes(1)))
struct SaturationTests {
    /// Wants no more from a number of events on until it is relieved, as often as that number comes round.
    final class FillingHandler: EventHandler {
        private let handled = Count()
        private let relieved = Count()
        private let limit: Int

        init(limit: Int) { self.limit = limit }

        var count: Int { handled.value }
        var isSaturated: Bool { handled.value - relieved.value >= limit }

        func handle(_ event: borrowing Event) async throws { handled.add(1) }
        func relieve() { relieved.add(handled.value - relieved.value) }
    }

    @Test(
        "while the handler is saturated nothing is handed over, and nothing is lost or comes twice",
        arguments: [2, 8, 64]
    )
    func pausing(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 900)
        let handler = FillingHandler(limit: 200)
        let path = fixture.folder.file("page")
        let (pauses, looks, countWhilePaused) = (Count(), Count(), Count())
        let wasStill = Atomic(true)
        // Looked at once for each poll. The first look at a paused pod is before the next poll, so that no event is begun after
        // it; those that are under way may still end.
        let stop = StopFlag.when {
            guard (try? TelemetryReader(openingPageAt: path))?.value(.paused) == 3 else {
                looks.add(-looks.value)
                return handler.count >= 900
            }
            if looks.add(1) == 1 {
                pauses.add(1)
                countWhilePaused.add(handler.count - countWhilePaused.value)
            } else if handler.count > countWhilePaused.value + concurrency {
                wasStill.store(false, ordering: .relaxed)
            }
            if looks.value > 4 { handler.relieve() }
            return false
        }
        try await Pod(fixture.configuration(concurrency: concurrency)).run(handler, until: stop)
        let stoodStill = wasStill.load(ordering: .relaxed)
        #expect(stoodStill)
        #expect((3...4).contains(pauses.value))
        #expect(handler.count == 900)
        let counts = fixture.ledger.counts()
        #expect(counts.processed == 900 && counts.lost == 0 && counts.duplicated == 0)
    }

    @Test("partitions are paused once, those that come meanwhile too, and only those still held are resumed")
    func changes() {
        typealias Change = PausedPartitions.Change
        var partitions = PausedPartitions()
        #expect(partitions.change(to: false, of: [0, 1]) == Change())
        #expect(partitions.change(to: true, of: [1, 0]) == Change(paused: [0, 1]))
        #expect(partitions.change(to: true, of: [0, 1]) == Change())
        #expect(partitions.change(to: true, of: [0, 1, 2]) == Change(paused: [2]))
        partitions.forget([1])
        #expect(partitions.count == 2)
        #expect(partitions.change(to: true, of: [0, 1, 2]) == Change(paused: [1]))
        #expect(partitions.change(to: false, of: [0, 2]) == Change(resumed: [0, 2]))
        #expect(partitions.isEmpty)
    }
}
