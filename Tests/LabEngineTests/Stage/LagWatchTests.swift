import LabCore
import LabTelemetry
import Testing

@testable import LabEngine

@Suite("A variant's lag, watched")
struct LagWatchTests {
    private let folder: ScratchFolder
    private let ledger: Ledger

    init() throws {
        folder = try ScratchFolder()
        ledger = try Ledger.create(
            at: folder.file("ledger"),
            bases: [100, 0],
            capacityPerPartition: 4_096
        )
    }

    private func produce(_ count: Int64, in partition: Int32, from base: Int64) {
        for offset in base..<(base + count) { ledger.markProduced(partition, offset) }
    }

    @Test("peaks are kept for each partition, also when the lag is gone")
    func peaks() {
        var watch = LagWatch(partitions: 2)
        produce(30, in: 0, from: 100)
        produce(5, in: 1, from: 0)
        _ = watch.observe(LedgerReading(ledger).partitions, at: 0, isAlive: true)
        #expect(watch.lag == 35)
        ledger.setCommitted(0, 130)
        ledger.setCommitted(1, 3)
        _ = watch.observe(LedgerReading(ledger).partitions, at: 100_000_000, isAlive: true)
        #expect(watch.lag == 2)
        #expect(watch.peaks == [30, 5])
    }

    @Test("the status is looked at once a second, however often the ledger is")
    func interval() {
        var watch = LagWatch(partitions: 2)
        let readings = (0..<Int64(35)).map { tenth -> LagStatus? in
            _ = watch.observe(LedgerReading(ledger).partitions, at: tenth * 100_000_000, isAlive: true)
            return watch.newReading
        }
        #expect(readings.compactMap(\.self) == [.ok, .ok, .ok, .ok])
    }

    @Test(
        "a consumer that commits nothing is stalled, and one without a pod has stopped",
        arguments: [true, false]
    )
    func change(isAlive: Bool) {
        var watch = LagWatch(partitions: 2)
        var changes: [LagStatus] = []
        for second in 0..<Int64(20) {
            produce(10, in: 0, from: 100 + second * 10)
            if let change = watch.observe(
                LedgerReading(ledger).partitions,
                at: second * 1_000_000_000,
                isAlive: isAlive
            ) {
                changes.append(change.new)
            }
        }
        #expect(changes == [isAlive ? .stalled : .stopped])
        #expect(watch.drainSeconds == nil)
    }
}
