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
