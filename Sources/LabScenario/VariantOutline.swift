package import LabCore

/// What expectations may say of a variant: its name, those of its segments, and what is looked for in it.
package struct VariantOutline: Hashable, Sendable {
    package let name: String
    /// From step to step; the first is ``VariantSegment/firstName``.
    package let segments: [String]
    package private(set) var findings: [FindingRule]
    /// By name, those that every run judges included.
    package private(set) var resources: [String]

    package init(
        name: String,
        steps: [String] = [],
        findings: [FindingRule] = FindingRule.standard,
        resources: [String] = []
    ) {
        self.name = name
        segments = [VariantSegment.firstName] + steps
        self.findings = findings
        self.resources = MetricName.standardResources.map(\.rawValue) + resources
    }

    /// The same with what the scenario looks for in every variant.
    func looking(for findings: [FindingRule], resources: [String]) -> VariantOutline {
        var outline = self
        outline.findings = findings
        outline.resources += resources
        return outline
    }

    /// Reads the names alone, so that it works for variants that are left out or have problems elsewhere.
    /// - Returns: `nil` for a variant without a name.
    init?(of variant: SourceNode) {
        guard let name = variant["name"]?.text else { return nil }
        let steps = variant["steps"]?.items ?? []
        self.init(
            name: name,
            steps: steps.enumerated().map { $1["name"]?.text ?? Self.standardName(ofStep: $0 + 1) }
        )
    }

    /// The name of a step that has none, by its number from 1.
    static func standardName(ofStep number: Int) -> String { "step-\(number)" }
}
