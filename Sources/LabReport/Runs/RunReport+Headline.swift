import LabCore

extension RunReport {
    /// The outcome in one or two sentences: which variants leak, which are bounded; a quick form says that it was one.
    package var headline: String {
        recording.header.form == .quick ? "Quick form: \(outcome)" : outcome
    }

    private var outcome: String {
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
        .compactMap { $0 }.joined(separator: " ") + result.variants.compactMap(stepSentence).joined()
            + (result.until.map { " \($0.sentence(isOpen: !inconclusive.isEmpty))" } ?? "")
    }

    /// What came of each step, such as ` Step by step, production leaks in start and mitigation, is bounded in fix.`;
    /// `nil` for a variant that takes none.
    private func stepSentence(_ variant: VariantResult) -> String? {
        guard variant.segments.count > 1 else { return nil }
        func clause(_ verb: String, _ verdict: Verdict) -> String? {
            let names = variant.segments.filter { $0.verdict == verdict }.map(\.name)
            return listed(names).map { "\(verb) in \($0)" }
        }
        let clauses = [
            clause("leaks", .leaking), clause("is bounded", .bounded),
            clause("is inconclusive", .inconclusive),
        ]
        return " Step by step, \(variant.name) \(clauses.compactMap(\.self).joined(separator: ", "))."
    }

    var expectationsSummary: String? { result.expectations.summary }

    /// Why the exit status is another one than 0, where the reports do not say so elsewhere: neither by an expectation that is not
    /// met nor by the reasons for an invalid run.
    var exitReasons: [String] {
        guard result.valid, result.expectations.allSatisfy(\.isHeld) else { return [] }
        return result.exitBecause
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
        listed(names).map { "\($0) \(names.count == 1 ? singular : plural)." }
    }

    private func listed(_ names: [String]) -> String? {
        guard let last = names.last, names.count > 1 else { return names.last }
        return "\(names.dropLast().joined(separator: ", ")) and \(last)"
    }
}

extension UntilDecided {
    /// Such as “Decided after 18 s”.
    ///
    /// `isOpen` tells that the whole of the run leaves a verdict open all the same.
    func sentence(isOpen: Bool) -> String {
        if let seconds = decidedAfterSeconds {
            let time = Figure.duration(seconds.rounded())
            return isOpen
                ? "Decided at a look after \(time), not by the whole run." : "Decided after \(time)."
        }
        let open = undecided.isEmpty ? "" : " Open: \(undecided.joined(separator: ", "))."
        let limit = "Not decided in the \(Figure.duration(atMostSeconds)) that were allowed."
        return (ended == .atMost ? limit : "Ended before it was decided.") + open
    }

    /// Such as `decided at look 4 of at most 19, at 99.83 % each`.
    var facts: String {
        let confidence = confidence.map { ", the last one at \(percent($0, places: 2))" } ?? ""
        return "\(ended.rawValue): \(looks.count) of at most \(plannedLooks) looks\(confidence)"
    }
}
