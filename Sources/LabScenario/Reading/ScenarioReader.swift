import LabCore

/// Reads the tree of a scenario into values, collecting every problem on the way and every setting that takes effect.
///
/// A wrong value is reported once and then counts as its default, so that one mistake does not hide the next.
final class ScenarioReader {
    let catalogue: IncidentCatalogue
    private(set) var problems: [ScenarioProblem]
    private(set) var settings: [EffectiveSetting] = []

    init(catalogue: IncidentCatalogue, problems: [ScenarioProblem] = []) {
        self.catalogue = catalogue
        self.problems = problems
    }

    func report(_ kind: ScenarioProblem.Kind, at place: SourcePlace, _ message: String, hint: String? = nil) {
        problems.append(ScenarioProblem(kind, at: place, message, hint: hint))
    }

    func record(_ label: String, _ value: String, from place: SourcePlace?) {
        let origin: EffectiveSetting.Origin =
            switch place {
            case nil: .defaultValue
            case .file(let line, _): .scenario(line: line)
            case .option(let option): .option(option)
            }
        settings.append(EffectiveSetting(label: label, value: value, origin: origin))
    }
}

/// A mapping of the file, or several laid over one another, of which the nearest that has a key wins.
struct Fields {
    /// How settings are called in messages and explanations: `workload.keys`; empty for the whole file.
    let label: String
    /// Where missing keys are reported.
    let place: SourcePlace
    /// Nearest first.
    let layers: [[SourceNode.Entry]]

    func find(_ key: String) -> (node: SourceNode, layer: Int)? {
        for (layer, entries) in layers.enumerated() {
            if let entry = entries.first(where: { $0.key == key }) { return (entry.value, layer) }
        }
        return nil
    }

    func has(_ key: String) -> Bool { find(key) != nil }

    func label(of key: String) -> String { label.isEmpty ? key : "\(label).\(key)" }

    /// These fields laid over `others`.
    func over(_ others: Fields) -> Fields {
        Fields(label: label, place: place, layers: layers + others.layers)
    }
}

/// A value with its place; a default has none.
struct Setting<Value> {
    var value: Value
    var place: SourcePlace?
    /// 0 for the nearest mapping, 1 for the one below it; `nil` for a default.
    var layer: Int?
}

extension ScenarioReader {
    /// Of one mapping that are reported one by one.
    private static let mostUnknownKeys = 100

    /// The entries of a mapping, after a look at their keys, of which `keys` are the known ones in the order to be
    /// shown; a missing node has none.
    func fields(_ node: SourceNode?, label: String, keys: [String], in parent: SourcePlace) -> Fields {
        guard let node else { return Fields(label: label, place: parent, layers: [[]]) }
        guard let entries = node.entries else {
            if !node.isNull {
                let name = label.split(separator: ".").last.map { quoted(String($0)) }
                report(
                    .wrongType,
                    at: node.place,
                    "\(name ?? "a scenario") is a mapping of keys to values, not \(node.shortDescription)",
                    hint: "Known keys here: \(keys.joined(separator: ", "))."
                )
            }
            return Fields(label: label, place: node.place, layers: [[]])
        }
        let known = Set(keys)
        let unknown = entries.filter { !known.contains($0.key) }
        for entry in unknown.prefix(Self.mostUnknownKeys) { reportUnknown(entry, below: label, keys: keys) }
        if unknown.count > Self.mostUnknownKeys {
            let more = grouped(unknown.count - Self.mostUnknownKeys)
            report(
                .unknownKey,
                at: unknown[Self.mostUnknownKeys].place,
                "\(more) more unknown keys from here on"
            )
        }
        return Fields(label: label, place: node.place, layers: [entries])
    }

    /// The mapping below a key.
    func fields(_ key: String, in fields: Fields, keys: [String]) -> Fields {
        self.fields(fields.find(key)?.node, label: fields.label(of: key), keys: keys, in: fields.place)
    }

    private func reportUnknown(_ entry: SourceNode.Entry, below label: String, keys: [String]) {
        let known =
            keys.isEmpty ? "No keys are known here." : "Known keys here: \(keys.joined(separator: ", "))."
        report(
            .unknownKey,
            at: entry.place,
            "unknown key \(quoted(entry.key))",
            hint: nearKey(entry.key, below: label, keys: keys) + known
        )
    }

