import LabCore

/// What a variant's command is checked against.
struct CommandContext {
    let fields: Fields
    let pods: Fields
    /// The scenario file, which relative paths begin at.
    let path: String

    /// Told, right or wrong: whether that is a number of replicas is judged with the pods.
    var replicas: Int64 { pods.find("replicas")?.node.text.flatMap(wholeNumber) ?? 1 }
}

// A variant with a command instead of a handler.

extension ScenarioReader {
    static let commandKeys = [
        "command", "environment", "workingDirectory", "startup", "metrics", "metricNames", "tasks", "heap",
        "handled", "latency", "scrape", "runtime", "pprof", "collect", "collectEvery",
    ]
    /// What only a handler's pod knows.
    private static let handlerKeys = ["handler", "parameters"]
    private static let handlerPodKeys = [
        "assignment", "protocol", "assignor", "concurrency", "prefetch", "commitInterval", "sessionTimeout",
        "errors",
    ]

    /// - Returns: `nil` after a report if the command cannot be run.
    func command(_ context: CommandContext) -> ScenarioCommand? {
        let fields = context.fields
        refuseHandlerKeys(context)
        let folder = workingDirectory(context)
        let words = words(in: fields)
        let environment = environment(in: fields)
        let startup = setting(
            "startup",
            ValueType<Duration>.duration.within(.zero, .seconds(600)),
            in: fields,
            default: .seconds(5)
        )
        let used = (words.map(\.template) + environment.values).flatMap(\.placeholders)
        let metrics = metrics(context, isPortTold: used.contains(.port))
        let runtime = runtime(context, isPortTold: used.contains(.port))
        guard let folder, let first = words.first,
            let program = program(first, workingDirectory: folder)
        else { return nil }
        let text = words.map(\.template.text).joined(separator: " ")
        record(fields.label(of: "command"), text, from: fields.find("command")?.node.place)
        return ScenarioCommand(
            program: program,
            arguments: words.dropFirst().map(\.template),
            environment: environment,
            workingDirectory: folder,
            startup: startup.value,
            metrics: metrics,
            runtime: runtime,
            text: text
        )
    }

    /// Keys that mean something only together with a command.
    func refuseCommandKeys(in fields: Fields) {
        for key in Self.commandKeys {
            guard let (node, _) = fields.find(key) else { continue }
            report(
                .conflict,
                at: node.place,
                "\(quoted(key)) goes with “command” only",
                hint: "A handler is run by the lab; a variant with “command” is a program of your own."
            )
        }
    }

    private func refuseHandlerKeys(_ context: CommandContext) {
        for key in Self.handlerKeys {
            guard let (node, _) = context.fields.find(key) else { continue }
            report(
                .conflict,
                at: node.place,
                "\(quoted(key)) and “command” exclude each other",
                hint: "A variant has a handler of the incident, or a command of your own."
            )
        }
        for key in Self.handlerPodKeys {
            guard let (node, layer) = context.pods.find(key), layer == 0 else { continue }
            report(
                .conflict,
                at: node.place,
                "\(quoted(key)) has no effect on a command",
                hint: "What a consumer does with its group and its events is set in its own arguments."
            )
        }
    }
}

// MARK: - Words

/// One word of a command, with its place.
struct CommandWord {
    let template: CommandTemplate
    let place: SourcePlace
}

extension ScenarioReader {
    private static let example =
        #"Write command: [./consumer, --brokers, "{{bootstrapServers}}", --topic, "{{topic}}", --group, "{{group}}"]."#

    func words(in fields: Fields) -> [CommandWord] {
        guard let items = list("command", in: fields, of: "words") else { return [] }
        if items.isEmpty {
            let place = fields.find("command")?.node.place ?? fields.place
            report(.missing, at: place, "“command” names no program", hint: Self.example)
        }
        return items.compactMap { item in
            template(item, key: "command").map { CommandWord(template: $0, place: item.place) }
        }
    }

    /// A text with placeholders; mistakes are told where they are.
    private func template(_ node: SourceNode, key: String) -> CommandTemplate? {
        guard let text = node.text else {
            let kind = node.shortDescription
            report(.wrongType, at: node.place, "\(quoted(key)) takes texts, not \(kind)", hint: Self.example)
            return nil
        }
        guard !text.unicodeScalars.contains("\0") else {
            report(.wrongType, at: node.place, "\(quoted(key)) contains a null character", hint: Self.example)
            return nil
        }
        do {
            return try CommandTemplate(text)
        } catch {
            report(.unknownName, at: node.place(ofScalar: error.offset), error.message, hint: error.hint)
            return nil
        }
    }

    private func environment(in fields: Fields) -> [String: CommandTemplate] {
        guard let (node, _) = fields.find("environment") else { return [:] }
        let hint = "Write environment: {NAME: value}."
        guard let entries = node.entries else {
            let kind = node.shortDescription
            report(
                .wrongType,
                at: node.place,
                "“environment” is a mapping of names to values, not \(kind)",
                hint: hint
            )
            return [:]
        }
        var environment: [String: CommandTemplate] = [:]
        for entry in entries {
            guard !entry.key.isEmpty, !entry.key.contains("="), !entry.key.contains("\0") else {
                let name = quoted(entry.key)
                report(.wrongType, at: entry.place, "\(name) is no name of a variable", hint: hint)
                continue
            }
            guard let value = template(entry.value, key: entry.key) else { continue }
            environment[entry.key] = value
            record(fields.label(of: "environment.\(entry.key)"), value.text, from: entry.value.place)
        }
        return environment
    }
}

extension SourceNode {
    /// Where the text's scalar of that number was written; the text's own place if that cannot be decided.
    func place(ofScalar offset: Int) -> SourcePlace {
        switch content {
        case .scalar(_, .plain): place.advanced(by: offset)
        case .scalar(_, .quoted): place.advanced(by: offset + 1)
        default: place
        }
    }
}
