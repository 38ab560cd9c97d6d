import Dispatch
import Foundation
import Kafka
import LabCore
import LabPod
import LabTelemetry
import Synchronization

/// A mock cluster with one topic of events, and the files that a lab makes for one pod.
struct PodFixture: ~Copyable {
    static let topic = "events"

    let cluster: MockCluster
    let folder: ScratchFolder
    let ledger: Ledger
    let partitions: Int

    init(partitions: Int = 3) throws {
        let cluster = try MockCluster()
        try cluster.createTopic(named: Self.topic, partitions: partitions)
        let folder = try ScratchFolder()
        _ = try TelemetryPage.create(at: folder.file("page"))
        let ledger = try Ledger.create(
            at: folder.file("ledger"),
            bases: Array(repeating: 0, count: partitions),
            capacityPerPartition: 2_000
        )
        self.cluster = cluster
        self.folder = folder
        self.ledger = ledger
        self.partitions = partitions
    }

    /// With events that are in the topic already, one partition after the other in turn.
    static func with(events: Int, partitions: Int = 3) throws -> PodFixture {
        let fixture = try PodFixture(partitions: partitions)
        try fixture.produce((0..<UInt64(events)).map { .event($0) })
        return fixture
    }

    func configuration(
        concurrency: Int,
        assignment: PodConfiguration.Assignment? = nil,
        errors: HandlerErrorPolicy = .skip,
        hasLedger: Bool = true
    ) -> PodConfiguration {
        PodConfiguration(
            name: "pod-0",
            incident: "none",
            handler: "none",
            seed: 1,
            timeScale: .realTime,
            properties: [
                LabelledValue("bootstrap.servers", cluster.bootstrapServers),
                LabelledValue("group.id", "pods"),
                LabelledValue("auto.offset.reset", "error"),
                LabelledValue("fetch.wait.max.ms", "10"),
                LabelledValue("session.timeout.ms", "6000"),
            ],
            topic: Self.topic,
            assignment: assignment ?? .fixed(partitions: (0..<Int32(partitions)).map { $0 }),
            concurrency: concurrency,
            errors: errors,
            commitInterval: 0.02,
            heapInterval: 0.02,
            telemetryPath: folder.file("page"),
            ledgerPath: hasLedger ? folder.file("ledger") : nil
        )
    }

    /// Writes records, one partition after the other in turn, and marks them as produced.
    func produce(_ records: [TestRecord]) throws {
        let deliveries = LedgerDeliveries(ledger)
        var producer = try Producer(
            ["bootstrap.servers": cluster.bootstrapServers, "acks": "all", "linger.ms": "1"],
            deliveries: deliveries
        )
        let topic = try producer.topic(named: Self.topic)
        for partition in 0..<partitions {
            let here = stride(from: partition, to: records.count, by: partitions).map { records[$0] }
            guard !here.isEmpty else { continue }
            var run = RecordRun(capacity: here.count)
            for record in here { run.append(record) }
            _ = try producer.enqueue(run, from: 0, to: topic, partition: Int32(partition))
        }
        guard producer.flush(timeout: .seconds(10)) == 0, deliveries.failures == 0 else {
            throw LabError("the mock cluster took no events")
        }
    }

    func readPage() throws -> TelemetryReader {
        try TelemetryReader(openingPageAt: folder.file("page"))
    }
}

/// One record to be produced.
struct TestRecord: Sendable {
    let key: String?
    /// `nil` for a tombstone.
    let value: String?

    /// An ordinary event of the lab's.
    static func event(_ sequence: UInt64) -> TestRecord {
        TestRecord(
            key: "p-\(sequence % 10)",
            value: #"{"seq":\#(sequence),"at":1700000000000000,"items":""}"#
        )
    }
}

extension RecordRun {
    mutating func append(_ record: TestRecord) {
        let key = record.key.map { Array($0.utf8) }
        guard let value = record.value.map({ Array($0.utf8) }) else {
            (key ?? []).withUnsafeBytes { appendTombstone(key: $0) }
            return
        }
        let write = { (target: UnsafeMutableRawBufferPointer) in
            target.copyBytes(from: value)
            return value.count
        }
        guard let key else {
            append(valueCapacity: value.count, write: write)
            return
        }
        key.withUnsafeBytes { append(key: $0, valueCapacity: value.count, write: write) }
    }
}

