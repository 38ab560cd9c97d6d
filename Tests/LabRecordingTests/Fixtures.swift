import Foundation
import LabCore

@testable import LabRecording

/// A store in a folder of its own, removed after `body`.
func withStore<Value>(_ body: (RunStore) async throws -> Value) async throws -> Value {
    let directory = NSTemporaryDirectory() + "leaklab-store-" + UUID().uuidString
    defer { remove(directory) }
    return try await body(RunStore(directory: directory))
}

/// A recorder that was let go without being finished may just be writing its last file into the folder.
private func remove(_ directory: String) {
    for _ in 0..<100 where FileManager.default.fileExists(atPath: directory) {
        try? FileManager.default.removeItem(atPath: directory)
    }
}

extension RecorderOptions {
    /// Does not keep a test waiting.
    static let quick = RecorderOptions(flushInterval: .milliseconds(2))

    /// Of a lab that is long gone: no process has this id.
    static let dead = RecorderOptions(
        flushInterval: .milliseconds(2),
        lab: LabProcess(pid: .max, startTime: 1, boot: nil)
    )

    /// Writes only at the end.
    static func idle(capacity: Int) -> RecorderOptions {
        RecorderOptions(queueCapacity: capacity, batchSize: .max, flushInterval: .seconds(3_600))
    }
}

extension RunHeader {
    static func example(
        id: String = "20241121-040405-abcd",
        startedAt: Int64 = 1_732_161_845_000_000_000
    ) -> RunHeader {
        RunHeader(
            id: id,
            startedAt: startedAt,
            scenario: "service-per-event",
            title: "A service for each event",
            incident: "service-per-event",
            scenarioText: "name: service-per-event\n# “quoted” ✓\n",
            overrides: ["--seed", "7"],
            seed: .max,
            timeScale: 10,
            broker: BrokerDescription(kind: "embedded", bootstrapServers: "127.0.0.1:9092"),
            memoryControl: "cgroup v2",
            environment: [LabelledValue("kernel", "6.1"), LabelledValue("librdkafka", "2.0.2")],
            configuration: [LabelledValue("linger.ms", "20")],
            variants: [
                variant("per-event", .suspect, isControl: false),
                variant("singleton", .fix, isControl: true),
            ],
            phases: [PhaseHeader(name: "peak", start: 0, end: 60_000_000_000, summary: "7.23M/h")],
            sampleInterval: 0.1,
            warmUp: 5,
            oomLimit: 1 << 28,
            expectations: ["singleton.verdict == bounded"],
            findings: [FindingRule(kind: .spike, metric: "heap", limit: 3)],
            resources: ["rowsOpen"]
        )
    }

    private static func variant(_ name: String, _ role: VariantRole, isControl: Bool) -> VariantHeader {
        VariantHeader(
            name: name,
            role: role,
            isControl: isControl,
            handler: name,
            summary: "Does it \(name).",
            topic: "topic-" + name,
            replicas: 2,
            memoryLimit: 1 << 28,
            segments: [
                SegmentHeader(name: "start", start: 0, handler: name, replicas: 2, memoryLimit: 1 << 28),
                SegmentHeader(name: "more", start: 3_000, handler: name, replicas: 4, memoryLimit: 1 << 30),
            ],
            predictions: [Prediction(kind: .plateau, metric: "heap", value: 7, note: "7 × 1")]
        )
    }
}

extension RunResult {
    static func example(of header: RunHeader) -> RunResult {
        var suspect = VariantResult(name: "per-event", role: .suspect, control: false)
        suspect.verdict = .leaking
        suspect.flagged = true
        suspect.rss.bytesPerEvent = Estimate(estimate: .infinity, low: 1.5, high: .infinity)
        var fix = VariantResult(name: "singleton", role: .fix, control: true)
        fix.verdict = .bounded
        return RunResult(
            run: header.id,
            scenario: header.scenario,
            timeScale: header.timeScale,
            seed: header.seed,
            valid: true,
            invalidBecause: [],
            broker: header.broker,
            lab: LabFootprint(),
            variants: [suspect, fix],
            expectations: [],
            exitStatus: 0
        )
    }
}

extension HistogramSnapshot {
    static func of(_ values: UInt64...) -> HistogramSnapshot {
        values.reduce(into: HistogramSnapshot()) { $0.record($1) }
    }
}

enum FileNames {
    static func of(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
}
