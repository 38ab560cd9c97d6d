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
