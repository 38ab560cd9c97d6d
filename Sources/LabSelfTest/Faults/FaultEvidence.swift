import LabCore
import LabEngine

/// What was seen of one run behind a bad connection, from outside and from what it said of itself.
struct FaultEvidence: Sendable {
    /// Requests that the fault hit.
    var struck: Int
    /// Events in each variant's topic when the run was over, by a client that does not go through the front; without those that nobody
    /// made.
    var counted: [String: Int]
    /// Of the lab.
    var exitStatus: Int32
    var result: RunResult?
    /// What the lab said where there is no result.
    var complaint: String?
    /// Of processes and files two seconds after the lab's end.
    var leftovers: [String]

    /// Everything that must not be, in words; empty for a run that came out as it should.
    func problems(of cell: FaultCell) -> [String] {
        (result.map { problems(of: $0, cell) } ?? problemsWithoutResult)
            + leftovers.map { "left behind: \($0)" }
    }

    private var problemsWithoutResult: [String] {
        guard let complaint else { return ["status \(exitStatus), no result and no word of why"] }
        return Self.names(complaint) ? [] : ["ended with a reason that names no broker: \(complaint)"]
    }

    private func problems(of result: RunResult, _ cell: FaultCell) -> [String] {
        var problems: [String] = []
        for variant in result.variants {
            let events = variant.events
            if let lost = events.lost, events.processed + lost != events.produced {
                problems.append(
                    "\(variant.name): \(events.produced) produced, but \(events.processed) handled and \(lost) lost"
                )
            }
            if result.valid { problems += ofValid(variant) }
        }
        guard !result.valid else { return problems }
        for reason in result.invalidBecause where reason.contains("somebody else") {
            problems.append("invalid with a reason that is none: \(reason)")
        }
        if !result.invalidBecause.contains(where: Self.names) {
            problems.append(
                "invalid with a reason that names no broker: \(result.invalidBecause.joined(separator: "; "))"
            )
        }
        return problems
    }

    /// A valid run has produced and handled everything, and knows what its topics hold.
    private func ofValid(_ variant: VariantResult) -> [String] {
        let events = variant.events
        var problems: [String] = []
        if events.produced != FaultScenario.events {
            problems.append("valid, though \(variant.name) got \(events.produced) of \(FaultScenario.events)")
        }
        if let lost = events.lost, lost > 0 {
            problems.append("valid, though \(variant.name) lost \(lost), which no handler did")
        }
        let strays = [events.corrupt, events.outOfOrder, events.wrongPartition, events.unexpected]
        if strays.contains(where: { ($0 ?? 0) > 0 }) {
            problems.append("valid, though events of \(variant.name) are not what was written: \(strays)")
        }
        let counted = counted[variant.name]
        let copies = (counted ?? 0) - events.produced
        if copies < 0 || copies > (events.duplicated ?? 0) {
            problems.append(
                "valid, though the topic of \(variant.name) has \(counted.map(String.init) ?? "no known number of") events, "
                    + "\(events.produced) produced and \(events.duplicated.map(String.init) ?? "unknown") of them twice"
            )
        }
        return problems
    }

    /// Whether a reason is about what the fault can do: to the broker, to the way there, to its topics or to what they hold.
    static func names(_ reason: String) -> Bool {
        ["broker", "topic", "events came to", "connect", "librdkafka", "metadata"]
            .contains { reason.lowercased().contains($0) }
    }
}
