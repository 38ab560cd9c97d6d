import LabCore

extension RunReport {
    /// The outcome in one or two sentences: which variants leak, which are bounded.
    package var headline: String {
        guard result.valid else { return "The run is invalid: it says nothing about its variants." }
        guard !result.variants.isEmpty else { return "The run has no variants." }
        let leaking = names { $0.verdict == .leaking }
        let flagged = names { $0.verdict != .leaking && $0.flagged }
        let bounded = names { $0.verdict == .bounded && !$0.flagged }
        let inconclusive = names { $0.verdict == .inconclusive && !$0.flagged }
        return [
            sentence(leaking, "leaks", "leak"), sentence(flagged, "is flagged", "are flagged"),
            sentence(bounded, "is bounded", "are bounded"),
            sentence(inconclusive, "is inconclusive", "are inconclusive"),
        ]
        .compactMap { $0 }.joined(separator: " ")
    }

    /// Such as `4 of 5 expectations met`; `nil` for a scenario without any.
    package var expectationsSummary: String? {
        let all = result.expectations
        guard !all.isEmpty else { return nil }
        let noun = all.count == 1 ? "expectation" : "expectations"
        return "\(all.filter(\.met).count) of \(all.count) \(noun) met"
    }

    /// What the exit status says, such as `0: everything went as expected`.
    var exitStatusText: String {
        guard let status = ExitStatus(rawValue: result.exitStatus) else { return "\(result.exitStatus)" }
        return "\(result.exitStatus): \(status.meaning)"
    }

    /// Why the run cannot be trusted, the result's reasons first; empty for a valid one.
    var reasonsForInvalidity: [String] {
        let own = result.invalidBecause
        let reasons = own + recording.invalidBecause.filter { !own.contains($0) }
        return reasons.isEmpty && !result.valid ? ["no reason was recorded"] : reasons
    }

    private func names(where isIncluded: (VariantResult) -> Bool) -> [String] {
        result.variants.filter(isIncluded).map(\.name)
    }

    private func sentence(_ names: [String], _ singular: String, _ plural: String) -> String? {
        guard let last = names.last else { return nil }
        guard names.count > 1 else { return "\(last) \(singular)." }
        return "\(names.dropLast().joined(separator: ", ")) and \(last) \(plural)."
    }
}
