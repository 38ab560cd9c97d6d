import LabCore
import LabTelemetry
import Synchronization

/// The bug: every second a task is started for each row that has arrived, and nobody waits for any of them.
///
/// An event is acknowledged as soon as its row is noted, since nobody who could wait knows of the task. What is noted or
/// running when the pod is killed is lost, and the lab's count of lost events cannot tell: it counts what was not
/// acknowledged. `rowsAtRisk` tells.
struct UnboundedHandler: EventHandler {
    let inbox: RowInbox
    let worker: RowWorker
    let runner: RowRunner
    let atRisk: Counter

    func handle(_ event: borrowing Event) async throws {
        let row = try event.withPayload(Row.init(readingFrom:))
        atRisk.add()
        inbox.add(row)
    }

    /// Waits for no row, as in the source.
    func shutDown() async {
        await worker.stop()
        runner.shutDown()
    }
}

/// The fix of the source: if too many are running the worker waits and looks again, else it starts a whole batch.
///
/// An event is acknowledged when its row is handled, so that a kill loses none.
struct SemaphoreHandler: EventHandler {
    let inbox: RowInbox
    let worker: RowWorker
    let runner: RowRunner

    func handle(_ event: borrowing Event) async throws {
        try await inbox.addAndWait(try event.withPayload(Row.init(readingFrom:)))
    }

    func shutDown() async {
        await worker.stop()
        inbox.close()
        runner.shutDown()
    }
}

/// What Kafka offers: rows are started as they come, and the partitions are paused while too many are running.
///
/// An event is acknowledged when its row is handled.
final class PausingHandler: EventHandler {
    private let worker: RowWorker
    private let runner: RowRunner
    private let mark: Mutex<HighWaterMark>

    init(worker: RowWorker, runner: RowRunner, mark: HighWaterMark) {
        self.worker = worker
        self.runner = runner
        self.mark = Mutex(mark)
    }

    func handle(_ event: borrowing Event) async throws {
        try await runner.run(try event.withPayload(Row.init(readingFrom:)))
    }

    var isSaturated: Bool { mark.withLock { $0.isPassed(by: runner.running) } }

    func shutDown() async {
        await worker.stop()
        runner.shutDown()
    }
}

/// Passed when a level reaches its top, and until the level has fallen to its bottom.
struct HighWaterMark: Sendable, Hashable {
    private let top: Int
    private let bottom: Int
    private var isPassed = false

    /// The bottom is one below the top at most.
    init(top: Int, bottom: Int) {
        self.top = top
        self.bottom = min(bottom, top - 1)
    }

    mutating func isPassed(by level: Int) -> Bool {
        isPassed = isPassed ? level > bottom : level >= top
        return isPassed
    }
}
