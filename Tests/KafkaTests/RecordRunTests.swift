import Kafka
import Testing

@Suite("Record runs")
struct RecordRunTests {
    @Test("a run counts records and bytes, and forgets them")
    func counting() {
        var run = RecordRun(capacity: 3, bytesPerRecord: 4)
        run.append("abc", key: "k")
        run.append("")
        #expect(run.count == 2 && run.byteCount == 4)
        let wasFull = run.isFull
        run.append("x")
        #expect(!wasFull && run.isFull)
        run.removeAll()
        #expect(run.isEmpty && run.byteCount == 0)
    }

    @Test("a value may be shorter than the room it asked for")
    func shortValue() {
        var run = RecordRun(capacity: 2)
        run.append(valueCapacity: 100) { target in
            #expect(target.count == 100)
            target[0] = 1
            return 1
        }
        #expect(run.byteCount == 1)
    }
}
