import ArgumentParser
import LabCore
import LabReport

extension ReportFormat: ExpressibleByArgument {
    /// By its name.
    public init?(argument: String) {
        guard let format = ReportFormat.named(argument) else { return nil }
        self = format
    }

    /// All names.
    public static var allValueStrings: [String] { ReportFormat.all.map(\.name) }

    /// Its name.
    public var defaultValueDescription: String { name }
}

/// How and where a document is printed: the same for every command that has one.
struct OutputOptions: ParsableArguments {
    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "Print the result so; junit and github (annotations) only what checks something, svg (the curves of one metric) only a run. Without it the ending of --output decides, else it is text.",
            valueName: "format"
        )
    )
    var chosenFormat: ReportFormat?

    @Option(
        help: ArgumentHelp("Use colours: auto, always or never; NO_COLOR is honoured.", valueName: "when")
    )
    var color: ColorChoice = .auto

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("Write to this file instead of standard output.", valueName: "file")
    )
    var destination: String?

    /// As asked for, else as the file's ending says, else text.
    var format: ReportFormat {
        chosenFormat ?? destination.flatMap(ReportFormat.ofFile) ?? ReportFormat.all[0]
    }

    /// Refuses a format that documents of this kind do not have, before anything is run.
    func check(for subject: any Reportable.Type) throws {
        guard subject.parts.isSuperset(of: format.needs) else {
            let formats = ReportFormat.supported(by: subject.parts).map(\.name)
            throw ValidationError(
                "\(chosenFormat == nil ? "--output" : "--format"): \(subject.kind) can be \(formats.joined(separator: ", ")), not \(format.name)."
            )
        }
    }

    /// - Throws: ``LabError`` if there is no such curve, or the file cannot be written.
    func write(_ subject: some Reportable, curve: String = ReportChart.rss.rawValue) throws {
        let style = color.style(isTerminal: StandardOutput.isTerminal && destination == nil)
        let appearance = Appearance(width: StandardOutput.width, style: style, curve: curve)
        let document = subject.document
        let text = try format.render(document, appearance)
        if let destination {
            try ReportFile.write(text, to: destination)
        } else {
            try StandardOutput.write(text)
        }
        // A picture has no room for what comes with a document.
        guard format.needs.contains(.curves) else { return }
        for part in document.appendices {
            StandardError.write("\n" + (try ReportFormat.all[0].render(part, appearance)))
        }
    }
}

/// Which curve is shown, where only one is.
struct CurveOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "With --format svg: rss, charge, heap, tasks, lag, age, rate, or a metric of the run.",
            valueName: "metric"
        )
    )
    var chart = ReportChart.rss.rawValue
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