    /// The beginning of the hint on an unknown key: one that is spelt like it here, or stands in a section where it does not.
    private func nearKey(_ key: String, below label: String, keys: [String]) -> String {
        let near = didYouMean(key, among: keys)
        guard near.isEmpty, label.isEmpty else { return near }
        let exact = Self.sections.filter { $0.keys.contains(key) }
        let path =
            exact.first.map { "\($0.path).\(key)" }
            ?? Self.sections.lazy.compactMap { section in
                suggestion(for: key, among: section.keys).map { "\(section.path).\($0)" }
            }
            .first
        return path.map { "Did you mean “\($0)”? " } ?? ""
    }

    /// Where keys stand that are looked for at the top of a scenario, the most usual sections first.
    private static let sections: [(path: String, keys: [String])] = [
        ("pods", podKeys), ("workload", workloadKeys), ("verdict", verdictKeys), ("sampling", samplingKeys),
        ("workload.phases.NAME", phaseKeys), ("workload.payload", payloadKeys + contentKeys),
        ("pods.restart", restartKeys), ("variants.NAME", allVariantKeys),
    ]
}

// MARK: - Single values

extension ScenarioReader {
    /// Reads one value and reports what is wrong with it; `nil` if it is missing or wrong.
    func present<Value>(_ key: String, _ type: ValueType<Value>, in fields: Fields) -> Setting<Value>? {
        guard let (node, layer) = fields.find(key), let value = value(of: node, key: key, type) else {
            return nil
        }
        // A mapping laid over another one tells only what it changes.
        if layer == 0 { record(fields.label(of: key), type.describe(value), from: node.place) }
        return Setting(value: value, place: node.place, layer: layer)
    }

    /// The same with a value for where there is none.
    func setting<Value>(
        _ key: String,
        _ type: ValueType<Value>,
        in fields: Fields,
        default standard: Value
    ) -> Setting<Value> {
        if let setting = present(key, type, in: fields) { return setting }
        if fields.layers.count == 1, !fields.has(key) {
            record(fields.label(of: key), type.describe(standard), from: nil)
        }
        return Setting(value: standard, place: nil, layer: nil)
    }

    /// The same for a key that has no default.
    func required<Value>(
        _ key: String,
        _ type: ValueType<Value>,
        in fields: Fields,
        hint: String? = nil
    ) -> Setting<Value>? {
        guard fields.has(key) else {
            report(
                .missing,
                at: fields.place,
                "\(quoted(key)) is missing",
                hint: hint ?? "\(quoted(key)) takes \(type.notation)."
            )
            return nil
        }
        return present(key, type, in: fields)
    }

    /// Reads a scalar.
    func value<Value>(of node: SourceNode, key: String, _ type: ValueType<Value>) -> Value? {
        let rule = "\(quoted(key)) takes \(type.notation)."
        if node.isNull {
            report(.missing, at: node.place, "\(quoted(key)) has no value", hint: rule)
            return nil
        }
        guard let text = node.text else {
            let kind = node.shortDescription
            report(.wrongType, at: node.place, "\(quoted(key)) takes a single value, not \(kind)", hint: rule)
            return nil
        }
        switch type.read(text.trimmedOfSpaces) {
        case .value(let value):
            return value
        case .wrongType:
            let near = didYouMean(text, among: type.choices)
            let kind: ScenarioProblem.Kind = type.choices.isEmpty ? .wrongType : .unknownName
            report(kind, at: node.place, "\(quoted(text)) is not \(type.noun)", hint: near + rule)
        case .refused(let verdict, let rule):
            report(.outOfRange, at: node.place, "\(quoted(text)) \(verdict)", hint: "\(quoted(key)) \(rule).")
        }
        return nil
    }

    /// The items below a key; `nil` after a report if there is no list.
    func list(_ key: String, in fields: Fields, of things: String) -> [SourceNode]? {
        guard let (node, _) = fields.find(key) else { return nil }
        guard let items = node.items else {
            let hint = "Write one “- ” for each of the \(things)."
            if node.isNull {
                report(.missing, at: node.place, "\(quoted(key)) has no value", hint: hint)
            } else {
                let kind = node.shortDescription
                report(.wrongType, at: node.place, "\(quoted(key)) takes a list, not \(kind)", hint: hint)
            }
            return nil
        }
        return items
    }
}
