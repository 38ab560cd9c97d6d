import ArgumentParser
import CPlatform
import LabCore
import LabEngine
import LabIncidents
import LabTelemetry

/// What the handlers of one variant talk to.
struct CompanionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "companion",
        abstract: "Run the servers that an incident's handlers talk to.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("What the lab wants of the companion.", valueName: "configuration.json"))
    var configuration: String

    private static let lookInterval = Duration.milliseconds(20)

    func run() async throws {
        guard cplatform_install_stop_flag() else { throw LabError("the stop signals cannot be caught") }
        let configuration = try ConfigurationFile.read(CompanionConfiguration.self, from: configuration)
        guard let companion = IncidentLibrary.named(configuration.incident)?.companion else {
            throw LabError("incident “\(configuration.incident)” has no companion")
        }
        let page = try TelemetryPage.open(at: configuration.telemetryPath)
        Census.install(page)
        let servers = try await companion.start(
            IncidentContext(
                seed: configuration.seed,
                timeScale: configuration.timeScale,
                values: configuration.parameters,
                page: page,
                world: try World.open(at: configuration.worldPath),
                folder: configuration.folder
            )
        )
        let heartbeat = try Heartbeat.open(at: configuration.heartbeatPath)
        heartbeat.beat()
        try EndpointAnnouncement.write(servers.endpoints, to: configuration.announcement)
        while !cplatform_stop_requested() {
            heartbeat.beat()
            try await Task.sleep(for: Self.lookInterval)
        }
        await servers.shutDown()
    }
}
