package import LabCore

/// The scenario that a run came to: what it was begun with, and what was done to it, as phases and steps.
package struct PlayedScenario {
    private let header: RunHeader
    private let catalogue: IncidentCatalogue
    private let scenario: Scenario
    private let agenda: Agenda
    private var tree: SourceNode

    /// - Parameters:
    ///   - header: of the run.
    ///   - catalogue: the incidents that there are.
    ///   - length: of the load, wall time, where it went on until the verdicts stood; `nil` otherwise.
    /// - Throws: ``ScenarioError`` if the run's scenario cannot be read any more, ``LabError`` if its acts cannot be done again.
    package init(_ header: RunHeader, catalogue: IncidentCatalogue, length: Duration? = nil) throws {
        self.header = header
        self.catalogue = catalogue
        let overrides = try ScenarioOverride.given(header.overrides) + [.seed(header.seed)]
        let path = "\(header.scenario).yaml"
        let planned = try Scenario.load(
            text: header.scenarioText,
            path: path,
            catalogue: catalogue,
            overrides: overrides
        )
        scenario = length.map { planned.lasting($0) } ?? planned
        let (parsed, problems) = YAMLSource.parse(header.scenarioText)
        guard let parsed else { throw ScenarioError(path: path, problems: problems) }
        tree = OverriddenSource(parsed, applying: overrides, in: catalogue).tree
        agenda = try Self.agenda(of: scenario, after: header.acts, catalogue)
    }

    private static func agenda(
        of scenario: Scenario,
        after acts: [RecordedAct],
        _ catalogue: IncidentCatalogue
    ) throws(LabError) -> Agenda {
        var agenda = Agenda(scenario)
        let incident = scenario.incident.flatMap { catalogue[name: $0] }
        for recorded in acts {
            let words = recorded.act.split(separator: " ").map(String.init)
            let act = try RunAct(words, in: scenario, incident)
            let moment = Duration.milliseconds(Int64((min(recorded.at, 1e12) * 1_000).rounded()))
            while agenda.prolongPause(at: moment) {}
            _ = try agenda.take(act, at: moment)
        }
        return agenda
    }

    /// As YAML: a run of it has the phases and the steps of this run, at the same times.
    /// - Throws: ``LabError`` for what a scenario cannot say.
    package func text() throws(LabError) -> String {
        var played = self
        let left = try played.rewrite()
        let acts = header.acts.count
        let source =
            acts == 0
            ? "# Run \(header.id) of \(header.scenario)."
            : "# Run \(header.id) of \(header.scenario), with its \(acts) \(acts == 1 ? "act" : "acts") as steps and phases."
        let notes = left.map { "# Left out, since an act has changed what it is about: \($0)" }
        return ([source] + notes).map { $0 + "\n" }.joined() + "\n" + played.tree.document
    }

    /// - Returns: the expectations that do not apply any more.
    private mutating func rewrite() throws(LabError) -> [String] {
        remove(OverriddenSource.quickKey)
        let phases = try agenda.origins.enumerated().map { (index, origin) throws(LabError) in
            try node(of: agenda.phases[index], origin: origin)
        }
        set(["workload"], "phases", to: .made(phases))
        for index in scenario.variants.indices {
            let steps = agenda.steps(ofVariant: index)
            guard steps != scenario.variants[index].steps else { continue }
            let known = tree["variants"]?.items?[index]["steps"]?.items ?? []
            setSteps(steps.map { node(of: $0, among: known) }, ofVariant: index)
        }
        return dropExpectations()
    }

    private mutating func dropExpectations() -> [String] {
        guard let items = tree["expect"]?.items else { return [] }
        let obstructed = scenario.expectations.filter { $0.obstacle(among: header.acts, in: header) != nil }
        // Those of variants that were left out are not among the scenario's.
        let texts = Set(scenario.expectations.map(\.text)).subtracting(obstructed.map(\.text))
        let kept = items.filter { $0.text.map { texts.contains($0.trimmedOfSpaces) } ?? false }
        set([], "expect", to: .made(kept))
        return obstructed.map(\.text)
    }

    // MARK: - The tree

    private mutating func remove(_ key: String) {
        guard let entries = tree.entries else { return }
        tree.content = .mapping(entries.filter { $0.key != key })
    }

    /// Sets a key of the mapping at `path`, which is there.
    private mutating func set(_ path: [String], _ key: String, to value: SourceNode) {
        tree = tree.setting(path[...], key, to: value)
    }

    private mutating func setSteps(_ steps: [SourceNode], ofVariant index: Int) {
        guard var variants = tree["variants"]?.items, variants.indices.contains(index) else { return }
        variants[index] = variants[index].setting([], "steps", to: .made(steps))
        set([], "variants", to: .made(variants))
    }

    // MARK: - Nodes

    private func node(of step: ScenarioStep, among known: [SourceNode]) -> SourceNode {
        // One of the scenario's own is as it was written, at another time perhaps.
        let own = known.enumerated().first {
            ($1["name"]?.text ?? VariantOutline.standardName(ofStep: $0 + 1)) == step.name
        }
        let (name, at) = (SourceNode.made(step.name), SourceNode.made(Self.text(of: step.at)))
        if let own = own?.element { return own.setting([], "name", to: name).setting([], "at", to: at) }
        var entries = [("name", name), ("at", at)]
        if let scale = step.scale { entries.append(("scale", .made(String(scale)))) }
        if let memory = step.memory {
            entries.append(("memory", .made(memory.limit.map { "\($0.bytes)B" } ?? "none")))
        }
        if let handler = step.handler { entries.append(("handler", .made(handler))) }
        return .made(entries)
    }

    private func node(of phase: LoadPhase, origin: Int) throws(LabError) -> SourceNode {
        var entries = [
            ("name", SourceNode.made(phase.name)), ("duration", .made(Self.text(of: phase.duration))),
        ]
        switch phase.shape {
        case .constant(let rate): entries.append(("rate", .made(Self.text(of: rate))))
        case .ramp(let from, let to):
            entries += [("from", .made(Self.text(of: from))), ("to", .made(Self.text(of: to)))]
        case .spikes(let base, let peak, let every, let lasting):
            let spike = [
                ("to", SourceNode.made(Self.text(of: peak))), ("every", .made(Self.text(of: every))),
                ("for", .made(Self.text(of: lasting))),
            ]
            entries += [("rate", .made(Self.text(of: base))), ("spike", .made(spike))]
        case .curve:
            let planned = scenario.workload.phases[origin]
            let written = tree["workload"]?["phases"]?.items ?? []
            guard phase.shape == planned.shape, written.indices.contains(origin),
                let curve = written[origin]["curve"]
            else {
                throw LabError(
                    "\(header.id): the recorded rate of “\(planned.name)” was changed in a way that a scenario cannot say",
                    exitStatus: .usage
                )
            }
            entries.append(("curve", curve))
        }
        if !phase.world.isEmpty {
            let world = phase.world.sorted { $0.key < $1.key }.map {
                ($0.key, SourceNode.made($0.value.exactText))
            }
            entries.append(("world", .made(world)))
        }
        return .made(entries)
    }

    /// To the nanosecond.
    private static func text(of duration: Duration) -> String { digits(duration.inSeconds, places: 9) + "s" }

    /// As it was written, or to a millionth of an event per second.
    private static func text(of rate: EventRate) -> String {
        if EventRate(parsing: rate.text) == rate { return rate.text }
        return digits(rate.perSecond, places: 6) + "/s"
    }

    fileprivate static func digits(_ value: Double, places: Int) -> String {
        var text = decimal(value, places: places)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text.isEmpty ? "0" : text
    }
}

