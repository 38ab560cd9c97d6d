import LabCore
import LabEngine
import LabPod
import LabTelemetry

/// What the pod's loop costs for each event, over a loop that does nothing but take messages in batches.
///
/// Both loops run on messages that librdkafka has fetched before the clock starts, each in a process of its own, in
/// turn. The clock is that of the loop's thread, so others on the machine do not count.
struct HarnessBenchmark: Benchmark {
    let name = "harness"
    let summary = "the pod's loop minus a bare batch loop, per event"

    static let events = 400_000
    static let partitions = 8
    private static let topic = "harness"
    private static let legs = 7
    private static let target = 0.3
    private static let legLimit = Duration.seconds(30)

    func run(in bench: Workbench) async throws -> [Figure] {
        try await bench.withBroker(topics: ["\(Self.topic):\(Self.partitions)"]) { servers in
            try await Preload(topic: Self.topic, partitions: Self.partitions, events: Self.events).run(
                bench,
                servers
            )
            var loops: [Double] = []
            var bare: [Double] = []
            for leg in 0..<Self.legs {
                loops.append(try await microseconds("harness", bench, servers, leg: leg))
                bare.append(try await microseconds("bare", bench, servers, leg: leg))
            }
            return figures(loops: loops, bare: bare)
        }
    }

    private func figures(loops: [Double], bare: [Double]) -> [Figure] {
        let differences = zip(loops, bare).map { $0 - $1 }
        let text: (Double) -> String = { "\(decimal($0, places: 3)) µs" }
        return [
            .atMost(
                Self.target,
                "pod's loop minus bare loop, median of \(Self.legs) pairs",
                median(differences),
                detail: differences.map { decimal($0, places: 3) }.joined(separator: " "),
                text: text
            ),
            Figure(name: "pod's loop, no-op handler, ledger and scopes", value: text(median(loops))),
            Figure(name: "bare batch loop", value: text(median(bare))),
        ]
    }

    private func microseconds(
        _ verb: String,
        _ bench: Workbench,
        _ servers: String,
        leg: Int
    ) async throws -> Double {
        let name = "\(verb)-\(leg)"
        let (page, ledger) = (bench.scratch.file("\(name).page"), bench.scratch.file("\(name).ledger"))
        _ = try TelemetryPage.create(at: page)
        _ = try Ledger.create(
            at: ledger,
            bases: Array(repeating: 0, count: Self.partitions),
            capacityPerPartition: Self.events
        )
        let configuration = PodConfiguration(
            name: name,
            incident: "",
            handler: "",
            seed: 1,
            timeScale: .realTime,
            properties: ClientProfile.consumer(
                bootstrapServers: servers,
                group: name,
                prefetch: .bounded(messages: 1_000_000, bytes: .mebibytes(2_000)),
                offsetReset: "earliest",
                // Once all is fetched, nothing shall run beside the loop.
                overrides: [LabelledValue("fetch.wait.max.ms", "500")]
            ),
            topic: Self.topic,
            assignment: .fixed(partitions: (0..<Int32(Self.partitions)).map(\.self)),
            concurrency: 1,
            commitInterval: 1,
            heapInterval: 1,
            telemetryPath: page,
            ledgerPath: ledger
        )
        let child = try bench.pod(bench.ownPath, verb, configuration)
        let output = try await bench.finish(child, within: Self.legLimit)
        guard let value = LoopTime.read(from: output) else {
            throw LabError("\(verb): no time, its last words: \(output.lastLine)")
        }
        return value
    }
}
