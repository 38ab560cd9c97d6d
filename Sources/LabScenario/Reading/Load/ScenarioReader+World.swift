import LabCore

extension ScenarioReader {
    /// What a phase changes in the incident's world, by name; what is as it should be is left out.
    func world(in phase: Fields, _ variables: [WorldVariable]) -> [String: WorldCondition] {
        guard phase.has("world") else { return [:] }
        let fields = fields("world", in: phase, keys: variables.map(\.name))
        var conditions: [String: WorldCondition] = [:]
        for variable in variables {
            guard let condition = present(variable.name, .condition(of: variable), in: fields) else {
                continue
            }
            if condition.value != .normal { conditions[variable.name] = condition.value }
        }
        return conditions
    }
}

extension ValueType<WorldCondition> {
    static func condition(of variable: WorldVariable) -> ValueType {
        ValueType(
            noun: variable.kind == .share ? "a share" : "a state of something that answers",
            notation: variable.notation,
            parse: { variable.condition(parsing: $0) },
            describe: { $0.text }
        )
    }
}
