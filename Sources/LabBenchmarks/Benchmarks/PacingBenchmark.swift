import LabCluster
import LabCore
import LabEngine
import LabLoad
import LabTelemetry

/// The producer process of a run at a constant rate, watched from outside: whether it keeps its schedule, and what
/// that costs.
struct PacingBenchmark: Benchmark {
    let name = "pacing"
    let summary = "open loop at 7.23M/h and at 50,000/s, 30 seconds each"

    private struct Case: Sendable {
        var label: String
        var rate: EventRate
        /// 99 % of the events are written at most so much after they were due, milliseconds.
        var delayTarget: Double
        /// Of one core; `nil` where it is told without a target.
        var cpuTarget: Double?
    }

    private static let cases = [
        Case(label: "7.23M/h", rate: EventRate(perHour: 7_230_000), delayTarget: 2, cpuTarget: 0.05),
        Case(label: "50,000/s", rate: EventRate(perSecond: 50_000), delayTarget: 5, cpuTarget: nil),
    ]
    private static let length = Duration.seconds(30)
    /// From the start of the process to the first event.
    private static let lead = Duration.milliseconds(500)
    private static let window = Duration.seconds(10)
    private static let rateTarget = 0.001
    /// Nanoseconds.
    private static let longestReading: UInt64 = 100_000

    func run(in bench: Workbench) async throws -> [Figure] {
        var figures: [Figure] = []
        for (index, one) in Self.cases.enumerated() {
            let topic = "paced-\(index)"
            figures += try await bench.withBroker(topics: ["\(topic):4"]) { servers in
                try await measure(one, topic: topic, in: bench, servers)
            }
        }
        return figures
    }

    private func measure(
        _ one: Case,
        topic: String,
        in bench: Workbench,
        _ servers: String
    ) async throws -> [Figure] {
        let path = bench.scratch.file("\(topic).page")
        _ = try TelemetryPage.create(at: path)
        let zero = MonotonicClock.nanoseconds + UInt64(Self.lead.inNanoseconds)
        let configuration = configuration(one, topic: topic, zero: zero, page: path, servers)
        let producer = try bench.child(bench.leaklab, "producer", configuration, name: "producer")
        return try await bench.running(producer) { pid in
            guard let probe = ProcessProbe(pid: pid) else { throw LabError("the producer is gone") }
            var view = try PageView(path: path)
            try await Self.sleep(until: zero)
            let cpuBefore = probe.read()?[.cpu]
            let readings = try await Self.readings(&view, until: zero + UInt64(Self.length.inNanoseconds))
            guard let before = cpuBefore, let after = probe.read()?[.cpu],
                let error = readings.largestError(of: one.rate, window: Self.window),
                let delay = view.histogram(ProducerMetricName.scheduleDelay)?.quantile(0.99)
            else { throw LabError("the producer's page cannot be read") }
            return figures(
                one,
                error: error,
                delay: Double(delay) / 1_000,
                cpu: (after - before) / Self.length.inSeconds
            )
        }
    }

    private func figures(_ one: Case, error: Double, delay: Double, cpu: Double) -> [Figure] {
        let share: (Double) -> String = { "\(decimal($0 * 100, places: 1)) % of a core" }
        let cpuName = "producer's CPU at \(one.label)"
        return [
            .atMost(Self.rateTarget, "largest rate error over 10 s at \(one.label)", error) {
                "\(decimal($0 * 100, places: 3)) %"
            },
            .atMost(one.delayTarget, "schedule delay p99 at \(one.label)", delay) {
                "\(decimal($0, places: 2)) ms"
            },
            one.cpuTarget.map { .atMost($0, cpuName, cpu, text: share) }
                ?? Figure(name: cpuName, value: share(cpu)),
        ]
    }

    private func configuration(
        _ one: Case,
        topic: String,
        zero: UInt64,
        page: String,
        _ servers: String
    ) -> ProducerConfiguration {
        ProducerConfiguration(
            targets: [.init(topic: topic, ledgerPath: nil)],
            workload: Workload(
                topic: topic,
                partitions: 4,
                payload: .fixed(ByteCount(300)),
                keys: .zipf(count: 100_000, exponent: 1.1),
                runLength: 64,
                phases: []
            ),
            // Longer than the measurement, so that the end of the production is not part of it.
            pace: .schedule(
                LoadProfile(phases: [
                    LoadPhase(
                        name: "constant",
                        duration: Self.length + .seconds(5),
                        shape: .constant(one.rate)
                    )
                ])
            ),
            seed: 1,
            properties: ClientProfile.producer(bootstrapServers: servers, overrides: []),
            zero: Int64(clamping: zero),
            telemetryPath: page
        )
    }

    private static func readings(_ view: inout PageView, until end: UInt64) async throws -> CountReadings {
        var readings = CountReadings()
        while MonotonicClock.nanoseconds < end {
            let before = MonotonicClock.nanoseconds
            let sent = view.value(ProducerMetricName.sent)
            // Who was put aside in between does not know when it read.
            if let sent, MonotonicClock.nanoseconds - before < longestReading {
                readings.append(sent, at: before)
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return readings
    }

    private static func sleep(until instant: UInt64) async throws {
        let now = MonotonicClock.nanoseconds
        if instant > now { try await Task.sleep(for: .nanoseconds(Int64(instant - now))) }
    }
}

/// A count that was read now and then.
struct CountReadings: Sendable {
    private var times: [UInt64] = []
    private var counts: [Int64] = []

    mutating func append(_ count: Int64, at nanoseconds: UInt64) {
        times.append(nanoseconds)
        counts.append(count)
    }

    /// How far the rate over any stretch of `window`, or just longer, is from `rate`, as a fraction of it; `nil` if
    /// no stretch is that long.
    func largestError(of rate: EventRate, window: Duration) -> Double? {
        var largest: Double?
        var end = 0
        for start in times.indices {
            while end < times.count, times[end] - times[start] < UInt64(window.inNanoseconds) { end += 1 }
            guard end < times.count else { break }
            let seconds = Double(times[end] - times[start]) * 1e-9
            let observed = Double(counts[end] - counts[start]) / seconds
            largest = max(largest ?? 0, abs(observed / rate.perSecond - 1))
        }
        return largest
    }
}
