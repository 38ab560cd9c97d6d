import Kafka
import LabCluster
import LabCore
import LabEngine
import LabPod
import LabTelemetry

/// A pod with a no-op handler, its ledger and its event scopes, beside `rdkafka_performance -G`.
///
/// Both read the same topic from its first event to its last, over and over: the broker keeps 5 MiB of compressed
/// events for each of many partitions. The clock runs from the first message to the last on both sides, so that
/// neither the group's join nor the start of the process counts.
struct ConsumeBenchmark: Benchmark {
    let name = "consume"
    let summary = "no-op handler with ledger and event scopes, beside rdkafka_performance -G"

    static let topic = "preloaded"
    static let partitions = 96
    static let events = 5_000_000
    private static let target = 1.5
    private static let legLimit = Duration.seconds(90)

    func run(in bench: Workbench) async throws -> [Figure] {
        let peer = try Peer(bench)
        return try await bench.withBroker(topics: ["\(Self.topic):\(Self.partitions)"]) { servers in
            let preload = Preload(topic: Self.topic, partitions: Self.partitions, events: Self.events)
            try await preload.run(bench, servers)
            return try await AlternatedPairs.measure(name) {
                try await ours(bench, servers, leg: $0)
            } peers: {
                try await peers(peer, bench, servers, leg: $0)
            }
        }
        .figures(atLeast: Self.target, events: Self.events)
    }

    /// Neither side ever meets a full prefetch queue, after which librdkafka before 2.2.0 pauses for a second.
    private static func properties(_ servers: String, group: String) -> [LabelledValue] {
        ClientProfile.consumer(
            bootstrapServers: servers,
            group: group,
            prefetch: .bounded(messages: 1_000_000, bytes: .mebibytes(2_000)),
            offsetReset: "earliest",
            overrides: []
        )
    }

    private func ours(_ bench: Workbench, _ servers: String, leg: Int) async throws -> Double {
        let page = bench.scratch.file("consume-\(leg).page")
        let ledger = bench.scratch.file("consume-\(leg).ledger")
        _ = try TelemetryPage.create(at: page)
        _ = try Ledger.create(
            at: ledger,
            bases: Array(repeating: 0, count: Self.partitions),
            capacityPerPartition: Self.events / Self.partitions * 2
        )
        let configuration = PodConfiguration(
            name: "consume",
            incident: "",
            handler: "",
            seed: 1,
            timeScale: .realTime,
            properties: Self.properties(servers, group: "ours-\(leg)"),
            topic: Self.topic,
            assignment: .fixed(partitions: (0..<Int32(Self.partitions)).map(\.self)),
            concurrency: 1,
            commitInterval: 1,
            heapInterval: 1,
            telemetryPath: page,
            ledgerPath: ledger
        )
        let pod = try bench.pod(bench.ownPath, "pod", configuration)
        return try await bench.running(pod) { _ in
            var view = try PageView(path: page)
            let first = try await bench.wait(
                atMost: Self.legLimit,
                for: "the first event",
                every: .milliseconds(1)
            ) {
                Instant(&view, after: 0)
            }
            let last = try await bench.wait(
                atMost: Self.legLimit,
                for: "the last event",
                every: .milliseconds(1)
            ) {
                Instant(&view, after: Int64(Self.events) - 1)
            }
            return Double(last.events - first.events) / (Double(last.nanoseconds - first.nanoseconds) * 1e-9)
        }
    }

    /// How many events a pod had handled when.
    private struct Instant: Sendable {
        let events: Int64
        let nanoseconds: UInt64

        init?(_ view: inout PageView, after limit: Int64) {
            nanoseconds = MonotonicClock.nanoseconds
            guard let events = view.value(MetricName.processed.rawValue), events > limit else { return nil }
            self.events = events
        }
    }

    private func peers(_ peer: Peer, _ bench: Workbench, _ servers: String, leg: Int) async throws -> Double {
        let group = "peer-\(leg)"
        let arguments = ["-G", group, "-t", Self.topic, "-c", String(Self.events), "-q"]
        let properties = Peer.properties(Self.properties(servers, group: group))
        var child = bench.child(peer.path, arguments + properties, name: "peer")
        child.environment = Workbench.podEnvironment
        let output = try await bench.finish(child, within: Self.legLimit)
        return try Peer.Summary(parsing: output).perSecond
    }
}

/// Fills a topic with events of the lab's kind, and makes sure that the broker still has all of them.
struct Preload: Sendable {
    let topic: String
    let partitions: Int
    let events: Int

    /// - Throws: ``LabError`` if the broker has dropped events.
    func run(_ bench: Workbench, _ servers: String) async throws {
        let arguments = [
            "produce", "--bootstrap-servers", servers, "--topic", topic, "--partitions", String(partitions),
            "--rate",
            "max", "--events", String(events), "--payload", "\(ProduceBenchmark.payload)B",
            // Batches of some hundred events, as a busy topic has them: the broker gives one to a fetch and partition.
            "--kafka-property", "batch.size=262144",
        ]
        _ = try await bench.finish(
            bench.child(bench.leaklab, arguments, name: "preload"),
            within: .seconds(60)
        )
        let marks = try AdminClient(ClientProperties(bootstrapServers: servers)).watermarks(
            of: (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) },
            timeout: .seconds(5)
        )
        let kept = marks.values.reduce(0) { $0 + $1.high - $1.low }
        guard kept == events else {
            throw LabError("the broker keeps \(grouped(kept)) of \(grouped(events)) preloaded events")
        }
    }
}
