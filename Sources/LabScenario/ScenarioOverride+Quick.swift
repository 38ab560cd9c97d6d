import LabCore

extension OverriddenSource {
    /// The key of the section that tells what differs in the quick form.
    static let quickKey = "quick"

    /// Lays the section `quick` over the rest of the file; each of its keys is a path such as `--set` takes.
    ///
    /// Values keep their places, so that what is wrong with one is told with its line and column.
    mutating func applyQuickForm() {
        guard let quick = tree[Self.quickKey] else {
            return report(
                .option,
                at: ScenarioOverride.quick.place,
                "this scenario has no quick form",
                hint: "Run it as it is, or write a section “quick” that says what differs then."
            )
        }
        for entry in quick.entries ?? [] { apply(entry) }
    }

    private mutating func apply(_ entry: SourceNode.Entry) {
        let path = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard path.allSatisfy({ !$0.isEmpty }) else {
            return report(
                .unknownKey,
                at: entry.place,
                "\(quoted(entry.key)) is not a path",
                hint: "Write keys joined by dots, such as workload.phases.peak.duration."
            )
        }
        guard path.first != Self.quickKey else {
            return report(
                .conflict,
                at: entry.place,
                "the quick form has no quick form of its own",
                hint: "Write \(quoted(path.dropFirst().joined(separator: "."))) without “quick” before it."
            )
        }
        replace(path, with: entry.value, at: entry.place, orReport: .unknownName)
    }
}

extension ScenarioReader {
    /// Whether there is a section `quick`; what stands in it is looked at when it is laid over the rest.
    func hasQuickForm(in root: Fields) -> Bool {
        guard let (node, _) = root.find(OverriddenSource.quickKey) else { return false }
        if node.isNull || node.entries == nil {
            let key = quoted(OverriddenSource.quickKey)
            report(
                node.isNull ? .missing : .wrongType,
                at: node.place,
                node.isNull ? "\(key) has no value" : "\(key) is a mapping, not \(node.shortDescription)",
                hint:
                    "Write what differs in the quick form, such as {timeScale: 60, verdict.warmUp: 2s}, or {}."
            )
        }
        return true
    }
}
