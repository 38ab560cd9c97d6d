import LabCluster
import LabCore

/// librdkafka's own load program, `rdkafka_performance`.
struct Peer: Sendable {
    let path: String

    /// - Throws: ``LabError`` if the program was not compiled.
    init(_ bench: Workbench) throws(LabError) {
        guard let path = bench.peer else {
            throw LabError(
                "rdkafka_performance is missing: its source comes with librdkafka-dev, see docs/benchmarks.md"
            )
        }
        self.path = path
    }

    /// The same properties as ours, one `-X` each; they come after the program's own defaults and win.
    static func properties(_ properties: [LabelledValue]) -> [String] {
        properties.flatMap { ["-X", "\($0.label)=\($0.value)"] }
    }

    /// Messages and milliseconds from the line that the program ends with:
    /// `% 5000000 messages produced (… bytes), … delivered (offset …, 0 failed) in 1632ms: …` or
    /// `% 5000000 messages (… bytes) consumed in 2418ms: …`.
    struct Summary: Hashable, Sendable {
        var messages: Int
        var milliseconds: Int

        var perSecond: Double { Double(messages) / Double(max(1, milliseconds)) * 1_000 }

        /// - Throws: ``LabError`` if the output has no such line.
        init(parsing output: String) throws(LabError) {
            for line in output.split(separator: "\n").reversed() {
                let words = line.split(separator: " ")
                guard words.count > 3, words[0] == "%", words[2] == "messages", let messages = Int(words[1]),
                    let place = words.firstIndex(where: { $0.hasSuffix("ms:") }),
                    let milliseconds = Int(words[place].dropLast(3))
                else { continue }
                self.messages = messages
                self.milliseconds = milliseconds
                return
            }
            throw LabError("rdkafka_performance: no summary, its last words: \(output.lastLine)")
        }
    }
}

/// Two sides measured in turn, A B A B …, so that what changes on the machine meets both.
struct AlternatedPairs: Sendable {
    static let count = 7

    private(set) var ours: [Double] = []
    private(set) var peers: [Double] = []

    /// `ours` and `peers` give the events per second of one leg, by the number of its pair.
    /// - Returns: the figures of both sides, pair by pair.
    /// - Throws: what a leg throws.
    static func measure(
        _ subject: String,
        ours: (Int) async throws -> Double,
        peers: (Int) async throws -> Double
    ) async throws -> AlternatedPairs {
        var pairs = AlternatedPairs()
        for pair in 0..<count {
            pairs.ours.append(try await ours(pair))
            pairs.peers.append(try await peers(pair))
            let ratio = decimal(pairs.ratios[pair], places: 3)
            Report.progress(
                "  \(subject) \(pair + 1)/\(count): \(abbreviated(pairs.ours[pair]))/s beside "
                    + "\(abbreviated(pairs.peers[pair]))/s, ratio \(ratio)"
            )
        }
        return pairs
    }

    var ratios: [Double] { zip(ours, peers).map { $0 / $1 } }

    func figures(atLeast target: Double, events: Int) -> [Figure] {
        let each = ratios.map { decimal($0, places: 3) }.joined(separator: " ")
        return [
            .atLeast(
                target,
                "ratio to rdkafka_performance, median of \(Self.count) pairs",
                median(ratios),
                detail: "\(each); \(grouped(events)) events a leg"
            ) { decimal($0, places: 3) },
            Figure(name: "LeakLab, median", value: "\(abbreviated(median(ours)))/s"),
            Figure(name: "rdkafka_performance, median", value: "\(abbreviated(median(peers)))/s"),
        ]
    }
}
