import LabCore

extension ScenarioReader {
    private static let findingKeys = ["kind", "metric", "limit"]

    /// What the file lists, and the standard findings of other kinds.
    func findings(in root: Fields) -> [FindingRule] {
        let items = list("findings", in: root, of: "findings") ?? []
        var listed: [FindingRule] = []
        for (index, item) in items.enumerated() {
            guard let rule = finding(item, number: index + 1) else { continue }
            if listed.contains(where: { $0.name == rule.name }) {
                report(
                    .conflict,
                    at: item.place,
                    "another line looks for the \(rule.kind.rawValue) of \(quoted(rule.metric))",
                    hint: "There is one line for each kind and metric; leave one out."
                )
            } else {
                listed.append(rule)
            }
        }
        let rules = FindingRule.inEffect(listed)
        for rule in rules.dropFirst(listed.count) { record("findings.\(rule.name)", "no limit", from: nil) }
        return rules
    }

    private func finding(_ node: SourceNode, number: Int) -> FindingRule? {
        let label = "findings.\(node.findingName ?? "finding-\(number)")"
        let fields = fields(node, label: label, keys: Self.findingKeys, in: node.place)
        guard node.entries != nil else {
            if node.isNull {
                report(
                    .missing,
                    at: node.place,
                    "an empty finding",
                    hint: "Fill it in, or remove the “-”: {kind: spike, metric: heap, limit: 3}."
                )
            }
            return nil
        }
        let kind = required("kind", .findingKind, in: fields)
        let metric = required("metric", .level, in: fields)
        guard let kind, let metric else { return nil }
        check(metric, of: kind.value, in: fields)
        let rule = FindingRule(kind: kind.value, metric: metric.value)
        return FindingRule(kind: kind.value, metric: metric.value, limit: limit(of: rule, in: fields))
    }

    /// What the lab measures has no members whose shares could be compared.
    private func check(_ metric: Setting<String>, of kind: Finding.Kind, in fields: Fields) {
        guard kind == .imbalance, !MetricName(metric.value).isOfIncident else { return }
        report(
            .conflict,
            at: metric.place ?? fields.place,
            "\(quoted(metric.value)) has no members to be compared",
            hint:
                "Imbalance is that of an incident's metrics: “metric: requests” compares “requests.a” with “requests.b”."
        )
    }

    /// In the unit of the finding's value; `nil` for none, or one that cannot be read.
    private func limit(of rule: FindingRule, in fields: Fields) -> Double? {
        switch rule.unit {
        case .ratio:
            present("limit", .number.above(1, to: 1_000_000), in: fields)?.value
        case .seconds:
            present("limit", .duration.above(.zero, to: .seconds(366 * 86_400)), in: fields)?.value.inSeconds
        case .bytes:
            (present("limit", .size, in: fields)?.value.bytes).map(Double.init)
        case .count:
            present("limit", .number.within(0, 1e12), in: fields)?.value
        }
    }
}

extension SourceNode {
    /// `KIND-of-METRIC`, by which a line of `findings` goes; `nil` for what is none.
    var findingName: String? {
        guard let kind = self["kind"]?.text, let metric = self["metric"]?.text,
            let known = Finding.Kind(rawValue: kind.trimmedOfSpaces)
        else { return nil }
        return FindingRule(kind: known, metric: metric.trimmedOfSpaces).name
    }
}

// MARK: - Nobody tells them

extension ScenarioReader {
    /// Reports findings with a limit and resources whose metric no variant's pods will ever tell: nothing could be found.
    func checkWatched(in root: Fields, by variants: [VariantOutline]) {
        guard !variants.isEmpty else { return }
        for item in root.find("findings")?.node.items ?? [] where item["limit"] != nil {
            guard let node = item["metric"], let metric = node.text?.trimmedOfSpaces,
                item["kind"]?.text.flatMap(Finding.Kind.init(rawValue:)) != nil
            else { continue }
            check(metric, item["kind"]?.text == Finding.Kind.imbalance.rawValue, at: node.place, by: variants)
        }
        let verdict = root.find("verdict")?.node
        for item in verdict?["resources"]?.items ?? [] {
            guard let metric = item.text?.trimmedOfSpaces else { continue }
            check(metric, false, at: item.place, by: variants)
        }
    }

    private func check(
        _ metric: String,
        _ isFamily: Bool,
        at place: SourcePlace,
        by variants: [VariantOutline]
    ) {
        guard MetricName(metric).isOfIncident else { return }
        let isTold = variants.contains { isFamily ? $0.tellsMember(of: metric) : $0.tells(metric) }
        guard !isTold else { return }
        let all = variants.flatMap(\.toldMetrics)
        let names = all.indices.filter { all.firstIndex(of: all[$0]) == $0 }.map { all[$0] }
        let known = names.isEmpty ? "They report none." : "They report: \(names.joined(separator: ", "))."
        report(
            .unknownName,
            at: place,
            "no variant's pods report \(quoted(isFamily ? metric + ".…" : metric))",
            hint: didYouMean(metric, among: names) + known
        )
    }
}

// MARK: - Resources

extension ScenarioReader {
    /// The items of `verdict.resources`, each of which is judged as tasks are.
    func resources(in verdict: Fields) -> [String] {
        guard let items = list("resources", in: verdict, of: "resources") else {
            if !verdict.has("resources") { record(verdict.label(of: "resources"), "none", from: nil) }
            return []
        }
        var names: [String] = []
        for item in items {
            guard let name = value(of: item, key: "resources", .resource) else { continue }
            guard !names.contains(name) else {
                report(
                    .conflict,
                    at: item.place,
                    "\(quoted(name)) is named twice",
                    hint: "Name each resource once."
                )
                continue
            }
            names.append(name)
            record(verdict.label(of: "resources"), name, from: item.place)
        }
        return names
    }
}

extension ValueType<String> {
    /// The longest name that a telemetry page has room for.
    private static let longestMetric = 56

    /// Whether it can be the name of a series; nobody knows an incident's own before it runs.
    private static func isMetric(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= longestMetric
            && text.unicodeScalars.allSatisfy { scalar in
                !scalar.properties.isWhitespace
                    && ![.control, .format].contains(scalar.properties.generalCategory)
            }
    }

    /// A metric that has a level.
    fileprivate static let level = ValueType(
        noun: "the name of a metric",
        notation:
            "one of \(MetricName.levels.map(\.rawValue).joined(separator: ", ")), or a metric of the incident's",
        read: { text in
            guard isMetric(text) else { return .wrongType }
            guard MetricName(text).isLevel else {
                let levels = MetricName.levels.map(\.rawValue).joined(separator: ", ")
                return .refused(
                    verdict: "is no level of a pod",
                    rule: "takes one of \(levels), or a metric of the incident's"
                )
            }
            return .value(text)
        },
        describe: { $0 }
    )

    /// A gauge of the incident's own.
    fileprivate static let resource = ValueType(
        noun: "the name of a metric",
        notation: "a list of the incident's gauges, such as [statementsOpen]",
        read: { text in
            guard isMetric(text) else { return .wrongType }
            guard MetricName(text).isOfIncident else {
                return .refused(
                    verdict: "is the lab's own",
                    rule:
                        "names gauges of the incident's; tasks, instances, descriptors and threads are judged in every run"
                )
            }
            return .value(text)
        },
        describe: { $0 }
    )
}
