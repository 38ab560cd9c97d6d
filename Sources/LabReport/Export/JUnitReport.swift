import LabCore

/// A run as a JUnit test suite, which continuous integration shows next to other tests: one case for the run's
/// validity, one for each expectation, and one for the exit status, so that the suite is green with exit status 0 alone.
package enum JUnitReport {
    package static func render(_ report: RunReport) -> String {
        let result = report.result
        return JUnitSuite(
            name: "leaklab \(result.scenario)",
            id: result.run,
            time: decimal(Double(report.end) / 1e9, places: 3),
            classname: "leaklab.\(result.scenario)",
            cases: [
                .init(named: "the run is valid", isValid: result.valid, because: report.reasonsForInvalidity)
            ] + result.expectations.map(JUnitSuite.Case.init)
                + [.init(exitStatus: result.exitStatus, because: result.exitBecause)],
            output: TextReport.render(report)
        )
        .text
    }
}
