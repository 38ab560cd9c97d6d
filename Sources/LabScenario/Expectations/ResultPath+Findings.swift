import LabCore

/// `findings.KIND.KEY`, where the scenario looks for one finding of the kind, or `findings.KIND-of-METRIC.KEY`, where
/// the metric's name may contain dots.
struct FindingPath: Hashable, Sendable {
    static let list = "findings"

    private let kind: Finding.Kind
    /// `nil` for the only one of its kind.
    private let metric: String?
    private let key: String

    init?(_ keys: [String]) {
        guard keys.count > 2, keys.first == Self.list, let key = keys.last else { return nil }
        let name = keys[1..<(keys.count - 1)].joined(separator: ".")
        self.key = key
        if let kind = Finding.Kind(rawValue: name) {
            (self.kind, metric) = (kind, nil)
            return
        }
        guard let kind = Finding.Kind.allCases.first(where: { name.hasPrefix("\($0.rawValue)-of-") }) else {
            return nil
        }
        self.kind = kind
        metric = String(name.dropFirst("\(kind.rawValue)-of-".count))
    }

    private func isMet(by kind: Finding.Kind, _ metric: String) -> Bool {
        kind == self.kind && (self.metric ?? metric) == metric
    }

    /// What is not found is beyond no limit; all else is unknown of it.
    func value(in outcome: VariantResult) -> ResultValue? {
        guard let finding = outcome.findings.first(where: { isMet(by: $0.kind, $0.metric) }) else {
            return key == Self.beyond ? .word("false") : nil
        }
        return ResultSchema.findingKeys(in: finding.unit).first { $0.path == [key] }?.value(in: finding)
    }

    private static let beyond = "beyond"
}

// MARK: - The type

extension FindingPath {
    /// - Returns: `nil` for keys that lead elsewhere.
    /// - Throws: what is not looked for, or not known of a finding.
    static func type(of keys: [String], in outline: VariantOutline) throws(ExpectationProblem) -> ResultType?
    {
        guard keys.first == list else { return nil }
        let names = outline.findings.map(\.name)
        let known = "Looked for in this scenario: \(names.joined(separator: ", "))."
        guard let path = FindingPath(keys) else {
            let kind = keys.dropFirst().first ?? ""
            let kinds = Finding.Kind.allCases.map(\.rawValue)
            throw ExpectationProblem(
                message: "unknown kind of finding \(quoted(kind))",
                hint: didYouMean(kind, among: kinds + names) + "Kinds: \(kinds.joined(separator: ", "))."
            )
        }
        let prefix = [outline.name] + keys.dropLast()
        guard Finding.Kind.onDemand.contains(path.kind) else {
            // Every run looks for it, and says itself from where on it flags.
            let unit = path.kind.unit(of: MetricName(path.metric ?? ""))
            return try ResultPath.type(of: [path.key], in: ResultSchema.findingKeys(in: unit), after: prefix)
        }
        let rules = outline.findings.filter { path.isMet(by: $0.kind, $0.metric) }
        guard let rule = rules.first else {
            let name = path.metric.map { "\(path.kind.rawValue) of \(quoted($0))" } ?? path.kind.rawValue
            throw ExpectationProblem(
                message: "no \(name) is looked for",
                hint: "Add it to “findings”. " + known
            )
        }
        guard rules.count == 1 else {
            throw ExpectationProblem(
                message: "more than one \(path.kind.rawValue) is looked for",
                hint: "Write one of \(rules.map(\.name).joined(separator: ", "))."
            )
        }
        if ["limit", beyond].contains(path.key), rule.limit == nil {
            throw ExpectationProblem(
                message: "\(quoted(rule.name)) has no limit",
                hint: "Give it a “limit” in “findings”."
            )
        }
        if rule.kind != .imbalance { try outline.checkRead(rule.metric) }
        let schema = ResultSchema.findingKeys(in: rule.unit)
        return try ResultPath.type(of: [path.key], in: schema, after: prefix)
    }
}

/// `resources.NAME.KEY`, where the name may contain dots.
struct ResourcePath: Hashable, Sendable {
    static let list = "resources"

    private let name: String
    private let keys: [String]

    init?(_ keys: [String]) {
        guard keys.first == Self.list,
            let found = ResultSchema.resourceKeys.map(\.path).first(where: { path in
                keys.count > path.count + 1 && Array(keys.suffix(path.count)) == path
            })
        else { return nil }
        name = keys[1..<(keys.count - found.count)].joined(separator: ".")
        self.keys = found
    }

    func value(in outcome: VariantResult) -> ResultValue? {
        outcome.resources.first { $0.name == name }.flatMap { resource in
            ResultSchema.resourceKeys.first { $0.path == keys }?.value(in: resource)
        }
    }

    /// - Returns: `nil` for keys that lead elsewhere.
    /// - Throws: what is not judged, or not known of a resource.
    static func type(of keys: [String], in outline: VariantOutline) throws(ExpectationProblem) -> ResultType?
    {
        guard keys.first == list else { return nil }
        let judged = outline.resources.joined(separator: ", ")
        guard let path = ResourcePath(keys) else {
            let names = ResultSchema.resourceKeys.map(\.name).joined(separator: ", ")
            throw ExpectationProblem(
                message: "\(quoted(([outline.name] + keys).joined(separator: "."))) is not a single value",
                hint: "Write the resource's name and one of its keys, \(list).NAME.KEY: \(names)."
            )
        }
        guard outline.resources.contains(path.name) else {
            throw ExpectationProblem(
                message: "\(quoted(path.name)) is not judged as a resource",
                hint: didYouMean(path.name, among: outline.resources)
                    + "Name it in “verdict.resources”. Judged here: \(judged)."
            )
        }
        try outline.checkRead(path.name)
        return ResultSchema.resourceKeys.first { $0.path == path.keys }?.type
    }
}
