import LabCore

/// A cell as a scenario: what `leaklab run` is given.
package struct ZooScenario: Sendable, Hashable {
    /// Where the programs of the zoo are, and where they note the truth.
    package struct Places: Sendable, Hashable {
        /// The interpreter and the script, or the program.
        package var python: [String]
        package var c: [String]
        /// A folder of the run's own; `nil` for none.
        package var truth: String?

        package init(python: [String], c: [String], truth: String?) {
            self.python = python
            self.c = c
            self.truth = truth
        }
    }

    /// The variant that behaves; the other one is the control.
    package static let subject = "subject"
    package static let control = "clean"

    private let cell: ZooCell
    private let length: Double

    /// - Parameters:
    ///   - cell: what is tried.
    ///   - length: how long events come, in seconds.
    package init(_ cell: ZooCell, length: Double) {
        self.cell = cell
        self.length = length
    }

    /// The scenario's YAML.
    package func text(_ places: Places) -> String {
        """
        # \(cell.isLeak ? "A leak" : "Bounded"): \(cell.summary).
        title: "Zoo: \(cell.name)"
        \(cell.language == .swift ? "incident: zoo\n" : "")workload:
          topic: zoo
          partitions: \(partitions)
          payload: {size: \(Self.payload(of: cell))B}
          keys: {count: 10k, distribution: uniform}
          phases:
        \(phases)
        pods: \(pods)
        verdict: \(verdict)
        variants:
          - name: \(Self.subject)
            role: \(cell.isLeak ? "suspect" : "fix")
        \(variant(isControl: false, places))
          - name: \(Self.control)
            role: fix
            control: true
        \(variant(isControl: true, places))

        """
    }

    private static func payload(of cell: ZooCell) -> Int { cell.limit == nil ? 200 : 100 }

    /// Under a limit one pod may never catch up, and the embedded broker keeps 5 MiB of each partition: so there are
    /// enough for all events of the long run.
    private var partitions: Int {
        if cell.replicas > 1 { return cell.replicas }
        guard cell.limit != nil else { return cell.load.highest >= 10_000 ? 16 : 4 }
        let bytes = cell.load.highest * 300 * Double(Self.payload(of: cell) + 50)
        return max(4, Int((bytes / Double(4 << 20)).rounded(.up)))
    }

    private var phases: String {
        let parts: [(rate: Double, seconds: Double)] =
            switch cell.load {
            case .steady(let rate): [(rate, length)]
            case .peak(let low, let high): [low, high, low].map { ($0, length / 3) }
            }
        return parts.map { part in
            "    - {duration: \(ZooParameter.number(part.seconds))s, rate: \(ZooParameter.number(part.rate))/s}"
        }.joined(separator: "\n")
    }

    private var pods: String {
        guard let limit = cell.limit else { return "{replicas: \(cell.replicas)}" }
        let restart = "{policy: always, backOff: 3s, longestBackOff: 3s}"
        return "{replicas: \(cell.replicas), memory: \(limit.bytes)B, restart: \(restart)}"
    }

    private var verdict: String {
        let tolerance = cell.tolerance.map { ", bytesPerEvent: \(ZooParameter.number($0))" } ?? ""
        return "{warmUp: 10s, hold: 5s\(tolerance)}"
    }

    private func variant(isControl: Bool, _ places: Places) -> String {
        let parameters = isControl ? [] : cell.behaviour.parameters(length: length)
        switch cell.language {
        case .swift:
            let handler = "    handler: \(isControl ? "clean" : "behaving")"
            guard !parameters.isEmpty else { return handler }
            return "\(handler)\n    parameters: {\(parameters.map(\.inScenario).joined(separator: ", "))}"
        case .python: return command(places.python, parameters, places)
        case .c: return command(places.c, parameters, places)
        }
    }

    private func command(_ program: [String], _ parameters: [ZooParameter], _ places: Places) -> String {
        let truth = places.truth.map { ["truth=\($0)/{{variant}}.{{pod}}.{{life}}"] } ?? []
        let words =
            program + ["{{bootstrapServers}}", "{{topic}}", "{{group}}"] + parameters.map(\.asArgument)
            + truth
        return "    command: [\(words.map { "\"\($0)\"" }.joined(separator: ", "))]"
    }
}
