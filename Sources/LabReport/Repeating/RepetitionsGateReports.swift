package import LabCore

extension JUnitReport {
    /// Several repetitions as a JUnit test suite: one case for their validity, one for each expectation, and one for the exit status.
    package static func render(_ result: RepetitionsResult) -> String {
        JUnitSuite(
            name: "leaklab \(result.scenario), repeated",
            id: result.id,
            classname: "leaklab.\(result.scenario)",
            cases: [
                .init(
                    named: "the repetitions are valid",
                    isValid: result.valid,
                    because: result.invalidBecause
                )
            ] + result.expectations.map(JUnitSuite.Case.init)
                + [.init(exitStatus: result.exitStatus, because: result.exitBecause)],
            output: RepetitionsTextReport.render(result, width: 120)
        )
        .text
    }

    /// Several documents as one, each a test suite of it.
    package static func joined(_ documents: [String]) -> String {
        let bodies = documents.map { document -> String in
            let lines = document.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let body = lines.dropFirst().joined()
            return body.hasSuffix("\n") ? body : body + "\n"
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n" + bodies.joined()
            + "</testsuites>\n"
    }
}

extension GitHubAnnotations {
    /// One error for each expectation that is not met and for repetitions that say nothing, a warning for each variant without a
    /// verdict and for each run that could not be used.
    package static func render(_ result: RepetitionsResult) -> String {
        let level = result.exitStatus == 0 ? "notice" : "error"
        let expected = result.expectationsSummary.map { " \($0)." } ?? ""
        var commands = [command(level, "leaklab: \(result.scenario)", result.headline + expected)]
        commands += result.invalidBecause.map { command("error", "leaklab: invalid repetitions", $0) }
        commands += unmet(result.expectations) + reasons(result.exitBecause, for: result.expectations)
        commands += result.variants.filter { $0.verdict == .inconclusive }.map {
            command("warning", "leaklab: \($0.name) came to no verdict", $0.because.joined(separator: "; "))
        }
        commands += result.repetitions.filter { $0.use != .used }.map {
            command("warning", "leaklab: repetition \($0.number), run \($0.run)", $0.outcome)
        }
        return commands.joined()
    }
}
