import LabCore
import Testing

@testable import LabAnalysis

@Suite("What was left at the end of a run")
struct DrainTests {
    /// Its last reading of the lag is 0; the books say otherwise.
    private var run: RecordedRun {
        var run = RunModel.alone(LifeModel()).recorded
        run.variants[0].partitions = [0, 1].map { partition in
            PartitionBooks(
                partition: partition,
                counts: LedgerCounts(),
                endOffset: 1_000,
                committedOffset: 600,
                peakLag: 900,
                lostOffsets: []
            )
        }
        run.variants[0].drain = Drain(outcome: .cutOff, left: 800, seconds: 300)
        return run
    }

    @Test("There is one figure, that of the books") func oneFigure() throws {
        let variant = try #require(RunAnalysis().result(of: run).variants.first)
        #expect(variant.lag.final == 800)
        #expect(variant.drain == Drain(outcome: .cutOff, left: 800, seconds: 300))
        #expect(run.variants[0].left == 800)
    }

    @Test("Without closed books it is the last reading") func noBooks() throws {
        var run = run
        run.variants[0].partitions = []
        run.variants[0].series[.lag]?.append(7, at: 900_000_000_000)
        #expect(RunAnalysis().result(of: run).variants.first?.lag.final == 7)
    }

    @Test("While the run goes on, what is under way is not left") func inProgress() throws {
        var run = run
        run.variants[0].partitions = []
        run.variants[0].drain = nil
        run.variants[0].series[.lag]?.append(90_000, at: 900_000_000_000)
        func kinds(_ run: RecordedRun) -> [Finding.Kind] {
            RunAnalysis().result(of: run).variants.flatMap(\.findings).map(\.kind)
        }
        #expect(kinds(run).contains(.notDrained))
        run.state = .recording
        #expect(!kinds(run).contains(.notDrained))
    }

    @Test("Sums of absurd books do not overflow") func absurd() {
        let books = (0..<8).map { partition in
            PartitionBooks(
                partition: partition,
                counts: LedgerCounts(),
                endOffset: 1 << 61,
                committedOffset: 0,
                peakLag: 0,
                lostOffsets: []
            )
        }
        #expect(books.left == .max)
    }
}