/// Keeps the books of a production.
final class LedgerDeliveries: DeliveryObserver {
    private let ledger: Ledger
    private let failed = Atomic(0)

    init(_ ledger: Ledger) { self.ledger = ledger }

    var failures: Int { failed.load(ordering: .relaxed) }

    func delivered(topic: Int, partition: Int32, offset: Int64) { ledger.markProduced(partition, offset) }

    func undelivered(topic: Int, partition: Int32, error: KafkaErrorCode) {
        failed.add(1, ordering: .relaxed)
    }

    func clientError(_ error: KafkaError) {}
}

/// Where an event was met.
struct Place: Hashable, Comparable {
    let partition: Int32
    let offset: Int64

    static func < (left: Place, right: Place) -> Bool {
        (left.partition, left.offset) < (right.partition, right.offset)
    }
}

/// Remembers every event that it is given; may do something with each.
final class RecordingHandler: EventHandler {
    private struct State {
        var places: [Place] = []
        var running = 0
        var mostRunning = 0
        var shutDowns = 0
    }

    private let state = Mutex(State())
    private let body: @Sendable (EventEnvelope?) async throws -> Void

    init(_ body: @escaping @Sendable (EventEnvelope?) async throws -> Void = { _ in }) { self.body = body }

    var places: [Place] { state.withLock { $0.places } }
    var handled: Int { state.withLock { $0.places.count } }
    /// The most calls that ran at the same time.
    var mostRunning: Int { state.withLock { $0.mostRunning } }
    var shutDowns: Int { state.withLock { $0.shutDowns } }

    func handle(_ event: borrowing Event) async throws {
        let envelope = event.withPayload(EventEnvelope.init(readingFrom:))
        let place = Place(partition: event.partition, offset: event.offset)
        state.withLock { state in
            state.running += 1
            state.mostRunning = max(state.mostRunning, state.running)
        }
        defer {
            state.withLock { state in
                state.running -= 1
                state.places.append(place)
            }
        }
        try await body(envelope)
    }

    func shutDown() async { state.withLock { $0.shutDowns += 1 } }
}

extension StopFlag {
    /// Raised when `condition` holds, or after half a minute, so that a failing test ends.
    static func when(_ condition: @escaping @Sendable () -> Bool) -> StopFlag {
        let deadline = ContinuousClock.now + .seconds(30)
        return StopFlag { condition() || ContinuousClock.now > deadline }
    }
}

extension TelemetryReader {
    /// The value of a metric by its name; `nil` if the page has none.
    func value(_ name: MetricName) -> Int64? { index(of: name.rawValue).flatMap { value(of: $0) } }

    func total(_ name: String) -> UInt64? { index(of: name, .histogram).flatMap { histogram(at: $0)?.total } }
}

/// A number that tasks change and read.
final class Count: Sendable {
    private let number = Atomic(0)

    var value: Int { number.load(ordering: .relaxed) }

    /// - Returns: the new value.
    @discardableResult
    func add(_ amount: Int) -> Int { number.wrappingAdd(amount, ordering: .relaxed).newValue }
}

/// Lets tasks wait until it is opened.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// Holds whoever comes until as many have come as it is made for; then all go on, and the next group gathers.
final class Barrier: Sendable {
    private struct State {
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let size: Int
    private let state = Mutex(State())

    init(size: Int) { self.size = size }

    func arrive() async {
        await withCheckedContinuation { continuation in
            let complete = state.withLock { state in
                state.waiting.append(continuation)
                guard state.waiting.count == size else { return [CheckedContinuation<Void, Never>]() }
                defer { state.waiting = [] }
                return state.waiting
            }
            for waiter in complete { waiter.resume() }
        }
    }
}

/// A folder for one test, gone when the test is.
final class ScratchFolder: Sendable {
    private let path: String

    init() throws {
        path = NSTemporaryDirectory() + "leaklab-pod-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

/// Blocks the calling thread, on purpose.
func hold(_ semaphore: DispatchSemaphore) { semaphore.wait() }

/// The calling thread's name, for those that cannot ask in asynchronous code.
func threadName() -> String? { Thread.current.name }

extension PodConfiguration {
    func passedThroughJSON() throws -> PodConfiguration {
        try JSONDecoder().decode(Self.self, from: JSONEncoder().encode(self))
    }
}
