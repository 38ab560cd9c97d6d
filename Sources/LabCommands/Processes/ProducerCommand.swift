import ArgumentParser
import LabCore
import LabLoad

/// The producer of a run.
struct ProducerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "producer",
        abstract: "Produce the load of a run.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("What the lab wants of the producer.", valueName: "configuration.json"))
    var configuration: String

    func run() throws {
        let configuration = try ConfigurationFile.read(ProducerConfiguration.self, from: configuration)
        var generator = try LoadGenerator(configuration)
        let outcome = try generator.run()
        print("sent \(outcome.sent), undelivered \(outcome.undelivered)")
    }
}
