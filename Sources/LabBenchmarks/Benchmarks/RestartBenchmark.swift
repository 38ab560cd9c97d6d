import LabCluster
import LabCore
import LabEngine
import LabPod
import LabTelemetry

/// What a restart costs: from the call that starts a pod's process to the first event that it has handled, with fixed
/// partitions and a backlog, as after a kill.
struct RestartBenchmark: Benchmark {
    let name = "restart"
    let summary = "twenty starts of a pod onto a backlog"

    private static let topic = "backlog"
    private static let partitions = 8
    private static let events = 100_000
    private static let starts = 20
    private static let target = 300.0
    private static let limit = Duration.seconds(20)

    func run(in bench: Workbench) async throws -> [Figure] {
        try await bench.withBroker(topics: ["\(Self.topic):\(Self.partitions)"]) { servers in
            try await Preload(topic: Self.topic, partitions: Self.partitions, events: Self.events)
                .run(bench, servers)
            var milliseconds: [Double] = []
            for number in 0..<Self.starts { milliseconds.append(try await start(number, bench, servers)) }
            return [
                .atMost(
                    Self.target,
                    "spawn to first event handled, slowest of \(Self.starts)",
                    milliseconds.max() ?? .nan,
                    detail: "median \(decimal(median(milliseconds), places: 0)) ms"
                ) { "\(decimal($0, places: 0)) ms" }
            ]
        }
    }

    private func start(_ number: Int, _ bench: Workbench, _ servers: String) async throws -> Double {
        let name = "restart-\(number)"
        let page = bench.scratch.file("\(name).page")
        let ledger = bench.scratch.file("\(name).ledger")
        _ = try TelemetryPage.create(at: page)
        _ = try Ledger.create(
            at: ledger,
            bases: Array(repeating: 0, count: Self.partitions),
            capacityPerPartition: 2 * Self.events / Self.partitions
        )
        let configuration = PodConfiguration.control(
            name: name,
            topic: Self.topic,
            partitions: Self.partitions,
            servers: servers,
            offsetReset: "error",
            in: bench
        )
        let pod = try bench.pod(bench.leaklab, "pod", configuration)
        let start = MonotonicClock.nanoseconds
        let first = try await bench.running(pod) { _ in
            var view = try PageView(path: page)
            return try await bench.wait(
                atMost: Self.limit,
                for: "the first event",
                every: .milliseconds(1)
            ) {
                view.value(MetricName.processed.rawValue).map { $0 > 0 } == true
                    ? MonotonicClock.nanoseconds : nil
            }
        }
        return Double(first - start) * 1e-6
    }
}
