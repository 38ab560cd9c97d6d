package import LabCore

extension RunResult {
    /// The finished document: with its expectations, and the exit status that follows. The first that applies counts:
    ///
    /// 1. 130: the run was interrupted. 1: the lab failed.
    /// 2. 3: the run is invalid, or was never finished. Whatever it shows may be the lab's doing.
    /// 3. 2: something is not as expected of variants with a verdict, or more kills of one without. Another variant's
    ///    missing verdict does not hide it.
    /// 4. 3: a judged variant is inconclusive. Without expectations all are judged but suspects that are flagged; with them those that an
    ///    expectation names, unless one is met that asks for this variant's verdict, or for the flag that it has.
    ///
    /// Expectations that do not apply, since somebody changed the run on its way, count for nothing.
    /// 5. 0.
    package func concluded(with expectations: [ExpectationResult], state: RunState) -> RunResult {
        var result = self
        result.expectations = expectations
        let conclusion = conclusion(expectations, state: state)
        (result.exitStatus, result.exitBecause) = (conclusion.status.rawValue, conclusion.because)
        return result
    }

    private func conclusion(
        _ expectations: [ExpectationResult],
        state: RunState
    ) -> (status: ExitStatus, because: [String]) {
        switch state {
        case .interrupted: return (.interrupted, ["the run was interrupted"])
        case .failed: return (.labFailed, ["the lab failed"] + invalidBecause)
        case .recording: return (.inconclusive, ["the run was never finished"] + invalidBecause)
        case .finished: break
        }
        guard valid else {
            return (.inconclusive, ["the run is invalid"] + invalidBecause)
        }
        let applicable = expectations.filter { $0.notApplicable == nil }
        guard expectations.isEmpty || !applicable.isEmpty else { return (.success, []) }
        let definite = surprises(applicable)
        if !definite.isEmpty { return (.expectationsNotMet, definite) }
        let open = openVerdicts(applicable)
        if !open.isEmpty { return (.inconclusive, open) }
        let unmet = applicable.filter { !$0.met }
        return unmet.isEmpty ? (.success, []) : (.expectationsNotMet, unmet.map(\.complaint))
    }

    /// What is not as expected, whatever variants without a verdict may be.
    private func surprises(_ expectations: [ExpectationResult]) -> [String] {
        guard !expectations.isEmpty else { return variants.flatMap(surprises) }
        return expectations.filter { expectation in
            let isOpen = variants.contains { $0.verdict == .inconclusive && expectation.names($0) }
            return !expectation.met && (!isOpen || expectation.isSettled)
        }
        .map(\.complaint)
    }

    /// Where a scenario expects nothing: a suspect is flagged; any other variant is not, loses nothing, and fails no more
    /// events than the load explains.
    private func surprises(of variant: VariantResult) -> [String] {
        guard variant.role != .suspect else {
            return variant.flagged || variant.verdict == .inconclusive
                ? [] : ["\(variant.name) is a suspect and is not flagged: it is \(variant.verdict.rawValue)"]
        }
        let name = "\(variant.name) is a \(variant.role.rawValue) and"
        let lost = variant.events.lost ?? 0
        return [
            variant.flagged ? "\(name) \(flag(of: variant))" : nil,
            lost > 0 ? "\(name) lost \(grouped(lost)) events" : nil,
            failures(of: variant).map { "\(name) \($0)" },
        ]
        .compactMap(\.self)
    }

    private func flag(of variant: VariantResult) -> String {
        let isLeaking = variant.verdict == .leaking
        let reason = isLeaking ? variant.because.first : variant.findings.compactMap(\.reason).first
        return (isLeaking ? "leaks" : "is flagged") + (reason.map { ": \($0)" } ?? "")
    }

    private func failures(of variant: VariantResult) -> String? {
        let others = variants.filter { $0.name != variant.name }
        guard let failed = variant.failedEvents,
            failed.isExcessive(
                beside: others.compactMap(\.failedEvents),
                confidence: AnalysisSettings.standard.confidence
            )
        else { return nil }
        let comparison = others.compactMap { other in other.failedEvents.map { (other.name, $0) } }
            .filter { $0.1.handled > 0 }.min { $0.1.share < $1.1.share }
        return "failed \(failed.text)" + (comparison.map { "; \($0.0) failed \($0.1.text)" } ?? "")
    }

    private func openVerdicts(_ expectations: [ExpectationResult]) -> [String] {
        let open = variants.filter { $0.verdict == .inconclusive }.filter { variant in
            guard !expectations.isEmpty else { return variant.role != .suspect || !variant.flagged }
            let own = expectations.filter { $0.names(variant) }
            return !own.isEmpty
                && !own.contains { expectation in
                    // That it is not flagged does not show that it leaks nothing.
                    let isFlag = variant.flagged && expectation.reads("\(variant.name).flagged")
                    return expectation.met && (isFlag || expectation.reads("\(variant.name).verdict"))
                }
        }
        return open.map { variant in
            "\(variant.name) came to no verdict" + (variant.because.first.map { ": \($0)" } ?? "")
        }
    }
}

extension ExpectationResult {
    /// Such as `expected fix.events.lost == 0, observed: 3`.
    fileprivate var complaint: String { "expected \(text), observed: \(observedText ?? "unknown")" }

    private var words: [Substring] { text.split(whereSeparator: \.isWhitespace) }

    /// The expression reads a figure of this variant: `singleton.verdict == bounded`.
    fileprivate func names(_ variant: VariantResult) -> Bool {
        words.contains { $0.hasPrefix("\(variant.name).") }
    }

    /// A count of kills is beyond what was expected: no longer run takes that back, and it needs no verdict.
    fileprivate var isSettled: Bool {
        guard words.count == 3, let path = words.first, let limit = Double(words[2]),
            let count = observed.flatMap({ Double($0.filter { $0 != "," }) })
        else { return false }
        let isCount = [".pods.oomKills", ".pods.workerOOMKills"].contains { path.hasSuffix($0) }
        return isCount
            && (words[1] == "<" ? count >= limit : ["==", "<="].contains(words[1]) && count > limit)
    }

    fileprivate func reads(_ path: String) -> Bool { words.contains { $0 == path } }
}
