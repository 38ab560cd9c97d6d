import ArgumentParser
import LabCluster
import LabCore
import LabEngine
import LabIncidents
import LabPod
import LabRecording
import LabScenario

/// Consumes by itself, without a run: the consumer under test as an ordinary member of a group.
struct ConsumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consume",
        abstract: "Consume a topic with an incident's handler, as one member of a group, until interrupted.",
        discussion: """
            Every ten seconds one line shows events, rate, live tasks, heap and RSS.

            Example:
              \(Program.name) consume --bootstrap-servers localhost:9092 --topic player-features --handler per-event
            """
    )

    @OptionGroup(title: "Broker") var broker: BrokerOptions

    @Option(help: ArgumentHelp("Topic to read [env: LEAKLAB_TOPIC].", valueName: "name"))
    var topic: String?

    @Option(
        help: ArgumentHelp(
            "Consumer group [env: LEAKLAB_GROUP] (default: leaklab-HANDLER).",
            valueName: "name"
        )
    )
    var group: String?

    @Option(
        name: .customLong("protocol"),
        help: ArgumentHelp("Protocol of the group: classic, or consumer (KIP-848).", valueName: "name")
    )
    var groupProtocol = "classic"

    @Option(help: ArgumentHelp("Incident whose code runs.", valueName: "name"))
    var incident = "service-per-event"

    @Option(
        help: ArgumentHelp(
            "Handler of the incident [env: LEAKLAB_HANDLER] (default: singleton).",
            valueName: "name"
        )
    )
    var handler: String?

    @Option(help: ArgumentHelp("Events handled at once.", valueName: "number"))
    var concurrency = 1

    @Option(help: ArgumentHelp("Time between two lines.", valueName: "duration"))
    var interval = "10s"

    @Option(
        help: ArgumentHelp(
            "Folder for files of the handler's own [env: LEAKLAB_SCRATCH].",
            valueName: "folder"
        )
    )
    var scratch: String?

    /// What a handler's files may take at first.
    private static let scratchBytes = ByteCount.mebibytes(1)

    func validate() throws {
        guard (1...10_000).contains(concurrency) else {
            throw ValidationError("--concurrency is from 1 to 10,000.")
        }
        guard let pause = Duration(parsing: interval), pause >= .milliseconds(100) else {
            throw ValidationError("“\(interval)” is no interval of 100ms or more.")
        }
    }

    /// - Throws: ``LabError`` if there is no such protocol, or the library does not speak it.
    private func protocolProperties() throws(LabError) -> [LabelledValue] {
        guard let groupProtocol = PodSettings.GroupProtocol(rawValue: groupProtocol) else {
            let known = PodSettings.GroupProtocol.allCases.map(\.rawValue).joined(separator: " and ")
            throw LabError(
                "--protocol: there is no protocol “\(groupProtocol)”",
                hint: "There are \(known).",
                exitStatus: .usage
            )
        }
        if let refusal = GroupSession.refusal(of: groupProtocol, at: "--protocol") { throw refusal }
        return groupProtocol == .classic ? [] : [LabelledValue("group.protocol", groupProtocol.rawValue)]
    }

    func run() async throws {
        try broker.check()
        let groupProperties = try protocolProperties()
        let handler = handler ?? Environment.value("LEAKLAB_HANDLER") ?? "singleton"
        let servers = try broker.requiredAddress()
        let topic = try RequiredOption.value(topic, "LEAKLAB_TOPIC", option: "--topic")
        try checkHandler(handler)
        let root = scratch ?? Scratch.namedRoot
        DeadLabs.clear(root: root)
        let files = try Scratch.make(
            run: RunID.make(now: WallTime.nanoseconds),
            root: root,
            needing: Self.scratchBytes
        )
        defer { files.remove() }
        let configuration = PodConfiguration(
            name: handler,
            incident: incident,
            handler: handler,
            seed: 1,
            timeScale: .realTime,
            properties: ClientProfile.consumer(
                bootstrapServers: servers,
                group: groupName(handler),
                prefetch: .pinned(peakPerPod: EventRate(perHour: 7_230_000), payload: ByteCount(300)),
                offsetReset: "earliest",
                overrides: groupProperties + (try broker.properties())
            ),
            topic: topic,
            assignment: .group(id: groupName(handler)),
            concurrency: concurrency,
            commitInterval: 1,
            heapInterval: 1,
            folder: files.path
        )
        try ExternalTopics(
            servers: servers,
            properties: try broker.properties(),
            allowsRemote: broker.allowRemote
        )
        .require(topic)
        let pod = try Pod(configuration)
        let made = try await configuration.makeHandler()
        pod.reportProgress(every: Duration(parsing: interval) ?? .seconds(10)) {
            StandardError.write(line: $0)
        }
        try await pod.run(made)
    }

    private func checkHandler(_ name: String) throws(LabError) {
        guard let incident = IncidentLibrary.named(incident) else {
            throw LabError(
                "--incident: there is no incident “\(incident)”",
                hint: "“\(Program.name) incidents” lists them.",
                exitStatus: .usage
            )
        }
        guard incident.handler(named: name) == nil else { return }
        throw LabError(
            "--handler: incident “\(incident.name)” has no handler “\(name)”",
            hint: "“\(Program.name) incidents \(incident.name)” lists them.",
            exitStatus: .usage
        )
    }

    private func groupName(_ handler: String) -> String {
        group ?? Environment.value("LEAKLAB_GROUP") ?? "leaklab-\(handler)"
    }
}
