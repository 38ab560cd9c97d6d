import LabCore
import LabEngine

/// `leaklab produce` flat out, beside `rdkafka_performance -P`.
///
/// Both write events of 200 bytes with a key into the one partition of a topic that is new for each leg, with the
/// same client properties. Nothing is compressed, because the programs write different contents: the peer repeats one
/// value, ours makes each event anew, and a codec would compare the contents instead of the producers.
struct ProduceBenchmark: Benchmark {
    let name = "produce"
    let summary = "flat out, beside rdkafka_performance -P"

    static let events = 10_000_000
    static let payload = 200
    private static let target = 1.0
    private static let legLimit = Duration.seconds(60)

    func run(in bench: Workbench) async throws -> [Figure] {
        let peer = try Peer(bench)
        let pairs = 0..<AlternatedPairs.count
        let topics = pairs.flatMap { ["ours-\($0):1", "peer-\($0):1"] }
        return try await bench.withBroker(topics: topics) { servers in
            try await AlternatedPairs.measure(name) {
                try await ours(bench, servers, topic: "ours-\($0)")
            } peers: {
                try await peers(peer, bench, servers, topic: "peer-\($0)")
            }
        }
        .figures(atLeast: Self.target, events: Self.events)
    }

    private static let overrides = [LabelledValue("compression.codec", "none")]

    private func ours(_ bench: Workbench, _ servers: String, topic: String) async throws -> Double {
        let arguments = [
            "produce", "--bootstrap-servers", servers, "--topic", topic, "--partitions", "1", "--rate", "max",
            "--events", String(Self.events), "--payload", "\(Self.payload)B",
        ]
        let overrides = Self.overrides.flatMap { ["--kafka-property", "\($0.label)=\($0.value)"] }
        let output = try await bench.finish(
            bench.child(bench.leaklab, arguments + overrides, name: "produce"),
            within: Self.legLimit
        )
        return try Self.rate(in: output)
    }

    /// From `sent 5,000,000 events in 1.63 s, …`.
    private static func rate(in output: String) throws(LabError) -> Double {
        for line in output.split(separator: "\n") where line.hasPrefix("sent ") {
            let words = line.split(separator: " ")
            guard words.count > 4, let events = Double(words[1].filter { $0 != "," }),
                let seconds = Double(words[4]),
                seconds > 0
            else { continue }
            return events / seconds
        }
        throw LabError("leaklab produce: no summary, its last words: \(output.lastLine)")
    }

    private func peers(
        _ peer: Peer,
        _ bench: Workbench,
        _ servers: String,
        topic: String
    ) async throws -> Double {
        let properties = ClientProfile.producer(bootstrapServers: servers, overrides: Self.overrides)
        let arguments = [
            "-P", "-t", topic, "-p", "0", "-k", "p-12345", "-s", String(Self.payload), "-c",
            String(Self.events), "-q",
        ]
        let output = try await bench.finish(
            bench.child(peer.path, arguments + Peer.properties(properties), name: "peer"),
            within: Self.legLimit
        )
        return try Peer.Summary(parsing: output).perSecond
    }
}
