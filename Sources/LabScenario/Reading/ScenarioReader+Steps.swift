import LabCore

/// What the steps of one variant are checked against.
private struct StepContext {
    let variant: Fields
    let pods: LocatedPods
    /// `nil` if the incident is unknown.
    let entry: IncidentCatalogue.Entry?
    let run: PlannedRun
    /// The variant is a program of the user's own.
    let isCommand: Bool
    /// Which one; `nil` if it has problems, or there is none.
    let command: ScenarioCommand?
}

extension ScenarioReader {
    private static let stepKeys = ["name", "at", "scale", "memory", "handler", "command"]
    private static let changes = ["scale", "memory", "handler", "command"]
    private static let moment = ValueType<Duration>.duration.above(.zero, to: .seconds(366 * 86_400))

    /// The steps of a variant that have a time, in the order of the file.
    func steps(
        in variant: Fields,
        pods: LocatedPods,
        entry: IncidentCatalogue.Entry?,
        run: PlannedRun,
        isCommand: Bool,
        command: ScenarioCommand?
    ) -> [ScenarioStep] {
        guard let items = list("steps", in: variant, of: "steps") else { return [] }
        let context = StepContext(
            variant: variant,
            pods: pods,
            entry: entry,
            run: run,
            isCommand: isCommand,
            command: command
        )
        var names: Set<String> = []
        var steps: [ScenarioStep] = []
        for (index, item) in items.enumerated() {
            let step = step(item, number: index + 1, names: &names, after: steps.last?.at, context)
            if let step { steps.append(step) }
        }
        return steps
    }

    private func step(
        _ node: SourceNode,
        number: Int,
        names: inout Set<String>,
        after latest: Duration?,
        _ context: StepContext
    ) -> ScenarioStep? {
        let standardName = VariantOutline.standardName(ofStep: number)
        let label = node["name"]?.text.flatMap { isName($0) ? $0 : nil } ?? standardName
        let fields = fields(
            node,
            label: context.variant.label(of: "steps.\(label)"),
            keys: Self.stepKeys,
            in: node.place
        )
        guard node.entries != nil else { return missing(node, what: "step") }
        let name = setting("name", .name, in: fields, default: standardName)
        check(name, of: fields, names: &names)
        let at = required("at", Self.moment, in: fields)
        if let at { check(at, after: latest, in: context, fields) }
        let scale = scale(in: fields, context)
        let memory = present("memory", .limit, in: fields)
        let handler = handler(in: fields, context)
        let command = command(in: fields, context)
        if !Self.changes.contains(where: fields.has) {
            report(
                .missing,
                at: node.place,
                "the step \(quoted(label)) changes nothing",
                hint: "A step has at least one of “scale”, “memory”, “handler” and “command”."
            )
        }
        guard let at else { return nil }
        return ScenarioStep(
            name: name.value,
            at: at.value,
            scale: scale,
            memory: memory.map { ScenarioStep.Memory(limit: $0.value) },
            handler: handler?.name,
            command: command
        )
    }

    /// The variant's command with the words of the step.
    private func command(in fields: Fields, _ context: StepContext) -> ScenarioCommand? {
        guard let (node, _) = fields.find("command") else { return nil }
        guard context.isCommand else {
            report(
                .conflict,
                at: node.place,
                "a step cannot put a command in the place of a handler",
                hint: "Steps of a variant with a handler change “handler”."
            )
            return nil
        }
        let words = words(in: fields)
        guard let command = context.command, let first = words.first,
            let program = program(first, workingDirectory: command.workingDirectory)
        else { return nil }
        let used = (words.map(\.template) + command.environment.values).flatMap(\.placeholders)
        let endpoints = [command.metrics?.endpoint, command.runtime.pprof].compactMap(\.self)
        if endpoints.contains(where: { $0.port == nil }), !used.contains(.port) {
            report(
                .conflict,
                at: node.place,
                "nothing passes the port to the command of the step",
                hint: "Write {{port}} among its words, since “metrics” has it."
            )
        }
        let text = words.map(\.template.text).joined(separator: " ")
        record(fields.label(of: "command"), text, from: node.place)
        return command.running(program, words.dropFirst().map(\.template), text: text)
    }

    private func handler(in fields: Fields, _ context: StepContext) -> IncidentCatalogue.Handler? {
        guard context.isCommand else {
            return context.entry.flatMap { self.handler(of: $0, in: fields) }
        }
        if let (node, _) = fields.find("handler") {
            report(
                .conflict,
                at: node.place,
                "a step cannot put a handler in the place of a command",
                hint:
                    "Steps of such a variant change “scale”, “memory” and “command”."
            )
        }
        return nil
    }

    private func check(_ name: Setting<String>, of fields: Fields, names: inout Set<String>) {
        let place = name.place ?? fields.place
        if name.value == VariantSegment.firstName {
            report(
                .conflict,
                at: place,
                "\(quoted(name.value)) cannot be the name of a step",
                hint: "Results call the time before the first step that; choose another name."
            )
        } else if !names.insert(name.value).inserted {
            report(
                .conflict,
                at: place,
                "another step is called \(quoted(name.value))",
                hint: "Names of steps are unique within a variant, so that expectations can point at one."
            )
        }
    }
}

// MARK: - Time

extension ScenarioReader {
    private func check(
        _ at: Setting<Duration>,
        after latest: Duration?,
        in context: StepContext,
        _ fields: Fields
    ) {
        let place = at.place ?? fields.place
        if let latest, at.value <= latest {
            report(
                .conflict,
                at: place,
                "a step at \(at.value.text) does not come after the one above it, at \(latest.text)",
                hint: "Steps stand in the order of time, each with a later “at” than the one above it."
            )
        }
        guard let end = context.run.duration, at.value >= end else { return }
        report(
            .conflict,
            at: place,
            "a step at \(at.value.text) is not before the end of the load, \(end.text)",
            hint: "“at” is incident time since the first event, and the load ends with its last phase."
        )
    }
}

// MARK: - Scale

extension ScenarioReader {
    /// What is wrong with a number of pods that is no divisor of that of the partitions.
    static func unevenSharing(_ replicas: Int64, _ partitions: Int64) -> String {
        "\(replicas) replicas cannot share \(partitions) partitions evenly"
    }

    private func scale(in fields: Fields, _ context: StepContext) -> Int? {
        guard let scale = present("scale", ValueType<Int64>.count.within(1, 64), in: fields) else {
            return nil
        }
        if !context.isCommand, context.pods.assignment.value == .static,
            let partitions = context.run.partitions,
            !partitions.value.isMultiple(of: scale.value)
        {
            report(
                .conflict,
                at: scale.place ?? fields.place,
                Self.unevenSharing(scale.value, partitions.value),
                hint:
                    "With static assignment “workload.partitions” is a multiple of the “scale” of every step."
            )
        }
        return Int(scale.value)
    }
}
