import ArgumentParser
import LabCore
import LabReport

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
    case markdown
    case html
    case junit
    /// Workflow commands that GitHub Actions shows as annotations.
    case github
    /// One curve as a picture.
    case svg
}

/// How results are printed.
struct OutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Print the result as text, json, markdown, html, junit, github (annotations) or svg (the curves of one metric).",
            valueName: "format"
        )
    )
    var format: OutputFormat = .text

    @Option(
        help: ArgumentHelp("Use colours: auto, always or never; NO_COLOR is honoured.", valueName: "when")
    )
    var color: ColorChoice = .auto

    @Option(
        help: ArgumentHelp(
            "With --format svg: rss, charge, heap, tasks, lag, age, rate, or a metric of the run.",
            valueName: "metric"
        )
    )
    var chart = ReportChart.rss.rawValue

    var style: TextStyle { color.style(isTerminal: StandardOutput.isTerminal) }

    func render(_ report: RunReport) throws -> String {
        switch format {
        case .text: TextReport.render(report, width: StandardOutput.width, style: style)
        case .json: try JSONReport.render(report.result)
        case .markdown: MarkdownReport.render(report)
        case .html: HTMLReport.render(report)
        case .junit: JUnitReport.render(report)
        case .github: GitHubAnnotations.render(report)
        case .svg: try picture(of: report)
        }
    }

    /// A run, and what a comparison with a baseline came to.
    func render(_ report: RunReport, with comparison: ComparisonResult?) throws -> String {
        guard let comparison else { return try render(report) }
        let own = try render(report)
        switch format {
        // The document has the comparison in it.
        case .json: return own
        case .text, .markdown, .github: return own + blankLine + render(comparison)
        case .junit: return JUnitReport.joined([own, JUnitReport.render(comparison)])
        case .html, .svg:
            StandardError.write("\n" + ComparisonTextReport.render(comparison, width: StandardOutput.width))
            return own
        }
    }

    /// Several repetitions, with what a comparison with a baseline came to.
    func render(_ result: RepetitionsResult) throws -> String {
        let own =
            switch format {
            case .text: RepetitionsTextReport.render(result, width: StandardOutput.width, style: style)
            case .json: try RepetitionsJSONReport.render(result)
            case .markdown: RepetitionsMarkdownReport.render(result)
            case .junit: JUnitReport.render(result)
            case .github: GitHubAnnotations.render(result)
            case .html, .svg:
                throw LabError(
                    "--format: several repetitions have no page and no curves of their own",
                    hint: "“\(Program.name) report RUN --format \(format.rawValue)” makes them of one run.",
                    exitStatus: .usage
                )
            }
        guard let comparison = result.comparison, format != .json else { return own }
        if format == .junit { return JUnitReport.joined([own, JUnitReport.render(comparison)]) }
        return own + blankLine + render(comparison)
    }

    private var blankLine: String { format == .github ? "" : "\n" }

    private func render(_ comparison: ComparisonResult) -> String {
        switch format {
        case .markdown: ComparisonMarkdownReport.render(comparison)
        case .github: GitHubAnnotations.render(comparison)
        default: ComparisonTextReport.render(comparison, width: StandardOutput.width, style: style)
        }
    }

    private func picture(of report: RunReport) throws(LabError) -> String {
        guard let picture = SVGChart.standalone(named: chart, of: report) else {
            throw LabError(
                "--chart: the run has no curves of “\(chart)”",
                hint: "It has: \(SVGChart.names(of: report).joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        return picture
    }
}

enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case always
    case never

    func style(isTerminal: Bool) -> TextStyle {
        switch self {
        case .always: .colored
        case .never: .plain
        case .auto:
            isTerminal && Environment.value("NO_COLOR")?.isEmpty != false
                && Environment.value("TERM") != "dumb"
                ? .colored : .plain
        }
    }
}
