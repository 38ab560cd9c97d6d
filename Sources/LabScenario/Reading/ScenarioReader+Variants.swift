import LabCore

extension ScenarioReader {
    private static let variantKeys = [
        "name", "role", "handler", "control", "pods", "parameters", "summary", "steps",
    ]
    static let allVariantKeys = variantKeys + commandKeys

    func variants(
        in root: Fields,
        entry: IncidentCatalogue.Entry?,
        run: PlannedRun,
        path: String,
        impliedControl: String?
    ) -> [ScenarioVariant] {
        let sharedPods = fields("pods", in: root, keys: Self.podKeys)
        _ = pods(in: sharedPods, defaultConcurrency: entry?.defaultConcurrency ?? 1)
        let parameterKeys = entry?.parameters.map(\.name) ?? parameterKeysInUse(root)
        let sharedParameters = fields("parameters", in: root, keys: parameterKeys)
        if let entry { _ = parameters(of: entry, in: sharedParameters) }
        guard let items = variantItems(in: root) else { return [] }
        var variants: [ScenarioVariant] = []
        for item in items {
            if let name = item.text, !item.isNull {
                reportBareName(name, at: item.place)
                continue
            }
            let fields = variantFields(item)
            guard item.entries != nil else {
                let _: ScenarioVariant? = missing(item, what: "variant")
                continue
            }
            let context = VariantContext(
                fields: fields,
                place: item.place,
                entry: entry,
                run: run,
                path: path,
                impliedControl: impliedControl,
                pods: self.fields("pods", in: fields, keys: Self.podKeys).over(sharedPods),
                parameters: self.fields("parameters", in: fields, keys: parameterKeys).over(sharedParameters)
            )
            if let variant = variant(context, names: variants.map(\.name)) { variants.append(variant) }
        }
        let isControlKnown = impliedControl != nil || items.contains { $0.text != nil }
        checkControls(items.filter { $0["control"]?.text == "true" }, isKnown: isControlKnown, in: root)
        return variants
    }

    /// Of a variant that is written as a word, as lists of names are elsewhere.
    private func reportBareName(_ name: String, at place: SourcePlace) {
        report(
            .wrongType,
            at: place,
            "a variant is a mapping with a name, not \(quoted(name)) alone",
            hint:
                "Write {name: \(quotedPlain(name))}, or “- name: \(quotedPlain(name))” on a line of its own."
        )
    }

    /// As short as in other messages, without quotes.
    private func quotedPlain(_ name: String) -> String { String(quoted(name).dropFirst().dropLast()) }

    /// Without an incident its parameters cannot be judged.
    private func parameterKeysInUse(_ root: Fields) -> [String] {
        let variants = root.find("variants")?.node.items ?? []
        let mappings = [root.find("parameters")?.node] + variants.map { $0["parameters"] }
        return mappings.flatMap { $0?.entries ?? [] }.map(\.key)
    }

    private func variantItems(in root: Fields) -> [SourceNode]? {
        let hint = "There is at least one variant, the control: {name: fixed, control: true}."
        guard root.has("variants") else {
            report(.missing, at: root.place, "“variants” is missing", hint: hint)
            return nil
        }
        guard let items = list("variants", in: root, of: "variants") else { return nil }
        guard !items.isEmpty else {
            report(
                .missing,
                at: root.find("variants")?.node.place ?? root.place,
                "there are no variants",
                hint: hint
            )
            return nil
        }
        return items
    }

    private func variantFields(_ item: SourceNode) -> Fields {
        let label = item["name"]?.text.flatMap { isName($0) ? $0 : nil } ?? "?"
        return fields(item, label: "variants.\(label)", keys: Self.allVariantKeys, in: item.place)
    }
}

/// What one variant is read from.
private struct VariantContext {
    let fields: Fields
    let place: SourcePlace
    /// `nil` if the incident is unknown.
    let entry: IncidentCatalogue.Entry?
    let run: PlannedRun
    /// The scenario file's.
    let path: String
    /// The name of the control where no variant says that it is.
    let impliedControl: String?
    let pods: Fields
    let parameters: Fields
}

// MARK: - One variant

