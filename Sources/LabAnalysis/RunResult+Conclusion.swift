package import LabCore

extension RunResult {
    /// The finished document: with its expectations, and the exit status that follows. The first that applies counts:
    ///
    /// 1. 130: the run was interrupted. 1: the lab failed.
    /// 2. 3: the run is invalid, or was never finished. Whatever it shows may be the lab's doing.
    /// 3. 2: something is not as expected of variants with a verdict. Another variant's missing verdict does not hide it.
    /// 4. 3: a judged variant is inconclusive. Without expectations all are judged; with them those that an expectation
    ///    names, unless one that asks for this variant's verdict is met.
    /// 5. 0.
    package func concluded(with expectations: [ExpectationResult], state: RunState) -> RunResult {
        var result = self
        result.expectations = expectations
        result.exitStatus = status(expectations, state: state).rawValue
        return result
    }

    private func status(_ expectations: [ExpectationResult], state: RunState) -> ExitStatus {
        switch state {
        case .interrupted: return .interrupted
        case .failed: return .labFailed
        case .recording: return .inconclusive
        case .finished: break
        }
        guard valid else { return .inconclusive }
        if isDefinitelyUnexpected(expectations) { return .expectationsNotMet }
        if hasOpenVerdict(expectations) { return .inconclusive }
        return expectations.allSatisfy(\.met) ? .success : .expectationsNotMet
    }

    private func isDefinitelyUnexpected(_ expectations: [ExpectationResult]) -> Bool {
        guard !expectations.isEmpty else {
            return variants.contains { $0.role != .suspect && ($0.flagged || ($0.events.lost ?? 0) > 0) }
        }
        return expectations.contains { expectation in
            !expectation.met && !variants.contains { $0.verdict == .inconclusive && expectation.names($0) }
        }
    }

    private func hasOpenVerdict(_ expectations: [ExpectationResult]) -> Bool {
        variants.filter { $0.verdict == .inconclusive }.contains { variant in
            let own = expectations.filter { $0.names(variant) }
            let isJudged = expectations.isEmpty || !own.isEmpty
            return isJudged && !own.contains { $0.met && $0.reads("\(variant.name).verdict") }
        }
    }
}

extension ExpectationResult {
    private var words: [Substring] { text.split(whereSeparator: \.isWhitespace) }

    /// The expression reads a figure of this variant: `singleton.verdict == bounded`.
    fileprivate func names(_ variant: VariantResult) -> Bool {
        words.contains { $0.hasPrefix("\(variant.name).") }
    }

    fileprivate func reads(_ path: String) -> Bool { words.contains { $0 == path } }
}
