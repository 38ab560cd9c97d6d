import LabCore

/// A change that the command line makes to a scenario before it is validated.
package enum ScenarioOverride: Hashable, Sendable {
    /// The values of the scenario's section `quick`, below all other changes.
    case quick
    /// `--set path=value`, as given: keys joined by dots, list items by name or by number from 0, the value in YAML.
    case set(String)
    case seed(UInt64)
    case timeScale(Double)
    /// Incident time of all phases together; each becomes longer or shorter in proportion.
    case duration(Duration)
    /// Only these variants, and the control.
    case variants([String])

    /// The option as a person would recognise it in a message.
    var option: String {
        switch self {
        case .quick: "--quick"
        case .set(let assignment): "--set \(assignment.prefix { $0 != "=" })"
        case .seed: "--seed"
        case .timeScale: "--time-scale"
        case .duration: "--duration"
        case .variants: "--variant"
        }
    }

    var place: SourcePlace { .option(option) }
}

/// A scenario's tree with overrides applied, and what was wrong with them.
struct OverriddenSource {
    private(set) var tree: SourceNode
    private(set) var problems: [ScenarioProblem] = []
    /// Variants of the file that `--variant` leaves out, so that expectations about them can be left out too.
    private(set) var removedVariants: [VariantOutline] = []
    let isQuick: Bool
    /// The name of the variant that is the control though no variant says so.
    private(set) var impliedControl: String?

    /// Applies the quick form first, then assignments, then seed and time scale, then the duration, then the choice of
    /// variants, whatever their order on the command line.
    ///
    /// The catalogue knows the control of a scenario that names none.
    init(_ tree: SourceNode, applying overrides: [ScenarioOverride], in catalogue: IncidentCatalogue) {
        self.tree = tree
        isQuick = overrides.contains(.quick)
        guard tree.entries != nil else { return }
        if isQuick { applyQuickForm() }
        for case .set(let assignment) in overrides { set(assignment) }
        for override in overrides {
            switch override {
            case .seed(let seed): replace(["seed"], with: String(seed), for: override)
            case .timeScale(let factor): replace(["timeScale"], with: "\(factor)", for: override)
            case .quick, .set, .duration, .variants: continue
            }
        }
        for case .duration(let duration) in overrides { scale(to: duration) }
        let names = overrides.flatMap { override -> [String] in
            if case .variants(let names) = override { names } else { [] }
        }
        impliedControl = self.tree.impliedControl(in: catalogue).flatMap {
            self.tree["variants"]?.items?[$0]["name"]?.text
        }
        if !names.isEmpty { keep(names) }
    }

    mutating func report(
        _ kind: ScenarioProblem.Kind,
        at place: SourcePlace,
        _ message: String,
        hint: String?
    ) {
        problems.append(ScenarioProblem(kind, at: place, message, hint: hint))
    }

    private mutating func report(_ place: SourcePlace, _ message: String, hint: String?) {
        report(.option, at: place, message, hint: hint)
    }
}

// MARK: - Setting values

extension OverriddenSource {
    private mutating func set(_ assignment: String) {
        let halves = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let path = halves[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let override = ScenarioOverride.set(assignment)
        guard halves.count == 2, path.allSatisfy({ !$0.isEmpty }) else {
            report(
                override.place,
                "\(quoted(assignment)) is not an assignment",
                hint: "Write a path, an equals sign and a value: --set pods.memory=256MiB."
            )
            return
        }
        guard path.first != Self.quickKey else {
            report(
                override.place,
                "the quick form is not set from outside",
                hint: "Set the value itself; it counts in the quick form too."
            )
            return
        }
        guard !halves[1].trimmedOfSpaces.isEmpty else { return replace(path, with: "", for: override) }
        let (value, problems) = YAMLSource.parse(String(halves[1]))
        guard let value, problems.isEmpty else {
            let problem = problems.first?.message ?? "no value"
            report(
                override.place,
                "\(quoted(String(halves[1]))): \(problem)",
                hint: "Write a value as in the scenario."
            )
            return
        }
        replace(path, with: value.moved(to: override.place), for: override)
    }

    private mutating func replace(_ path: [String], with text: String, for override: ScenarioOverride) {
        replace(path, with: .scalar(text, at: override.place), for: override)
    }

    private mutating func replace(_ path: [String], with value: SourceNode, for override: ScenarioOverride) {
        replace(path, with: value, at: override.place, orReport: .option)
    }

    /// Replaces or adds the value at `path`; a path that leads nowhere is reported at `place`.
    mutating func replace(
        _ path: [String],
        with value: SourceNode,
        at place: SourcePlace,
        orReport kind: ScenarioProblem.Kind
    ) {
        guard path.count <= YAMLSource.deepestNesting else {
            report(
                kind,
                at: place,
                "a path of \(path.count) parts leads nowhere",
                hint: "No value of a scenario lies deeper than \(YAMLSource.deepestNesting) levels."
            )
            return
        }
        do {
            tree = try tree.replacing(path[...], with: value, at: place)
        } catch {
            report(kind, at: place, error.message, hint: error.hint)
        }
    }
}

/// Why a path leads nowhere.
private struct LostPath: Error {
    let message: String
    let hint: String?
}

extension SourceNode {
    /// The tree with the node at `path` replaced, or added to the mapping where the path ends.
    ///
    /// `key` is the one that this node stands under.
    fileprivate func replacing(
        _ path: ArraySlice<String>,
        with value: SourceNode,
        at place: SourcePlace,
        below key: String = ""
    ) throws(LostPath) -> SourceNode {
        guard let step = path.first else { return value }
        let rest = path.dropFirst()
        var copy = self
        switch content {
        case .mapping(var entries):
            if let index = entries.firstIndex(where: { $0.key == step }) {
                if !rest.isEmpty { entries[index].expandShorthand() }
                entries[index].value = try entries[index].value.replacing(
                    rest,
                    with: value,
                    at: place,
                    below: step
                )
                if rest.isEmpty { entries[index].place = place }
            } else {
                let child = try SourceNode(place: place, content: .mapping([])).replacing(
                    rest,
                    with: value,
                    at: place
                )
                entries.append(Entry(key: step, place: place, value: child))
            }
            copy.content = .mapping(entries)
        case .sequence(var items):
            let index = try Self.index(of: step, in: items, below: key)
            items[index] = try items[index].replacing(rest, with: value, at: place)
            copy.content = .sequence(items)
        case .scalar:
            guard isNull else {
                throw LostPath(
                    message: "\(shortDescription) is a single value, there is no \(quoted(step)) in it",
                    hint: nil
                )
            }
            copy.content = .mapping([])
            return try copy.replacing(path, with: value, at: place)
        }
        return copy
    }

