package import LabCore

extension JUnitReport {
    /// Several repetitions as a JUnit test suite: one case for their validity and one for each expectation.
    package static func render(_ result: RepetitionsResult) -> String {
        let name = "leaklab.\(result.scenario)"
        func testCase(_ title: String, _ failure: String?) -> Markup {
            tag(
                "testcase",
                [Attribute("classname", name), Attribute("name", title)],
                failure.map { [tag("failure", Attribute("message", $0))] } ?? []
            )
        }
        let validity = testCase(
            "the repetitions are valid",
            result.valid ? nil : result.invalidBecause.joined(separator: "; ")
        )
        let cases =
            [validity]
            + result.expectations.map { expectation in
                testCase(
                    expectation.text,
                    expectation.met ? nil : "observed: \(expectation.observed ?? "unknown")"
                )
            }
        let failures = result.expectations.count { !$0.met } + (result.valid ? 0 : 1)
        let suite = tag(
            "testsuite",
            [
                Attribute("name", "leaklab \(result.scenario), repeated"), Attribute("id", result.id),
                Attribute("tests", "\(cases.count)"), Attribute("failures", "\(failures)"),
            ],
            cases + [tag("system-out") { RepetitionsTextReport.render(result, width: 120) }]
        )
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + MarkupWriter.text(of: suite)
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
        commands += result.expectations.filter { !$0.met }.map {
            command(
                "error",
                "leaklab: expectation not met",
                "\($0.text) (observed: \($0.observed ?? "unknown"))"
            )
        }
        commands += result.variants.filter { $0.verdict == .inconclusive }.map {
            command("warning", "leaklab: \($0.name) came to no verdict", $0.because.joined(separator: "; "))
        }
        commands += result.repetitions.filter { $0.use != .used }.map {
            command("warning", "leaklab: repetition \($0.number), run \($0.run)", $0.outcome)
        }
        return commands.joined()
    }
}
