import ArgumentParser
import Foundation
import LabCluster
import LabCore
import LabEngine
import LabIncidents
import LabPod
import LabTelemetry

/// One pod of a run.
struct PodCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pod",
        abstract: "Consume as one pod of a run.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("What the lab wants of the pod.", valueName: "configuration.json"))
    var configuration: String

    func run() async throws {
        let configuration = try ConfigurationFile.read(PodConfiguration.self, from: configuration)
        let pod = try Pod(configuration)
        try await pod.run(try await configuration.makeHandler())
    }
}

extension PodConfiguration {
    /// Makes the handler; where no lab has started the incident's companion, its servers run in this process.
    /// - Throws: ``LabError`` if this program has no such incident or handler; what the companion throws.
    func makeHandler() async throws -> any EventHandler {
        guard let incident = IncidentLibrary.named(incident), let handler = incident.handler(named: handler)
        else {
            throw LabError(
                "incident “\(incident)” with handler “\(handler)” is not known",
                exitStatus: .invalidScenario
            )
        }
        var endpoints = endpoints
        if endpoints.isEmpty, let companion = incident.companion {
            let page = try TelemetryPage.anonymous()
            endpoints = try await companion.start(context(page: page, [:])).endpoints
        }
        return try handler.make(context(page: Census.page, endpoints))
    }

    private func context(page: TelemetryPage, _ endpoints: [String: Int]) throws -> IncidentContext {
        IncidentContext(
            seed: seed,
            timeScale: timeScale,
            values: parameters,
            page: page,
            world: try worldPath.map(World.open) ?? .undisturbed,
            endpoints: endpoints,
            folder: folder ?? TemporaryFolder.path
        )
    }
}

enum ConfigurationFile {
    static func read<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
        guard let text = TextFile.contents(of: path) else { throw LabError("\(path): cannot be read") }
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw LabError("\(path): is no configuration of this program: \(error)")
        }
    }
}