extension ScenarioReader {
    private func variant(_ context: VariantContext, names: [String]) -> ScenarioVariant? {
        let name = name(in: context.fields, others: names)
        let isCommand = context.fields.has("command")
        let handler = isCommand ? nil : handler(context, name: name)
        let role = setting(
            "role",
            .choice,
            in: context.fields,
            default: handler?.defaultRole ?? VariantRole.fix
        )
        let isControl = setting(
            "control",
            .flag,
            in: context.fields,
            default: name != nil && name == context.impliedControl
        )
        if isControl.value, role.value == .suspect {
            report(
                .conflict,
                at: isControl.place ?? context.place,
                "a suspect cannot be the control",
                hint: "The control is what the suspect is compared with; let a fix be the control."
            )
        }
        let command = command(context, isCommand: isCommand)
        let summary = setting(
            "summary",
            .text,
            in: context.fields,
            default: command?.text ?? handler?.summary ?? ""
        )
        let pods = pods(in: context.pods, defaultConcurrency: context.entry?.defaultConcurrency ?? 1)
        if !isCommand { check(pods, of: name ?? "?", run: context.run, place: context.place) }
        let entry = isCommand ? nil : context.entry
        let parameters = entry.map { self.parameters(of: $0, in: context.parameters) } ?? [:]
        let steps = steps(
            in: context.fields,
            pods: pods,
            entry: context.entry,
            run: context.run,
            isCommand: isCommand,
            command: command
        )
        guard let name, !isCommand || command != nil else { return nil }
        var settings = pods.settings
        // Its pods find their partitions by the group's protocol.
        if isCommand { settings.assignment = .group }
        return ScenarioVariant(
            name: name,
            role: role.value,
            handler: isCommand ? ScenarioCommand.handlerName : handler?.name ?? name,
            command: command,
            isControl: isControl.value,
            summary: summary.value,
            pods: settings,
            parameters: parameters,
            steps: steps
        )
    }

    private func command(_ context: VariantContext, isCommand: Bool) -> ScenarioCommand? {
        guard isCommand else {
            refuseCommandKeys(in: context.fields)
            return nil
        }
        return command(
            CommandContext(fields: context.fields, pods: context.pods, path: context.path)
        )
    }

    private func name(in fields: Fields, others: [String]) -> String? {
        guard let name = required("name", .name, in: fields), let place = name.place else { return nil }
        if others.contains(name.value) {
            report(
                .conflict,
                at: place,
                "another variant is called \(quoted(name.value))",
                hint: "Names are unique."
            )
        }
        if ResultSchema.runKeys.contains(where: { $0.path.first == name.value }) {
            report(
                .conflict,
                at: place,
                "\(quoted(name.value)) cannot be the name of a variant",
                hint: "Expectations would confuse it with the key of that name in the run's result."
            )
        }
        return name.value
    }

    private func handler(_ context: VariantContext, name: String?) -> IncidentCatalogue.Handler? {
        guard let entry = context.entry else { return nil }
        guard context.fields.has("handler") else {
            if let name, let handler = entry.handlers.first(where: { $0.name == name }) {
                record(context.fields.label(of: "handler"), name, from: nil)
                return handler
            }
            report(.missing, at: context.place, "“handler” is missing", hint: handlerHint(entry))
            return nil
        }
        return self.handler(of: entry, in: context.fields)
    }

    /// The handler that a variant or step names; `nil` if it names none or an unknown one.
    func handler(of entry: IncidentCatalogue.Entry, in fields: Fields) -> IncidentCatalogue.Handler? {
        guard let (node, _) = fields.find("handler") else { return nil }
        guard let text = value(of: node, key: "handler", .text) else { return nil }
        guard let handler = entry.handlers.first(where: { $0.name == text }) else {
            let near = didYouMean(text, among: entry.handlers.map(\.name))
            report(
                .unknownName,
                at: node.place,
                "unknown handler \(quoted(text))",
                hint: near + handlerHint(entry)
            )
            return nil
        }
        record(fields.label(of: "handler"), text, from: node.place)
        return handler
    }

    private func handlerHint(_ entry: IncidentCatalogue.Entry) -> String {
        "Handlers of \(entry.name): \(entry.handlers.map(\.name).joined(separator: ", "))."
    }

    private func checkControls(_ controls: [SourceNode], isKnown: Bool, in root: Fields) {
        guard let first = controls.first else {
            guard !isKnown else { return }
            report(
                .missing,
                at: root.find("variants")?.node.place ?? root.place,
                "no variant is the control",
                hint: "Write “control: true” in the variant that the others are compared with."
            )
            return
        }
        for control in controls.dropFirst() {
            report(
                .conflict,
                at: control["control"]?.place ?? control.place,
                "a second control",
                hint:
                    "Exactly one variant is the control; \(quoted(first["name"]?.text ?? "?")) is it already."
            )
        }
    }

    /// A value for each parameter: the variant's, the scenario's or the incident's.
    private func parameters(of entry: IncidentCatalogue.Entry, in fields: Fields) -> [String: ParameterValue]
    {
        var values: [String: ParameterValue] = [:]
        for parameter in entry.parameters {
            values[parameter.name] =
                setting(parameter.name, parameter.type.valueType, in: fields, default: parameter.defaultValue)
                .value
        }
        return values
    }
}
