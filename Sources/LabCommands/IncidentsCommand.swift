import ArgumentParser
import LabCore
import LabIncidents
import LabReport
import LabScenario

/// Lists the incidents, or prints one.
struct IncidentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "incidents",
        abstract: "List the incidents, or print the story of one.",
        discussion: """
            Example:
              \(Program.name) incidents service-per-event
            """
    )

    @Argument(help: ArgumentHelp("The incident to print.", valueName: "name"))
    var name: String?

    func run() throws {
        guard let name else {
            let rows = IncidentLibrary.all.map { incident in
                [incident.name, incident.handlers.map(\.name).joined(separator: ", "), incident.summary]
            }
            try StandardOutput.write(
                TextTable.listing(rows, header: ["INCIDENT", "HANDLERS", "WHAT HAPPENS"])
            )
            return
        }
        guard let incident = IncidentLibrary.named(name) else {
            throw LabError(
                "there is no incident “\(name)”",
                hint: didYouMean(name, among: IncidentLibrary.all.map(\.name))
                    + "Incidents: \(IncidentLibrary.all.map(\.name).joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        let appearance = Appearance(width: min(StandardOutput.width, 100))
        try StandardOutput.write(IncidentStory(incident: incident).rendered(as: "text", appearance))
    }
}

/// What an incident is, and what can be set of it.
struct IncidentStory: Reportable {
    static let kind = "an incident"
    static let parts: DocumentParts = []

    let incident: Incident

    var document: Document {
        var document = Document(title: incident.title, value: incident.originalFigures)
        let scenario = CarriedScenarios.named(incident.name)
        document.sections =
            incident.story.map { Section("", "", [.paragraph($0)]) } + [
                Section("", "Mechanism", [.paragraph(incident.mechanism)]),
                Section("", "Handlers", [.list(incident.handlers.map(Self.item))]),
                Section(
                    "",
                    "Beside the pods of each variant",
                    [.paragraph(incident.companion?.summary ?? "")]
                ),
                Section(
                    "",
                    "What phases can change",
                    [.list(incident.world.map { "\($0.name) (\($0.notation)): \($0.help)" })]
                ),
                Section(
                    "",
                    "Parameters",
                    [.list(incident.parameters.map { "\($0.name) (default \($0.defaultValue)): \($0.help)" })]
                ),
                Section(
                    "",
                    "Measured on the original",
                    [.list(incident.originalFigures.map { "\($0.label): \($0.value)" })]
                ),
                scenario == nil
                    ? Section("", "Run it with a scenario that says", [.code("incident: \(incident.name)")])
                    : Section("", "Run it", [.code("\(Program.name) run \(incident.name)")]),
            ]
        return document
    }

    private static func item(_ handler: IncidentHandler) -> String {
        let role = handler.role.rawValue + (handler.isControl ? ", control" : "")
        return "\(handler.name) (\(role)): \(handler.summary)"
    }
}