    /// How items are called that have no name.
    private static let standardNames = ["phases": "phase-", "steps": "step-"]

    private static func index(
        of step: String,
        in items: [SourceNode],
        below key: String
    ) throws(LostPath) -> Int {
        let labels = items.enumerated().map { index, item in
            item["name"]?.text ?? item.findingName ?? standardNames[key].map { $0 + String(index + 1) }
        }
        if let index = labels.firstIndex(of: step) { return index }
        if let index = Int(step), items.indices.contains(index) { return index }
        let names = labels.compactMap(\.self)
        let known =
            items.isEmpty
            ? "The list is empty."
            : names.isEmpty
                ? "Items here: 0 to \(items.count - 1)." : "Items here: \(names.joined(separator: ", "))."
        throw LostPath(
            message: "there is no item \(quoted(step))",
            hint: didYouMean(step, among: names) + known
        )
    }
}

// MARK: - Duration and variants

extension OverriddenSource {
    /// Rewrites the durations of all phases; if one cannot be read, all are left as they are for validation to report.
    private mutating func scale(to total: Duration) {
        let override = ScenarioOverride.duration(total)
        guard total > .zero else {
            report(
                override.place,
                "\(quoted(total.text)) is too small",
                hint: "The duration must be above zero."
            )
            return
        }
        guard let phases = tree["workload"]?["phases"]?.items else { return }
        guard phases.allSatisfy({ $0["curve"] == nil }) else {
            report(
                override.place,
                "a recorded curve is as long as it is",
                hint: "“timeScale” makes it pass faster; the phase's “duration” cuts it."
            )
            return
        }
        let durations = phases.compactMap {
            $0["duration"]?.text.flatMap { Duration(parsing: $0) }?.inSeconds
        }
        let sum = durations.reduce(0, +)
        guard durations.count == phases.count, sum > 0 else { return }
        func scaled(_ seconds: Double) -> String { decimal(seconds / sum * total.inSeconds, places: 9) + "s" }
        for (index, duration) in durations.enumerated() {
            replace(
                ["workload", "phases", String(index), "duration"],
                with: scaled(duration),
                for: override
            )
        }
        for (variant, item) in (tree["variants"]?.items ?? []).enumerated() {
            for (step, node) in (item["steps"]?.items ?? []).enumerated() {
                guard let at = node["at"]?.text.flatMap({ Duration(parsing: $0) }) else { continue }
                let path = ["variants", String(variant), "steps", String(step), "at"]
                replace(path, with: scaled(at.inSeconds), for: override)
            }
        }
    }

    private mutating func keep(_ names: [String]) {
        let place = ScenarioOverride.variants(names).place
        guard let variants = tree["variants"], let items = variants.items else { return }
        let known = items.compactMap { $0["name"]?.text }
        for name in names where !known.contains(name) {
            report(
                place,
                "unknown variant \(quoted(name))",
                hint: didYouMean(name, among: known) + "Variants here: \(known.joined(separator: ", "))."
            )
        }
        let kept = items.filter { item in
            let name = item["name"]?.text
            return item["control"]?.text == "true" || (name != nil && name == impliedControl)
                || name.map(names.contains) ?? true
        }
        let keptNames = kept.compactMap { $0["name"]?.text }
        removedVariants = items.compactMap(VariantOutline.init).filter { !keptNames.contains($0.name) }
        let remaining = SourceNode(place: variants.place, content: .sequence(kept))
        replace(["variants"], with: remaining, for: .variants(names))
    }
}
