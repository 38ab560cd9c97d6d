import Foundation
import LabAnalysis
import LabCluster
import LabCore
import LabRecording
import LabReport
import LabTelemetry

/// Inputs that are right, from which others are made.
enum FuzzCorpus {
    static let run = "20260101-000000-aaaa"

    static let base = """
        title: A scenario
        incident: service-per-event
        workload:
          topic: events
          partitions: 4
          phases:
            - {name: peak, duration: 20s, rate: 1000/s}
        verdict: {warmUp: 1s, oomLimit: 512MiB}
        pods: {memory: 128MiB, restart: {policy: always, backOff: 1s, longestBackOff: 10s}}
        variants:
          - {name: a, handler: per-event}
          - {name: b, handler: singleton, control: true}
        expect:
          - a.verdict == leaking
          - b.events.lost == 0
          - b.lag.final == 0
        quick:
          workload: {phases: [{duration: 5s, rate: 1000/s}]}
        """

    /// - Parameters:
    ///   - target: what is fed.
    ///   - scenarios: files that are valid.
    ///   - folder: for files of the corpus while they are made.
    /// - Returns: inputs that are right, from which others are made.
    /// - Throws: ``LabError`` if they cannot be.
    static func inputs(
        of target: FuzzTarget,
        scenarios: [String],
        in folder: String
    ) async throws -> [[UInt8]] {
        switch target {
        case .scenario: texts([base] + scenarios)
        case .override:
            texts([
                "seed=7", "variants.a.handler=singleton", "workload.phases.0.rate=5/s", "pods={replicas: 2}",
                "timeScale=2",
            ])
        case .expectation:
            texts([
                "a.verdict == leaking", "b.events.lost == 0", "a.charge.peakBytes < 128MiB",
                "b.lag.final <= 5",
            ])
        case .page: [try page(in: folder)]
        case .ledger: [try ledger(in: folder)]
        case .metrics:
            texts([
                "HTTP/1.0 200 OK\r\n\r\n# TYPE tasks gauge\ntasks{a=\"b\"} 17 1700000000\ncacheBytes 1e6\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ntasks 17\r\n0\r\n\r\n",
            ])
        case .envelope: texts([#"{"seq":42,"at":1700000000000000,"player":"p-12","items":""}"#])
        case .store: [try await recording(in: folder).bytes]
        case .result:
            [try JSONEncoder().encode(try await recording(in: folder).result)].map { Array($0) }
        case .baseline:
            texts([try BaselineDocument.text(of: try await recording(in: folder).measures.forFile)])
        }
    }

    private static func texts(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static func bytes(of path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func page(in folder: String) throws -> [UInt8] {
        let path = "\(folder)/seed.page"
        let page = try TelemetryPage.create(at: path, size: 64 << 10)
        page.counter("processed").add(17)
        page.gauge("heap", unit: .bytes).store(1 << 20)
        page.timedGauge("slow").store(3)
        let site = page.site("Service.init", kind: .task)
        _ = site
        page.histogram("latency").record(1_000, count: 5)
        return try bytes(of: path)
    }

    private static func ledger(in folder: String) throws -> [UInt8] {
        let path = "\(folder)/seed.ledger"
        let ledger = try Ledger.create(at: path, bases: [0, 10], capacityPerPartition: 1_024, runLength: 4)
        for offset in 0..<100 as Range<Int64> {
            ledger.markProduced(0, offset)
            ledger.markRead(0, offset, sequence: UInt64(offset))
            ledger.markProcessed(0, offset)
        }
        return try bytes(of: path)
    }

    private struct Recording {
        let bytes: [UInt8]
        let result: RunResult
        let measures: RunMeasures
    }

    private static func recording(in folder: String) async throws -> Recording {
        let store = RunStore(directory: "\(folder)/seed-store")
        let recorder = try store.create(header)
        let life = recorder.lifeStarted(
            variant: "a",
            pod: "a-0",
            ordinal: 0,
            memoryLimit: 1 << 28,
            life: 0,
            pid: 17,
            at: 0
        )
        for second in 0..<30 as Range<Int64> {
            for metric in [MetricName.rss, .heap, .tasks, .processed] {
                recorder.record(Double(second * 1_000), of: metric, subject: life, at: second * 1_000_000_000)
            }
        }
        recorder.record(event: TimelineEvent(at: 5, reason: "Started", object: "pod/a-0", message: "pid 17"))
        recorder.setLedger(LedgerCounts(), variant: "a")
        recorder.setProductionEnded(at: 30_000_000_000)
        try await recorder.finish(state: .finished, result: nil)
        let run = try store.open(run)
        let result = RunAnalysis().result(of: run)
        defer { Folder.remove(store.directory) }
        return Recording(
            bytes: try bytes(of: "\(store.directory)/\(Self.run)/run.sqlite"),
            result: result,
            measures: RunMeasures(of: run, result: result)
        )
    }

    private static var header: RunHeader {
        func variant(_ name: String, _ role: VariantRole) -> VariantHeader {
            VariantHeader(
                name: name,
                role: role,
                isControl: role == .fix,
                handler: name,
                summary: "",
                topic: name,
                replicas: 1,
                memoryLimit: 1 << 28,
                segments: [
                    SegmentHeader(name: "start", start: 0, handler: name, replicas: 1, memoryLimit: 1 << 28)
                ],
                predictions: []
            )
        }
        return RunHeader(
            id: run,
            startedAt: 1_767_225_600_000_000_000,
            scenario: "fuzz",
            title: "A scenario",
            incident: "service-per-event",
            scenarioText: base,
            overrides: [],
            seed: 1,
            timeScale: 1,
            broker: BrokerDescription(kind: "embedded", bootstrapServers: "127.0.0.1:9092"),
            memoryControl: "cgroup v2",
            environment: [],
            configuration: [],
            variants: [variant("a", .suspect), variant("b", .fix)],
            phases: [PhaseHeader(name: "peak", start: 0, end: 30_000_000_000, summary: "1000/s")],
            sampleInterval: 0.1,
            warmUp: 1,
            oomLimit: 1 << 28,
            expectations: []
        )
    }
}
