import ArgumentParser
import Foundation
import LabCluster
import LabCore
import LabIncidents
import LabPod

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
        try await pod.run(try configuration.makeHandler())
    }
}

extension PodConfiguration {
    /// - Throws: ``LabError`` if this program has no such incident or handler.
    func makeHandler() throws -> any EventHandler {
        guard let handler = IncidentLibrary.named(incident)?.handler(named: handler) else {
            throw LabError(
                "incident “\(incident)” with handler “\(handler)” is not known",
                exitStatus: .invalidScenario
            )
        }
        return try handler.make(IncidentContext(seed: seed, timeScale: timeScale, values: parameters))
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