extension WorldCondition {
    /// As a scenario has it, to the microsecond and the millionth.
    fileprivate var exactText: String {
        switch self {
        case .normal, .down: text
        case .slow(let delay): "slow \(PlayedScenario.digits(delay.inSeconds * 1e6, places: 3))us"
        case .share(let share): "\(PlayedScenario.digits(share * 100, places: 4))%"
        case .errors(let error, let share):
            "errors \(error.rawValue) \(PlayedScenario.digits(share * 100, places: 4))%"
        }
    }
}

extension SourceNode {
    private static let place = SourcePlace.option("export")

    fileprivate static func made(_ text: String) -> SourceNode { .scalar(text, at: place) }

    fileprivate static func made(_ items: [SourceNode]) -> SourceNode {
        SourceNode(place: place, content: .sequence(items))
    }

    fileprivate static func made(_ entries: [(key: String, value: SourceNode)]) -> SourceNode {
        let made = entries.map { Entry(key: $0.key, place: place, value: $0.value) }
        return SourceNode(place: place, content: .mapping(made))
    }

    /// The same with a key of the mapping at `path` set; as it is where there is no mapping.
    fileprivate func setting(_ path: ArraySlice<String>, _ key: String, to value: SourceNode) -> SourceNode {
        guard var entries else { return self }
        let step = path.first ?? key
        let child = path.isEmpty ? value : self[step]?.setting(path.dropFirst(), key, to: value) ?? value
        if let index = entries.firstIndex(where: { $0.key == step }) {
            entries[index].value = child
        } else {
            entries.append(Entry(key: step, place: Self.place, value: child))
        }
        return SourceNode(place: place, content: .mapping(entries))
    }
}

extension ScenarioOverride {
    /// Reads changes as they were given on a command line, such as `--set pods.memory=256MiB`.
    ///
    /// What changes the length of the load, and not the scenario, is left out.
    /// - Throws: ``LabError`` for one that no command line has.
    package static func given(_ texts: [String]) throws(LabError) -> [ScenarioOverride] {
        var (overrides, variants) = ([ScenarioOverride](), [String]())
        for text in texts {
            let (option, value) = (text.prefix { $0 != " " }, text.drop { $0 != " " }.dropFirst())
            let factor = Double(value)
            switch option {
            case "--quick": overrides.append(.quick)
            case "--set": overrides.append(.set(String(value)))
            case "--variant": variants.append(String(value))
            case "--until-decided", "--at-most", "--seed": continue
            case "--time-scale" where factor != nil: overrides.append(.timeScale(factor ?? 1))
            case "--duration":
                guard let duration = Duration(parsing: value) else { fallthrough }
                overrides.append(.duration(duration))
            default: throw LabError("“\(text)”: a change of the scenario that this version does not know")
            }
        }
        return overrides + (variants.isEmpty ? [] : [.variants(variants)])
    }
}
