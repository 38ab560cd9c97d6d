import ArgumentParser
import LabCore
import LabIncidents
import LabReport

/// Lists the incidents, or tells one.
struct IncidentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "List the incidents, or tell the story of one.",
        discussion: """
            Example:
              \(Program.name) incidents service-per-event
            """
    )

    @Argument(help: ArgumentHelp("The incident to tell.", valueName: "name"))
    var name: String?

    func run() throws {
        guard let name else {
            let rows = IncidentLibrary.all.map { incident in
                [incident.name, incident.handlers.map(\.name).joined(separator: ", "), incident.summary]
            }
            StandardOutput.write(TextTable.listing(rows, header: ["INCIDENT", "HANDLERS", "WHAT HAPPENS"]))
            return
        }
        guard let incident = IncidentLibrary.named(name) else {
            throw LabError(
                "there is no incident “\(name)”",
                hint: "Incidents: \(IncidentLibrary.all.map(\.name).joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        StandardOutput.write(IncidentStory.render(incident, width: min(StandardOutput.width, 100)))
    }
}

/// An incident as a person reads it in a terminal.
enum IncidentStory {
    static func render(_ incident: Incident, width: Int) -> String {
        var text = "\(incident.title)\n\n"
        for paragraph in incident.story { text += wrapped(paragraph, width: width, hanging: 0) + "\n\n" }
        if !incident.mechanism.isEmpty {
            text += "Mechanism\n" + wrapped(incident.mechanism, width: width, indent: "  ", hanging: 0)
            text += "\n\n"
        }
        text += "Handlers\n"
        for handler in incident.handlers {
            let role =
                handler.defaultIsControl
                ? "\(handler.defaultRole.rawValue), control" : handler.defaultRole.rawValue
            text +=
                wrapped("\(handler.name) (\(role)): \(handler.summary)", width: width, indent: "  ") + "\n"
        }
        if let companion = incident.companion {
            text += "\nBeside the pods of each variant\n"
            text += wrapped(companion.summary, width: width, indent: "  ") + "\n"
        }
        if !incident.world.isEmpty {
            text += "\nWhat phases can change\n"
            for variable in incident.world {
                let line = "\(variable.name) (\(variable.notation)): \(variable.help)"
                text += wrapped(line, width: width, indent: "  ") + "\n"
            }
        }
        if !incident.parameters.isEmpty {
            text += "\nParameters\n"
            for parameter in incident.parameters {
                text +=
                    wrapped(
                        "\(parameter.name) (default \(parameter.defaultValue)): \(parameter.help)",
                        width: width,
                        indent: "  "
                    ) + "\n"
            }
        }
        if !incident.originalFigures.isEmpty {
            text += "\nMeasured on the original\n"
            for figure in incident.originalFigures { text += "  \(figure.label): \(figure.value)\n" }
        }
        guard CarriedScenarios.named(incident.name) != nil else {
            return text + "\nRun it with a scenario that says\n  incident: \(incident.name)\n"
        }
        return text + "\nRun it\n  \(Program.name) run \(incident.name)\n"
    }

    /// The first line is indented by `indent`, the others by `hanging` spaces more.
    private static func wrapped(
        _ text: String,
        width: Int,
        indent: String = "",
        hanging: Int = 2
    ) -> String {
        var lines: [String] = []
        var line = indent
        for word in text.split(whereSeparator: \.isWhitespace) {
            if line.count + word.count + 1 > width, line.count > indent.count {
                lines.append(line)
                line = indent + String(repeating: " ", count: hanging)
            }
            line += line.hasSuffix(" ") || line.isEmpty ? String(word) : " \(word)"
        }
        return (lines + [line]).joined(separator: "\n")
    }
}
