import ArgumentParser
import CPlatform
import Foundation
import LabCore
import LabEngine

/// One handler of a rehearsal.
struct RehearseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rehearse",
        abstract: "Measure what a handler's events cost on this machine.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("What the lab wants to be measured.", valueName: "configuration.json"))
    var configuration: String

    func run() async throws {
        let configuration = try ConfigurationFile.read(RehearsalConfiguration.self, from: configuration)
        _ = try await RehearsalMeasurement(configuration).run {
            let heap = cplatform_read_heap()
            return heap.is_known ? Double(heap.used_bytes) : nil
        } makeHandler: {
            try await $0.makeHandler()
        } whenKnown: {
            try StandardOutput.write(RehearsalOutput.line(of: $0))
            // Nothing is worth waiting for.
            Foundation.exit(ExitStatus.success.rawValue)
        }
    }
}
