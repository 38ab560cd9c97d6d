import LabCore

/// A phase with the place of its duration.
struct LocatedPhase {
    let phase: LoadPhase
    let durationPlace: SourcePlace
}

extension ScenarioReader {
    static let phaseKeys = [
        "name", "duration", "rate", "from", "to", "spike", "curve", "world",
    ]
    private static let spikeRate = ValueType<EventRate>.rate.above(.zero, to: .highest)
    /// Of a phase, which may be a pause, and of the ends of a ramp.
    private static let rate = ValueType<EventRate>.rate.within(.zero, .highest)
    private static let span = ValueType<Duration>.duration.above(.zero, to: .seconds(366 * 86_400))

    /// `path` is the scenario file's; `world` is what the phases may change besides the load, `nil` if the incident is
    /// unknown.
    ///
    /// - Returns: `nil` if any phase has a problem.
    func phases(in workload: Fields, path: String, world: [WorldVariable]?) -> [LocatedPhase]? {
        guard workload.has("phases") else {
            report(
                .missing,
                at: workload.place,
                "“phases” is missing",
                hint: "The load has at least one phase: {name: steady, duration: 60s, rate: 200/s}."
            )
            return nil
        }
        guard let items = list("phases", in: workload, of: "phases") else { return nil }
        if items.isEmpty, let (node, _) = workload.find("phases") {
            report(
                .missing,
                at: node.place,
                "there are no phases",
                hint: "The load has at least one phase: {name: steady, duration: 60s, rate: 200/s}."
            )
        }
        var seen: [String: SourcePlace] = [:]
        let phases = items.enumerated().map {
            phase($1, number: $0 + 1, path: path, world: world, seen: &seen)
        }
        let read = phases.compactMap(\.self)
        guard !read.isEmpty, read.count == phases.count else { return nil }
        return checkThatAnythingIsSent(read) ? read : nil
    }

    private func checkThatAnythingIsSent(_ phases: [LocatedPhase]) -> Bool {
        guard phases.allSatisfy({ $0.phase.shape == .constant(.zero) }), let first = phases.first else {
            return true
        }
        report(
            .outOfRange,
            at: first.durationPlace,
            "no phase sends anything",
            hint: "A phase with “rate: 0” is a pause; at least one other phase has a rate above zero."
        )
        return false
    }

    private func phase(
        _ node: SourceNode,
        number: Int,
        path: String,
        world variables: [WorldVariable]?,
        seen: inout [String: SourcePlace]
    ) -> LocatedPhase? {
        let problemsBefore = problems.count
        let standardName = "phase-\(number)"
        let label = node["name"]?.text.flatMap { isName($0) ? $0 : nil } ?? standardName
        let fields = fields(node, label: "workload.phases.\(label)", keys: Self.phaseKeys, in: node.place)
        guard node.entries != nil else { return missing(node, what: "phase") }
        let name = setting("name", .name, in: fields, default: standardName)
        if seen.updateValue(name.place ?? node.place, forKey: name.value) != nil {
            report(
                .conflict,
                at: name.place ?? node.place,
                "another phase is called \(quoted(name.value))",
                hint: "Names of phases are unique, so that reports and overrides can point at one."
            )
        }
        let curve = fields.has("curve") ? curve(in: fields, path: path) : nil
        let duration = fields.has("curve") ? curve?.duration : required("duration", Self.span, in: fields)
        let shape = fields.has("curve") ? curve.map { .curve($0.curve) } : shape(in: fields)
        let world = variables.map { self.world(in: fields, $0) } ?? [:]
        guard let duration, let shape, let place = duration.place, problems.count == problemsBefore else {
            return nil
        }
        let phase = LoadPhase(name: name.value, duration: duration.value, shape: shape, world: world)
        return LocatedPhase(phase: phase, durationPlace: place)
    }

    /// A list item without anything in it; other wrong items are reported when their keys are looked at.
    func missing<Value>(_ node: SourceNode, what: String) -> Value? {
        if node.isNull {
            report(.missing, at: node.place, "an empty \(what)", hint: "Fill it in, or remove the “-”.")
        }
        return nil
    }

    private func shape(in fields: Fields) -> LoadShape? {
        if fields.has("from") || fields.has("to") { return ramp(in: fields) }
        guard fields.has("rate") else {
            report(
                .missing,
                at: fields.place,
                "a phase needs a rate",
                hint: "Write “rate: 200/s”, or a ramp: “from: 200/s” and “to: 7.23M/h”."
            )
            return nil
        }
        guard let rate = present("rate", Self.rate, in: fields) else { return nil }
        return fields.has("spike") ? spikes(on: rate.value, in: fields) : .constant(rate.value)
    }

    private func ramp(in fields: Fields) -> LoadShape? {
        for key in ["rate", "spike"] {
            guard let (node, _) = fields.find(key) else { continue }
            report(
                .conflict,
                at: node.place,
                "\(quoted(key)) excludes a ramp",
                hint: "A phase has a “rate”, or both “from” and “to”."
            )
        }
        let hint = "A ramp has both ends: “from: 200/s” and “to: 7.23M/h”."
        let from = required("from", Self.rate, in: fields, hint: hint)
        let to = required("to", Self.rate, in: fields, hint: hint)
        guard let from, let to else { return nil }
        if from.value == .zero, to.value == .zero, let place = to.place {
            report(
                .outOfRange,
                at: place,
                "a ramp from 0 to 0 sends nothing",
                hint: "One end must be above zero; a pause is “rate: 0”."
            )
        }
        return .ramp(from: from.value, to: to.value)
    }

    private func spikes(on base: EventRate, in fields: Fields) -> LoadShape? {
        let spike = self.fields("spike", in: fields, keys: ["to", "every", "for"])
        let peak = required("to", Self.spikeRate, in: spike)
        let every = required("every", Self.span, in: spike)
        let lasting = required("for", Self.span, in: spike)
        guard let peak, let every, let lasting else { return nil }
        if lasting.value > every.value, let place = lasting.place {
            report(
                .conflict,
                at: place,
                "a spike of \(lasting.value.text) is longer than its period",
                hint: "There is one spike every \(every.value.text), so “for” is at most that."
            )
        }
        return .spikes(base: base, peak: peak.value, every: every.value, lasting: lasting.value)
    }
}

extension EventRate {
    /// That a scenario can ask for.
    static let highest = EventRate(perSecond: 1e7)
}
