import LabCore

extension ScenarioReader {
    private static let topicKeys = ["name", "replication", "config"]

    /// The name that the variants' topics begin with: a text, or the `name` of a mapping.
    func topic(in workload: Fields, scenario: String) -> String {
        let fields = topicMapping(in: workload)
        let (place, key) = fields.map { ($0, "name") } ?? (workload, "topic")
        if !place.has(key), case .wrongType = ValueType<String>.topic.read(scenario) {
            report(
                .missing,
                at: place.place,
                "\(quoted(key)) is missing, and the file's name \(quoted(scenario)) cannot be one",
                hint: "\(quoted(key)) takes \(ValueType<String>.topic.notation)."
            )
        }
        return setting(key, .topic, in: place, default: scenario).value
    }

    /// What the topics are made with on an external broker.
    func topicSettings(in workload: Fields) -> TopicSettings {
        guard let (node, _) = workload.find("topic"), let entries = node.entries else {
            return TopicSettings()
        }
        // Its keys were looked at with the name.
        let fields = Fields(label: workload.label(of: "topic"), place: node.place, layers: [entries])
        let replication = present("replication", ValueType<Int64>.count.within(1, 100), in: fields)
        return TopicSettings(
            replication: replication.map { Int($0.value) },
            config: topicConfig(in: fields)
        )
    }

    private func topicMapping(in workload: Fields) -> Fields? {
        guard workload.find("topic")?.node.entries != nil else { return nil }
        return fields("topic", in: workload, keys: Self.topicKeys)
    }

    /// Names and values are the broker's business, which refuses what it does not know.
    private func topicConfig(in fields: Fields) -> [LabelledValue] {
        guard let (node, _) = fields.find("config") else { return [] }
        let hint = "Write config: {min.insync.replicas: 2}."
        guard let entries = node.entries else {
            report(
                .wrongType,
                at: node.place,
                "“config” is a mapping of a topic's settings to values, not \(node.shortDescription)",
                hint: hint
            )
            return []
        }
        return entries.compactMap { entry in
            guard Self.isConfigName(entry.key) else {
                report(
                    .wrongType,
                    at: entry.place,
                    "\(quoted(entry.key)) cannot be the name of a topic's setting",
                    hint: hint
                )
                return nil
            }
            guard let value = value(of: entry.value, key: entry.key, ValueType<String>.text) else {
                return nil
            }
            record(fields.label(of: "config.\(entry.key)"), value, from: entry.value.place)
            return LabelledValue(entry.key, value)
        }
    }

    private static func isConfigName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 120
            && text.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("0"..."9").contains($0) || [".", "-", "_"].contains($0)
            }
    }
}
