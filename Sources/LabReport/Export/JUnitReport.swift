import LabCore

/// A run as a JUnit test suite, which continuous integration shows next to other tests: one case for the run's
/// validity and one for each expectation.
package enum JUnitReport {
    package static func render(_ report: RunReport) -> String {
        let result = report.result
        let failures = result.expectations.count { !$0.met } + (result.valid ? 0 : 1)
        let cases = [validity(report)] + result.expectations.map { expectation(report, $0) }
        let suite = tag(
            "testsuite",
            [
                Attribute("name", "leaklab \(result.scenario)"), Attribute("id", result.run),
                Attribute("tests", "\(cases.count)"), Attribute("failures", "\(failures)"),
                Attribute("time", decimal(Double(report.end) / 1e9, places: 3)),
            ],
            cases + [tag("system-out") { TextReport.render(report) }]
        )
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + MarkupWriter.text(of: suite)
    }

    private static func validity(_ report: RunReport) -> Markup {
        testCase(
            report,
            "the run is valid",
            report.result.valid ? nil : report.reasonsForInvalidity.joined(separator: "; ")
        )
    }

    private static func expectation(_ report: RunReport, _ expectation: ExpectationResult) -> Markup {
        let observed = "observed: \(expectation.observed ?? "unknown")"
        return testCase(report, expectation.text, expectation.met ? nil : observed)
    }

    private static func testCase(_ report: RunReport, _ name: String, _ failure: String?) -> Markup {
        let attributes = [
            Attribute("classname", "leaklab.\(report.result.scenario)"), Attribute("name", name),
        ]
        let failed = failure.map { [tag("failure", Attribute("message", $0))] }
        return tag("testcase", attributes, failed ?? [])
    }
}
