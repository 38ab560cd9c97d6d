import Foundation
import Kafka
import LabCluster
import LabCore
import LabPod
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// This program as one of its own children: a pod whose handler does nothing, or the loop that it is compared with.
struct BenchmarkChild: Sendable {
    private enum Verb: String {
        /// Consumes until SIGTERM.
        case pod
        /// Consumes what is preloaded, and tells the loop's time.
        case harness
        /// The same without the pod.
        case bare
    }

    private let verb: Verb
    private let path: String

    /// - Returns: `nil` if the arguments are not a child's.
    init?(_ arguments: [String]) {
        guard arguments.count == 2, let verb = Verb(rawValue: arguments[0]) else { return nil }
        self.verb = verb
        path = arguments[1]
    }

    func run() async throws {
        let text = TextFile.contents(of: path) ?? ""
        let configuration = try JSONDecoder().decode(PodConfiguration.self, from: Data(text.utf8))
        switch verb {
        case .pod: try await Pod(configuration).run(IdleHandler())
        case .harness: try await Pod(configuration).run(PreloadedHandler(events: HarnessBenchmark.events))
        case .bare: try BareLoop(configuration).run(events: HarnessBenchmark.events)
        }
    }
}

/// Does nothing with an event.
struct IdleHandler: EventHandler {
    func handle(_ event: borrowing Event) async {}
}

/// Does nothing with an event but note the time at the first and the last; ends its pod then.
///
/// The first event waits until librdkafka has fetched all others.
final class PreloadedHandler: EventHandler {
    private let events: Int
    // Only the loop's thread calls: no read-modify-write is needed, and a plain store costs nothing worth measuring.
    private let handled = Atomic(0)
    private let start = Atomic(UInt64(0))

    init(events: Int) { self.events = events }

    func handle(_ event: borrowing Event) async {
        let count = handled.load(ordering: .relaxed) + 1
        handled.store(count, ordering: .relaxed)
        if count == 1 {
            Prefetch.awaitEnd()
            start.store(ThreadClock.seconds.bitPattern, ordering: .relaxed)
        } else if count == events {
            LoopTime.tell(since: Double(bitPattern: start.load(ordering: .relaxed)), events: events - 1)
            kill(getpid(), SIGTERM)
        }
    }
}

/// Takes the same messages in batches, looks at each, and does nothing else.
struct BareLoop {
    private let configuration: PodConfiguration

    init(_ configuration: PodConfiguration) { self.configuration = configuration }

    func run(events: Int) throws {
        var properties = ClientProperties()
        for property in configuration.properties { properties[property.label] = property.value }
        var consumer = try Consumer(properties)
        guard case .fixed(let partitions) = configuration.assignment else { return }
        try consumer.assign(
            partitions.map { PartitionOffset(topic: configuration.topic, partition: $0, offset: 0) }
        )
        var batch = MessageBatch(capacity: 1_000)
        while batch.isEmpty { try consumer.poll(into: &batch, timeout: .milliseconds(50)) }
        Prefetch.awaitEnd()
        var (seen, bytes) = (batch.count, 0)
        let first = seen
        let start = ThreadClock.seconds
        while seen < events {
            try consumer.poll(into: &batch, timeout: .milliseconds(50))
            for index in 0..<batch.count { bytes &+= batch.withMessage(at: index) { $0.valueSize } }
            seen += batch.count
        }
        LoopTime.tell(since: start, events: seen - first)
        // Keeps the compiler from leaving the messages unread.
        guard bytes > 0 else { throw LabError("the messages are empty") }
    }
}

/// How a child tells what its loop took.
enum LoopTime {
    private static let label = "microseconds per event: "

    static func tell(since start: Double, events: Int) {
        print("\(label)\((ThreadClock.seconds - start) / Double(events) * 1e6)")
    }

    static func read(from output: String) -> Double? {
        output.split(separator: "\n").last { $0.hasPrefix(label) }.flatMap {
            Double($0.dropFirst(label.count))
        }
    }
}

/// librdkafka's fetching in the background.
enum Prefetch {
    private static let pause = 0.3
    /// CPU seconds within a pause below which nothing is being fetched any more.
    private static let quiet = 0.01

    /// Blocks the calling thread until the process has gone quiet.
    static func awaitEnd() {
        guard let probe = ProcessProbe(pid: getpid()) else { return }
        var before = -1.0
        while let now = probe.read()?[.cpu], now - before > quiet {
            before = now
            Thread.sleep(forTimeInterval: pause)
        }
    }
}
