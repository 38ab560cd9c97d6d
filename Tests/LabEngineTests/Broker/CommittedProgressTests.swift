import LabCore
import LabTelemetry
import Testing

@testable import LabEngine

@Suite("What a group commits")
struct CommittedProgressTests {
    private let folder: ScratchFolder
    private let ledger: Ledger

    init() throws {
        folder = try ScratchFolder()
        ledger = try Ledger.create(at: folder.file("ledger"), bases: [100, 0], capacityPerPartition: 1_024)
        for offset in 100..<Int64(200) { ledger.markProduced(0, offset) }
    }

    @Test("counts each event once, whatever is committed again")
    func once() {
        var progress = CommittedProgress(ledger)
        #expect(progress.note([:]) == 0 && !progress.hasCommits && !progress.isCaughtUp)
        #expect(progress.note([0: 150]) == 50 && progress.hasCommits)
        #expect(progress.note([0: 150]) == 0)
        #expect(progress.note([0: 120]) == 0)
        #expect(ledger.totals.lag == 80)
        #expect(progress.note([0: 200, 1: 0]) == 50 && progress.isCaughtUp)
        #expect(ledger.totals.processed == 100 && ledger.totals.duplicated == 0)
        #expect(ledger.counts().lost == 0)
    }

    @Test("believes no offset that the run has no room for, and no partition that it does not have")
    func absurd() {
        var progress = CommittedProgress(ledger)
        #expect(progress.note([0: .max, 1: -5, 7: 3, -1: 3]) == 1_024)
        #expect(progress.note([0: .min, 1: .max]) == 1_024)
        #expect(ledger.totals.outOfCapacity == 0)
    }

    @Test("that lies before the run tells that nothing of it was read")
    func before() {
        var progress = CommittedProgress(ledger)
        #expect(progress.note([0: 40]) == 0)
        #expect(ledger.totals.processed == 0 && !progress.isCaughtUp)
    }
}
