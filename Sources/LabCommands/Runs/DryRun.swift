import LabCore
import LabEngine
import LabReport
import LabScenario

/// What a run would make, send and delete, as a report.
struct DryRun: Reportable {
    static let kind = "a dry run"
    static let parts: DocumentParts = []

    let outlook: RunOutlook

    var document: Document {
        var document = Document(title: outlook.scenario, value: outlook)
        document.headline = "Dry run: no broker was asked, and nothing was made, sent or deleted."
        document.sections = [
            Section("would", "", [.list([broker, sent, limits, groups, deleted])]),
            Section(
                "topics",
                outlook.reusesTopics ? "Topics, made where they are missing" : "Topics that would be made",
                [
                    .table(topics)
                ]
            ),
        ]
        return document
    }

    private var broker: Item {
        guard let servers = outlook.bootstrapServers else {
            return Item("an embedded one on this machine, which ends with the run", of: "broker")
        }
        return Item("\(servers), \(outlook.isElsewhere ? "not " : "")on this machine", of: "broker")
    }

    private var sent: Item {
        Item(
            "at most \(grouped(outlook.events)) events, \(grouped(outlook.eventsPerTopic)) to each topic, "
                + "\(ByteCount(outlook.bytes)) before compression; peak "
                + "\(RateText.of(outlook.peakPerSecond)), of all topics that are written to at the same time",
            of: "sent"
        )
    }

    private var limits: Item {
        let stated = [
            outlook.mostPerSecond.map { RateText.of($0) }, outlook.mostEvents.map { "\(grouped($0)) events" },
        ].compactMap(\.self)
        guard !stated.isEmpty else { return Item("none", of: "limits") }
        return Item(stated.joined(separator: ", "), of: "limits")
    }

    private var groups: Item {
        Item(
            outlook.groups.isEmpty
                ? "none: pods have fixed partitions"
                : "\(outlook.groups.joined(separator: ", ")), where RUN is the run's id; brokers expire them",
            of: "groups"
        )
    }

    private var deleted: Item {
        let text =
            if outlook.bootstrapServers == nil {
                "nothing: the broker is gone with all it has"
            } else if outlook.keepsTopics {
                "nothing: --keep-topics"
            } else if outlook.reusesTopics {
                "of the topics below those that this run has made, when it ends"
            } else {
                "the topics below, when the run ends; what it has not made it never deletes"
            }
        return Item(text, of: "deleted")
    }

    private var topics: Table {
        Table(
            "Topics",
            label: "topic",
            of: outlook.topics,
            row: { Row($0.name) },
            [
                .number("partitions") { grouped($0.partitions) },
                .text("replicas") { $0.replication.map { grouped($0) } ?? "the broker's default" },
                .text("settings") { topic in
                    topic.config.isEmpty
                        ? "the broker's"
                        : topic.config.map { "\($0.label)=\($0.value)" }.joined(separator: " ")
                },
            ]
        )
    }
}

extension RunCommand {
    /// - Throws: what the run would be refused for before it begins.
    func outlook(of scenario: Scenario) throws -> RunOutlook {
        let turn = repetitions.map { RunRepetition(series: "", number: 1, count: $0) }
        return try RunOutlook(of: request(scenario, repetition: turn))
    }

    /// Prints it, and ends as the run would if the load is too much.
    func show(_ outlook: RunOutlook) throws {
        try output.write(DryRun(outlook: outlook))
        if let refusal = outlook.refusal(within: try limits.limits()) { throw refusal }
    }
}
