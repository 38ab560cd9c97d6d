import LabCore
import Testing

@testable import LabRecording

@Suite struct PendingRecordsTests {
    private func samples(_ times: ClosedRange<Int64>, in pending: inout PendingRecords) -> [Bool] {
        times.map { pending.append(1, of: .rss, subject: 1, at: $0) }
    }

    @Test("The queue becomes worth a transaction once, and again after it was taken")
    func urgent() {
        var pending = PendingRecords(capacity: 10, batchSize: 3)
        #expect(samples(1...5, in: &pending) == [false, false, true, false, false])
        #expect(pending.take().samples.count == 5)
        #expect(samples(6...8, in: &pending) == [false, false, true])
    }

    @Test("A full queue keeps the oldest and counts the rest; taking it empties it")
    func bounded() {
        var pending = PendingRecords(capacity: 3, batchSize: 100)
        _ = samples(1...8, in: &pending)
        let batch = pending.take()
        #expect(batch.samples.map(\.at) == [1, 2, 3])
        #expect(batch.dropped == 5)
        #expect(pending.take().isEmpty)
    }

    @Test("A batch that comes back goes before what came since, within the capacity")
    func putBack() {
        var pending = PendingRecords(capacity: 4, batchSize: 100)
        _ = samples(1...3, in: &pending)
        let batch = pending.take()
        pending.append(.problem("later"))
        _ = samples(4...6, in: &pending)
        pending.putBack(batch)

        let again = pending.take()
        #expect(again.samples.map(\.at) == [1, 2, 3, 4])
        #expect(again.dropped == 2)
        #expect(again.changes.count == 2)
    }

    @Test("A queue that takes back again and again stays bounded and counts everything")
    func bounceBack() {
        var pending = PendingRecords(capacity: 50, batchSize: 100)
        for round in 0..<20 {
            let batch = pending.take()
            _ = samples(Int64(round * 10)...Int64(round * 10 + 9), in: &pending)
            pending.putBack(batch)
        }
        let rest = pending.take()
        #expect(rest.samples.map(\.at) == Array(0..<50))
        #expect(rest.dropped == 150)
    }

    @Test("A variant and a process of one name are two subjects, each found again")
    func subjects() {
        var pending = PendingRecords(capacity: 10, batchSize: 10)
        let variant = pending.subject(of: .variant, name: "lab")
        let process = pending.subject(of: .process, name: "lab")
        #expect(variant != process)
        #expect(pending.subject(of: .variant, name: "lab") == variant)
        #expect(pending.take().changes.count == 2)
        #expect(pending.subject(of: .process, name: "lab") == process)
        #expect(pending.take().changes.isEmpty)
    }

    @Test("A batch knows the latest moment that it tells of")
    func latest() {
        var pending = PendingRecords(capacity: 10, batchSize: 10)
        #expect(pending.take().latest == 0)
        _ = samples(1...3, in: &pending)
        pending.append(.event(TimelineEvent(at: 7, reason: "Phase", object: "run", message: "")))
        pending.append(.problem("without a time"))
        #expect(pending.take().latest == 7)
    }
}
