import LabCore

extension ScenarioReader {
    static let restartKeys = ["policy", "backOff", "longestBackOff", "resetAfter"]
    private static let restartWords = ValueType<PodSettings.RestartCondition>.choice(
        or: "{policy: always, backOff: 5s}"
    )
    private static let delay = ValueType<Duration>.duration.within(.milliseconds(1), .seconds(86_400))
    private static let lifeTime = ValueType<Duration>.duration.within(.zero, .seconds(7 * 86_400))

    /// A word is short for a mapping with that policy; of several mappings each tells what it changes.
    func restart(in fields: Fields) -> PodSettings.Restart {
        var restart = PodSettings.Restart()
        let mapping = restartMapping(in: fields)
        restart.condition = condition(in: fields, mapping: mapping)
        let backOff = setting("backOff", Self.delay, in: mapping, default: restart.backOff)
        let longest = setting("longestBackOff", Self.delay, in: mapping, default: restart.longestBackOff)
        // One that could not be read has a problem already.
        let isBackOffRead = backOff.place != nil || !mapping.has("backOff")
        let isLongestRead = longest.place != nil || !mapping.has("longestBackOff")
        if isBackOffRead, isLongestRead { checkOrder(backOff, longest) }
        restart.backOff = backOff.value
        restart.longestBackOff = longest.value
        restart.resetAfter =
            setting("resetAfter", Self.lifeTime, in: mapping, default: restart.resetAfter).value
        return restart
    }

    private func restartMapping(in fields: Fields) -> Fields {
        let label = fields.label(of: "restart")
        let nodes = fields.layers.map { entries in
            entries.first { $0.key == "restart" }?.value
        }
        let layers = nodes.map { node in
            guard let node, node.entries != nil else { return [] as [SourceNode.Entry] }
            let own = self.fields(node, label: label, keys: Self.restartKeys, in: node.place)
            return own.layers.first ?? []
        }
        let nearest = nodes.compactMap(\.self).first { $0.entries != nil }
        return Fields(label: label, place: nearest?.place ?? fields.place, layers: layers)
    }

    private func condition(in fields: Fields, mapping: Fields) -> PodSettings.RestartCondition {
        let words = Fields(
            label: fields.label,
            place: fields.place,
            layers: fields.layers.map { $0.filter { $0.key == "restart" && $0.value.entries == nil } }
        )
        let standard = PodSettings.RestartCondition.never
        let isMappingNearer = (mapping.find("policy")?.layer ?? .max) < (words.find("restart")?.layer ?? .max)
        if !isMappingNearer, words.has("restart") || !fields.has("restart") {
            return setting("restart", Self.restartWords, in: words, default: standard).value
        }
        return required("policy", .choice, in: mapping)?.value ?? standard
    }

    private func checkOrder(_ backOff: Setting<Duration>, _ longest: Setting<Duration>) {
        guard longest.value < backOff.value else { return }
        let isLongestNearer = (longest.layer ?? .max) <= (backOff.layer ?? .max)
        guard let place = isLongestNearer ? longest.place : backOff.place else { return }
        report(
            .conflict,
            at: place,
            "a longest back-off of \(longest.value.text) is shorter than the first, \(backOff.value.text)",
            hint: "“longestBackOff” is at least “backOff”; the same value for both makes the back-off fixed."
        )
    }
}

// MARK: - Handlers that throw

extension ScenarioReader {
    private enum ErrorChoice: String, CaseIterable {
        case skip
        case stop
    }

    func errors(in fields: Fields) -> HandlerErrorPolicy {
        guard fields.find("errors")?.node.entries != nil else {
            let words = ValueType<ErrorChoice>.choice(or: "{retry: 3}")
            return setting("errors", words, in: fields, default: .skip).value == .skip ? .skip : .stop
        }
        let mapping = nearestFields("errors", in: fields, keys: ["retry"])
        let limit = required("retry", ValueType<Int64>.count.within(1, 1_000), in: mapping)
        return limit.map { .retry(limit: Int($0.value)) } ?? .skip
    }
}
