import LabCluster
import LabCore
import LabEngine
import LabPod
import LabTelemetry
import Synchronization

/// What it costs to watch eight and sixteen pods, and what an idle pod costs itself.
struct SamplingBenchmark: Benchmark {
    let name = "sampling"
    let summary = "the sampler over sixteen and over eight idle pods at 10 Hz, 20 seconds each"

    private static let pods = 16
    /// As many as a usual run has.
    private static let fewPods = 8
    private static let interval = Duration.milliseconds(100)
    private static let length = Duration.seconds(20)
    /// What a pod does once after its start is over by then.
    private static let settling = Duration.seconds(3)
    private static let cpuTarget = 0.02
    private static let cpuTargetOfFew = 0.005
    private static let rssTarget = 30.0 * 1_048_576

    func run(in bench: Workbench) async throws -> [Figure] {
        let control = MemoryControl.detect()
        let topics = (0..<Self.pods).map { "idle-\($0):4" }
        return try await bench.withBroker(topics: topics) { servers in
            try await withPods(Self.pods, [], control, bench, servers) { pods in
                try await Task.sleep(for: Self.settling)
                return try await measure(pods, control)
            }
        }
    }

    private struct IdlePod: Sendable {
        var target: SampleTarget
        /// From the call that starts the process to the moment at which it can receive events, milliseconds.
        var readyAfter: Double
    }

    private func measure(_ pods: [IdlePod], _ control: MemoryControl) async throws -> [Figure] {
        let few = try await watch(Array(pods.prefix(Self.fewPods)))
        let all = try await watch(pods)
        let resident = all.values(of: .rss)
        let charges = all.values(of: .charge)
        guard resident.count == pods.count else {
            throw LabError("\(pods.count - resident.count) idle pods have ended")
        }
        return [
            cpu(of: few, pods: Self.fewPods, target: Self.cpuTargetOfFew),
            cpu(of: all, pods: pods.count, target: Self.cpuTarget),
            .atMost(Self.rssTarget, "idle pod's RSS, largest of \(pods.count)", resident.max() ?? .nan) {
                ByteCount.describe($0)
            },
            Figure(
                name: "idle pod's charge, largest",
                value: charges.max().map { ByteCount.describe($0) } ?? "unknown",
                detail: control.explanation
            ),
            Figure(
                name: "pod ready after its start, median",
                value: "\(decimal(median(pods.map(\.readyAfter)), places: 0)) ms"
            ),
        ]
    }

    private func watch(_ pods: [IdlePod]) async throws -> LastValues {
        let sink = LastValues()
        let sampler = Sampler(interval: Self.interval, sink: sink)
        for (id, pod) in pods.enumerated() { sampler.add(pod.target, as: id) }
        sampler.start()
        try await Task.sleep(for: Self.length)
        sampler.stop()
        return sink
    }

    private func cpu(of sink: LastValues, pods: Int, target: Double) -> Figure {
        .atMost(
            target,
            "sampler's CPU over \(pods) pods",
            sink.cpuSeconds / Self.length.inSeconds,
            detail: "\(grouped(sink.samples)) samples, \(grouped(sink.rounds)) rounds"
        ) { "\(decimal($0 * 100, places: 2)) % of a core" }
    }

    // MARK: - Pods

    /// Starts pods one after the other, so that each one's start is measured by itself, and ends them all.
    private func withPods(
        _ count: Int,
        _ started: [IdlePod],
        _ control: MemoryControl,
        _ bench: Workbench,
        _ servers: String,
        _ body: @Sendable ([IdlePod]) async throws -> [Figure]
    ) async throws -> [Figure] {
        guard started.count < count else { return try await body(started) }
        let name = "idle-\(started.count)"
        let page = bench.scratch.file("\(name).page")
        _ = try TelemetryPage.create(at: page)
        _ = try Ledger.create(
            at: bench.scratch.file("\(name).ledger"),
            bases: [0, 0, 0, 0],
            capacityPerPartition: 1_024
        )
        let cgroup = try? MemoryCgroup.create(
            named: "\(Scratch.namePrefix)bench-\(ProcessIdentity.own.pid)-\(name)",
            under: control,
            limit: nil
        )
        defer { cgroup?.remove() }
        let pod = try child(name, cgroup, bench, servers)
        let start = MonotonicClock.nanoseconds
        return try await bench.running(pod, in: cgroup) { pid in
            var view = try PageView(path: page)
            let ready = try await bench.wait(
                atMost: .seconds(20),
                for: "\(name)'s readiness",
                every: .milliseconds(1)
            ) {
                view.value(MetricName.ready.rawValue) == 1 ? MonotonicClock.nanoseconds : nil
            }
            let target = SampleTarget(pid: pid, cgroup: cgroup, telemetryPath: page)
            let idle = IdlePod(target: target, readyAfter: Double(ready - start) * 1e-6)
            return try await withPods(count, started + [idle], control, bench, servers, body)
        }
    }

    private func child(
        _ name: String,
        _ cgroup: MemoryCgroup?,
        _ bench: Workbench,
        _ servers: String
    ) throws -> ChildProcess {
        let configuration = PodConfiguration.control(
            name: name,
            topic: name,
            partitions: 4,
            servers: servers,
            offsetReset: "earliest",
            in: bench
        )
        var pod = try bench.pod(bench.leaklab, "pod", configuration)
        if let cgroup {
            pod.arguments = ["launch", "--join", cgroup.processList, "--", bench.leaklab] + pod.arguments
        }
        return pod
    }
}

/// Keeps the last value of each metric.
private final class LastValues: SampleSink {
    private struct State {
        var values: [MetricName: [Int: Double]] = [:]
        var samples = 0
        var rounds = 0
        var cpuSeconds = 0.0
    }

    private let state = Mutex(State())

    func described(_ metric: MetricName, as description: MetricDescription, target: Int) {}

    func sampled(_ value: Double, of metric: MetricName, target: Int, at time: UInt64) {
        state.withLock { state in
            state.values[metric, default: [:]][target] = value
            state.samples += 1
        }
    }

    func roundEnded(at time: UInt64) {
        let cpu = ThreadClock.seconds
        state.withLock { state in
            state.rounds += 1
            state.cpuSeconds = cpu
        }
    }

    func values(of metric: MetricName) -> [Double] {
        state.withLock { Array(($0.values[metric] ?? [:]).values) }
    }
    /// Of the sampler's thread, since it started.
    var cpuSeconds: Double { state.withLock { $0.cpuSeconds } }
    var samples: Int { state.withLock { $0.samples } }
    var rounds: Int { state.withLock { $0.rounds } }
}
