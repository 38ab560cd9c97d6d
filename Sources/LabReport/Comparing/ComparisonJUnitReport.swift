package import LabCore

extension JUnitReport {
    /// A comparison as a JUnit test suite: one case for each line, failed if it is worse, skipped if unknown.
    package static func render(_ comparison: ComparisonResult) -> String {
        let lines = comparison.pairs.flatMap { pair in pair.lines.map { (pair, $0) } }
        let cases = [whole(comparison)] + lines.map { line(comparison, $0.0, $0.1) }
        let failures = lines.count { $0.1.outcome == .worse } + (comparison.exitStatus == 0 ? 0 : 1)
        let suite = tag(
            "testsuite",
            [
                Attribute("name", "leaklab compare \(comparison.scenario)"),
                Attribute("id", comparison.candidate.run), Attribute("tests", "\(cases.count)"),
                Attribute("failures", "\(failures)"),
                Attribute("skipped", "\(lines.count { $0.1.outcome == .unknown })"),
            ],
            cases + [tag("system-out") { ComparisonTextReport.render(comparison, width: 120) }]
        )
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + MarkupWriter.text(of: suite)
    }

    private static func whole(_ comparison: ComparisonResult) -> Markup {
        let failed = tag("failure", Attribute("message", comparison.headline))
        return tag(
            "testcase",
            [
                Attribute("classname", "leaklab.\(comparison.scenario)"),
                Attribute("name", "the candidate can replace the base"),
            ],
            comparison.exitStatus == 0 ? [] : [failed]
        )
    }

    private static func line(
        _ comparison: ComparisonResult,
        _ pair: ComparisonResult.Pair,
        _ line: ComparisonResult.Line
    ) -> Markup {
        let name = "\(comparison.heading(of: pair)): \(line.metric.title)"
        let content: [Markup]
        switch line.outcome {
        case .worse: content = [tag("failure", Attribute("message", line.summary))]
        case .unknown: content = [tag("skipped", Attribute("message", line.note ?? line.summary))]
        case .better, .same, .mixed: content = []
        }
        return tag(
            "testcase",
            [Attribute("classname", "leaklab.\(comparison.scenario)"), Attribute("name", name)],
            content
        )
    }
}

extension ComparisonResult.Line {
    /// Such as `13.2 µs → 38.0 µs, +188 % (+180 % to +196 %), tolerance ± 20 %`.
    var summary: String {
        let values = "\(baseText) → \(candidateText)"
        guard effect != nil else { return values }
        return "\(values), \(effectText) (\(intervalText)), tolerance \(toleranceText)"
    }
}
