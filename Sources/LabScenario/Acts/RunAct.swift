package import LabCore

/// Something that is done to a run while it goes on.
package enum RunAct: Hashable, Sendable {
    /// Incident time, as a scenario's phases have it.
    case rate(EventRate)
    /// So many times what is planned.
    case multiply(Double)
    /// `nil` for no limit; all variants without one, here and below.
    case memory(ByteCount?, variant: String?)
    case scale(Int, variant: String?)
    case handler(String, variant: String)
    case world(String, WorldCondition)
    case next
    case pause
    case resume
    /// Of all pods without one.
    case profile(pod: String?)
    case stop

    /// Whether it changes when events come.
    package var changesLoad: Bool {
        switch self {
        case .rate, .multiply, .next, .pause, .resume: true
        case .memory, .scale, .handler, .world, .profile, .stop: false
        }
    }
}

extension RunAct {
    /// Reads an act, word by word, with the readers of a scenario's `steps` and `phases`.
    ///
    /// - Parameters:
    ///   - words: such as `scale`, `per-event`, `4`.
    ///   - scenario: of the run.
    ///   - incident: of the scenario; `nil` if all variants are commands.
    /// - Throws: ``LabError`` with what is wrong and what can be written instead; exit status 64.
    package init(
        _ words: [String],
        in scenario: Scenario,
        _ incident: IncidentCatalogue.Entry?
    ) throws(LabError) {
        let verb = try Self.verb(of: words)
        let reader = ActReader(verb: verb, words: Array(words.dropFirst()), scenario, incident)
        self = try reader.act()
    }

    /// - Throws: ``LabError`` for a word that asks for nothing, with the one that was meant.
    package static func verb(of words: [String]) throws(LabError) -> ActVerb {
        let known = ActVerb.allCases.map(\.rawValue)
        guard let word = words.first else {
            throw .act("no act is named", hint: "Acts: \(known.joined(separator: ", ")).")
        }
        guard let verb = ActVerb(rawValue: word) else {
            throw .act(
                "there is no act \(quoted(word))",
                hint: didYouMean(word, among: known) + "Acts: \(known.joined(separator: ", "))."
            )
        }
        return verb
    }
}

extension LabError {
    /// Why an act is not done.
    package static func act(_ problem: String, hint: String? = nil) -> LabError {
        LabError("act: \(problem)", hint: hint, exitStatus: .usage)
    }
}

/// Reads what follows the verb of an act.
private struct ActReader {
    let verb: ActVerb
    let words: [String]
    let scenario: Scenario
    let incident: IncidentCatalogue.Entry?

    init(
        verb: ActVerb,
        words: [String],
        _ scenario: Scenario,
        _ incident: IncidentCatalogue.Entry?
    ) {
        self.verb = verb
        self.words = words
        self.scenario = scenario
        self.incident = incident
    }

    func act() throws(LabError) -> RunAct {
        switch verb {
        case .rate: return try rate()
        case .limit:
            let (variant, value) = try variantAndValue()
            return .memory(try read(value, "memory", ValueType<ByteCount?>.limit), variant: variant)
        case .scale:
            let (variant, value) = try variantAndValue()
            let pods = try read(value, "scale", ValueType<Int64>.count.within(1, 64))
            return .scale(Int(pods), variant: variant)
        case .rollout: return try rollout()
        case .world: return try world()
        case .profile:
            try require(0...1)
            return .profile(pod: words.first)
        case .next, .pause, .resume, .stop:
            try require(0...0)
            let acts: [ActVerb: RunAct] = [.next: .next, .pause: .pause, .resume: .resume]
            return acts[verb] ?? .stop
        }
    }

    private func rate() throws(LabError) -> RunAct {
        try require(1...1)
        let text = words[0]
        if let factor = factor(text) {
            guard (0.01...1_000).contains(factor) else {
                throw .act("\(quoted(text)) is out of range", hint: "A factor is from 0.01x to 1000x.")
            }
            return .multiply(factor)
        }
        return .rate(try read(text, "rate", ValueType<EventRate>.rate.above(.zero, to: .highest)))
    }

    /// Of `2x` or `×2`; `nil` for anything else.
    private func factor(_ text: String) -> Double? {
        if text.hasPrefix("×") || text.hasPrefix("x") { return plainNumber(String(text.dropFirst())) }
        return text.hasSuffix("x") || text.hasSuffix("×") ? plainNumber(String(text.dropLast())) : nil
    }

    private func rollout() throws(LabError) -> RunAct {
        try require(2...2)
        let variant = try variant(words[0])
        guard variant.command == nil, let incident else {
            throw .act(
                "\(quoted(variant.name)) is a command, and has no handlers",
                hint: "Acts change the “scale” and the “limit” of its pods."
            )
        }
        let known = incident.handlers.map(\.name)
        guard known.contains(words[1]) else {
            throw .act(
                "\(incident.name) has no handler \(quoted(words[1]))",
                hint: didYouMean(words[1], among: known) + "Handlers: \(known.joined(separator: ", "))."
            )
        }
        return .handler(words[1], variant: variant.name)
    }

    private func world() throws(LabError) -> RunAct {
        let text = words.joined(separator: " ")
        let name = text.prefix { $0 != ":" && $0 != " " }
        let condition = text.dropFirst(name.count).drop { $0 == ":" || $0 == " " }
        let variables = (incident?.world ?? []) + [.broker]
        let known = variables.map(\.name)
        guard let variable = variables.first(where: { $0.name == name }) else {
            throw .act(
                name.isEmpty
                    ? "nothing of the world is named" : "the world has no \(quoted(String(name)))",
                hint: didYouMean(String(name), among: known)
                    + "There is: \(known.joined(separator: ", ")); write “world \(known[0]): down”."
            )
        }
        return .world(variable.name, try read(String(condition), variable.name, .condition(of: variable)))
    }

    // MARK: - Parts

    private func require(_ count: ClosedRange<Int>) throws(LabError) {
        guard count.contains(words.count) else {
            throw .act("\(verb.rawValue) is written otherwise", hint: "Write “\(verb.usage)”.")
        }
    }

    private func variantAndValue() throws(LabError) -> (variant: String?, value: String) {
        try require(1...2)
        guard words.count == 2 else { return (nil, words[0]) }
        return (try variant(words[0]).name, words[1])
    }

    private func variant(_ name: String) throws(LabError) -> ScenarioVariant {
        if let variant = scenario.variants.first(where: { $0.name == name }) { return variant }
        let known = scenario.variants.map(\.name)
        throw .act(
            "there is no variant \(quoted(name))",
            hint: didYouMean(name, among: known) + "Variants: \(known.joined(separator: ", "))."
        )
    }

    private func read<Value>(
        _ text: String,
        _ key: String,
        _ type: ValueType<Value>
    ) throws(LabError) -> Value {
        switch type.read(text.trimmedOfSpaces) {
        case .value(let value): return value
        case .wrongType:
            throw .act(
                "\(quoted(text)) is not \(type.noun)",
                hint: didYouMean(text, among: type.choices) + "\(quoted(key)) takes \(type.notation)."
            )
        case .refused(let verdict, let rule):
            throw .act("\(quoted(text)) \(verdict)", hint: "\(quoted(key)) \(rule).")
        }
    }
}
