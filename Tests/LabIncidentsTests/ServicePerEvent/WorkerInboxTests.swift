import Synchronization
import Testing

@testable import LabIncidents

@Suite(.timeLimit(.minutes(1))) struct WorkerInboxTests {
    /// What copies cannot be made of, in a place that tasks can share.
    private final class Box: Sendable {
        let inbox: WorkerInbox
        init(capacity: Int) { inbox = WorkerInbox(capacity: capacity) }
    }

    private func item(_ key: String) -> IndexItem { IndexItem(key: key, exists: true, expiry: .max) }

    private func name(_ work: WorkerInbox.Work) -> String {
        switch work {
        case .promote(let item): "promote \(item.key)"
        case .delete(let item): "delete \(item.key)"
        case .stop: "stop"
        }
    }

    @Test("Promotions beyond the buffer are dropped and counted, without waiting")
    func dropping() async {
        let box = Box(capacity: 4)
        for number in 0..<7 { box.inbox.promote(item("\(number)")) }
        #expect(box.inbox.droppedPromotions == 3)
        var taken: [String] = []
        for _ in 0..<4 { taken.append(name(await box.inbox.next())) }
        #expect(taken == ["promote 0", "promote 1", "promote 2", "promote 3"])
    }

    @Test("A deletion beyond the buffer waits for room")
    func waiting() async {
        let box = Box(capacity: 2)
        for number in 0..<2 { await box.inbox.delete(item("\(number)")) }
        let sending = Sending()
        let task = Task {
            await box.inbox.delete(IndexItem(key: "late", exists: true, expiry: .max))
            sending.finish()
        }
        for _ in 0..<100 { await Task.yield() }
        #expect(!sending.isFinished)
        #expect(name(await box.inbox.next()) == "delete 0")
        await task.value
        #expect(name(await box.inbox.next()) == "delete 1")
        #expect(name(await box.inbox.next()) == "delete late")
    }

    private final class Sending: Sendable {
        private let flag = Atomic(false)
        func finish() { flag.store(true, ordering: .releasing) }
        var isFinished: Bool { flag.load(ordering: .acquiring) }
    }

    @Test("The worker takes turns between the two buffers")
    func turns() async {
        let box = Box(capacity: 8)
        for number in 0..<2 { box.inbox.promote(item("\(number)")) }
        for number in 2..<4 { await box.inbox.delete(item("\(number)")) }
        var taken: Set<String> = []
        for _ in 0..<2 { taken.insert(name(await box.inbox.next())) }
        #expect(taken == ["promote 0", "delete 2"])
    }

    @Test("A worker that waits is woken by whatever comes", arguments: ["promote", "delete", "stop"])
    func waking(kind: String) async {
        let box = Box(capacity: 8)
        let worker = Task { [self] in name(await box.inbox.next()) }
        for _ in 0..<20 { await Task.yield() }
        switch kind {
        case "promote": box.inbox.promote(item("x"))
        case "delete": await box.inbox.delete(item("x"))
        default: box.inbox.stop()
        }
        #expect(await worker.value == (kind == "stop" ? "stop" : "\(kind) x"))
    }

    @Test("The word to stop comes after the work, and nothing is taken in any more")
    func stopping() async {
        let box = Box(capacity: 8)
        box.inbox.promote(item("before"))
        await box.inbox.delete(item("before too"))
        box.inbox.stop()
        box.inbox.promote(item("after"))
        await box.inbox.delete(item("after too"))
        var taken: Set<String> = []
        for _ in 0..<2 { taken.insert(name(await box.inbox.next())) }
        #expect(taken == ["promote before", "delete before too"])
        #expect(name(await box.inbox.next()) == "stop")
        #expect(box.inbox.droppedPromotions == 1)
    }

    @Test("Closing lets go of callers that still wait for room")
    func closing() async {
        let box = Box(capacity: 1)
        await box.inbox.delete(item("0"))
        let senders = (1..<5).map { number in
            Task { await box.inbox.delete(IndexItem(key: "\(number)", exists: true, expiry: .max)) }
        }
        for _ in 0..<20 { await Task.yield() }
        box.inbox.stop()
        box.inbox.close()
        for sender in senders { await sender.value }
    }
}
