package import LabCore

/// Results as the workflow commands that GitHub Actions turns into annotations: `::error title=…::…`.
///
/// Values are escaped as the runner reads them (actions/toolkit, `packages/core/src/command.ts`), so that no name can end
/// its annotation or begin another command.
package enum GitHubAnnotations {
    /// One error for each line that is worse, a warning for each that is unknown, and what it comes to.
    package static func render(_ comparison: ComparisonResult) -> String {
        let level = comparison.exitStatus == 0 ? "notice" : "error"
        var commands = [
            command(level, "leaklab compare: \(comparison.outcome.rawValue)", comparison.headline)
        ]
        for pair in comparison.pairs {
            for line in pair.lines {
                let title =
                    "\(comparison.heading(of: pair)): \(line.metric.title) is \(line.outcome.rawValue)"
                if line.outcome == .worse {
                    // Of several candidates the one that is chosen is worse in nothing.
                    let level = comparison.exitStatus == 0 ? "warning" : "error"
                    commands.append(command(level, title, line.summary))
                }
                if line.outcome == .unknown {
                    commands.append(command("warning", title, line.note ?? line.summary))
                }
            }
        }
        commands += comparison.notes.map { command("notice", "leaklab compare", $0) }
        return commands.joined()
    }

    /// One error for each expectation that is not met, for an invalid run and for whatever else makes the exit status another
    /// one than 0, a warning for each variant without a verdict.
    package static func render(_ report: RunReport) -> String {
        let result = report.result
        let level = result.exitStatus == 0 ? "notice" : "error"
        let expected = report.expectationsSummary.map { " \($0)." } ?? ""
        var commands = [command(level, "leaklab: \(result.scenario)", report.headline + expected)]
        commands += report.reasonsForInvalidity.map { command("error", "leaklab: invalid run", $0) }
        commands += unmet(result.expectations) + reasons(result.exitBecause, for: result.expectations)
        commands += result.variants.filter { $0.verdict == .inconclusive }.map {
            command(
                "warning",
                "leaklab: \($0.name) came to no verdict",
                $0.because.joined(separator: "; ")
            )
        }
        return commands.joined()
    }

    static func unmet(_ expectations: [ExpectationResult]) -> [String] {
        expectations.filter { !$0.met }.map {
            command(
                "error",
                "leaklab: expectation not met",
                "\($0.text) (observed: \($0.observed ?? "unknown"))"
            )
        }
    }

    /// Why the exit status is not 0, where no unmet expectation says so already.
    static func reasons(_ because: [String], for expectations: [ExpectationResult]) -> [String] {
        guard expectations.allSatisfy(\.met) else { return [] }
        return because.map { command("error", "leaklab: not as expected", $0) }
    }

    static func command(_ level: String, _ title: String, _ message: String) -> String {
        "::\(level) title=\(escaped(title, isProperty: true))::\(escaped(message, isProperty: false))\n"
    }

    private static func escaped(_ text: String, isProperty: Bool) -> String {
        var result = ""
        for scalar in VisibleText.block(text).unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            case ":" where isProperty: result += "%3A"
            case "," where isProperty: result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
