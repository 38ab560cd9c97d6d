import ArgumentParser
import LabCore
import LabEngine
import LabLoad

/// Produces a load by itself, without a run.
struct ProduceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "produce",
        abstract:
            "Produce a player's feature events at a constant rate, or as fast as the broker takes them.",
        discussion: """
            Open loop: every event has its due time, however late the broker is. The summary goes to standard output.

            Example:
              \(Program.name) produce --bootstrap-servers localhost:9092 --topic player-features --rate 7.23M/h --duration 10m
            """
    )

    @OptionGroup(title: "Broker") var broker: BrokerOptions
    @OptionGroup(title: "Broker") var limits: LimitOptions

    @Option(
        help: ArgumentHelp(
            "Topic to write to; created if it is missing [env: LEAKLAB_TOPIC].",
            valueName: "name"
        )
    )
    var topic: String?

    @Option(
        help: ArgumentHelp("Partitions of a topic that is created, and to write to.", valueName: "number")
    )
    var partitions = 8

    @Option(help: ArgumentHelp("Rate, or “max” [env: LEAKLAB_RATE] (default: 7.23M/h).", valueName: "rate"))
    var rate: String?

    @Option(help: ArgumentHelp("How long (default: until interrupted).", valueName: "duration"))
    var duration: String?

    @Option(help: ArgumentHelp("With --rate max: how many events.", valueName: "number"))
    var events: UInt64 = 1_000_000

    @Option(help: ArgumentHelp("Size of an event.", valueName: "size"))
    var payload = "300B"

    @Option(help: ArgumentHelp("Number of players, as keys; zipf-distributed.", valueName: "number"))
    var keys: UInt64 = 100_000

    @Option(help: ArgumentHelp("Draw the events from this seed.", valueName: "number"))
    var seed: UInt64 = 1

    func run() throws {
        try broker.check()
        let request = StandaloneProduction(
            servers: try broker.requiredAddress(),
            properties: try broker.properties(),
            topic: try RequiredOption.value(topic, "LEAKLAB_TOPIC", option: "--topic"),
            workload: try workload(),
            pace: try pace(),
            seed: seed,
            allowsRemote: broker.allowRemote,
            limits: try limits.limits()
        )
        let summary = try request.run()
        try StandardOutput.write(summary.text + "\n")
        if summary.undelivered > 0 {
            throw LabError(
                "\(grouped(summary.undelivered)) events were not confirmed",
                exitStatus: .brokerUnavailable
            )
        }
    }

    private func workload() throws -> Workload {
        guard let size = ByteCount(parsing: payload), size >= PayloadSize.smallest,
            size <= PayloadSize.largest
        else {
            throw LabError(
                "--payload: “\(payload)” is no size from \(PayloadSize.smallest) to \(PayloadSize.largest)",
                exitStatus: .usage
            )
        }
        guard (1...10_000).contains(partitions) else {
            throw LabError("--partitions: “\(partitions)”; 1 to 10,000 are possible", exitStatus: .usage)
        }
        guard keys >= 1 else { throw LabError("--keys: “0”; there must be one", exitStatus: .usage) }
        return Workload(
            topic: topic ?? "",
            partitions: partitions,
            payload: .fixed(size),
            keys: .zipf(count: keys, exponent: 1.1),
            runLength: 64,
            phases: []
        )
    }

    private func pace() throws -> ProducerConfiguration.Pace {
        let text = rate ?? Environment.value("LEAKLAB_RATE") ?? "7.23M/h"
        if text == "max" { return .flatOut(events: events) }
        guard let rate = EventRate(parsing: text), rate > .zero else {
            throw LabError(
                "--rate: “\(text)” is no rate",
                hint: "Write 7.23M/h, 2000/s or max.",
                exitStatus: .usage
            )
        }
        let length = try duration.map { text in
            guard let length = Duration(parsing: text), length > .zero else {
                throw LabError(
                    "--duration: “\(text)” is no duration",
                    hint: "Write 90s, 10m or 1h.",
                    exitStatus: .usage
                )
            }
            return length
        }
        let phase = LoadPhase(
            name: "constant",
            duration: length ?? StandaloneProduction.untilInterrupted,
            shape: .constant(rate)
        )
        return .schedule(LoadProfile(phases: [phase]))
    }
}

/// An option that may come from the environment, and must come from somewhere.
enum RequiredOption {
    static func value(_ value: String?, _ variable: String, option: String) throws(LabError) -> String {
        guard let found = value ?? Environment.value(variable), !found.isEmpty else {
            throw LabError(
                "\(option) is missing",
                hint: "\(variable) in the environment works too.",
                exitStatus: .usage
            )
        }
        return found
    }
}
