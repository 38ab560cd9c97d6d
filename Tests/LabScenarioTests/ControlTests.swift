import Foundation
import LabCore
import LabScenario
import Testing

/// Which variant is the control where the scenario does not say.
@Suite struct ControlTests {
    private static let catalogue = IncidentCatalogue([
        IncidentCatalogue.Entry(
            name: "cache",
            handlers: [
                IncidentCatalogue.Handler(name: "bug", summary: "Keeps all.", defaultRole: .suspect),
                IncidentCatalogue.Handler(name: "half", summary: "Keeps some.", defaultRole: .fix),
                IncidentCatalogue.Handler(
                    name: "whole",
                    summary: "Keeps none.",
                    defaultRole: .fix,
                    isControl: true
                ),
            ]
        )
    ])

    private func text(_ variants: String) -> String {
        """
        incident: cache
        workload: {phases: [{duration: 60s, rate: 100/s}]}
        variants: \(variants)
        """
    }

    private func controls(
        _ variants: String,
        overrides: [ScenarioOverride] = []
    ) throws(ScenarioError) -> [String] {
        try Scenario.load(
            text: text(variants),
            path: "cache.yaml",
            catalogue: Self.catalogue,
            overrides: overrides
        )
        .variants.filter(\.isControl).map(\.name)
    }

    @Test(
        "The control is the variant with the incident's control handler, else the only fix",
        arguments: [
            ("[{name: bug}, {name: half}, {name: whole}]", "whole"),
            ("[{name: bug}, {name: ours, handler: whole}, {name: half}]", "ours"),
            ("[{name: bug}, {name: half}]", "half"),
            ("[{name: half}]", "half"),
            ("[{name: bug}, {name: half, control: true}, {name: whole}]", "half"),
            ("[{name: bug}, {name: whole, role: mitigation}, {name: half}]", "half"),
            ("[{name: old, role: suspect, command: [/bin/true]}, {name: new, command: [/bin/true]}]", "new"),
        ]
    )
    func implied(variants: String, control: String) throws {
        #expect(try controls(variants) == [control])
    }

    @Test(
        "Where several could be meant, somebody has to say which",
        arguments: [
            "[{name: bug}, {name: a, handler: half}, {name: b, handler: half}]",
            "[{name: bug}, {name: a, handler: whole}, {name: b, handler: whole}]", "[{name: bug}]",
            "[{name: bug}, {name: whole, control: false}]",
            "[{name: a, command: [/bin/true]}, {name: b, command: [/bin/true]}]",
        ]
    )
    func unclear(variants: String) {
        let error = #expect(throws: ScenarioError.self) { _ = try controls(variants) }
        #expect(error?.problems.map(\.message) == ["no variant is the control"])
    }

    @Test("A control that nobody named stays when variants are chosen")
    func chosen() throws {
        let variants = "[{name: bug}, {name: half}, {name: whole}]"
        #expect(try controls(variants, overrides: [.variants(["bug"])]) == ["whole"])
        let settings = try Scenario.load(text: text(variants), path: "cache.yaml", catalogue: Self.catalogue)
            .settings
        let control = settings.first { $0.label == "variants.whole.control" }
        #expect(control?.value == "true" && control?.origin == .defaultValue)
    }
}

/// What a hint says of things that stand in another place, or are written as elsewhere.
@Suite struct PlaceHintTests {
    @Test(
        "A key at the wrong level is pointed to its section",
        arguments: [
            ("memory=1GiB", "Did you mean “pods.memory”? "), ("memroy=1GiB", "Did you mean “pods.memory”? "),
            ("rate=5/s", "Did you mean “workload.phases.NAME.rate”? "),
            ("partitons=8", "Did you mean “workload.partitions”? "),
            ("warmUp=1s", "Did you mean “verdict.warmUp”? "),
            ("handler=singleton", "Did you mean “variants.NAME.handler”? "),
            ("tittle=x", "Did you mean “title”? "), ("xyzzy=1", "Known keys here: title, "),
        ]
    )
    func section(assignment: String, hint: String) {
        #expect(report(minimalScenario(), overrides: [.set(assignment)]).contains("\n  \(hint)"))
    }

    @Test("A tab in the indentation is named as such, in its line")
    func tab() {
        let text = minimalScenario().replacing("  phases:", with: "\tphases:")
        #expect(
            report(text) == """
                outage.yaml:3:1: tabs are not allowed in YAML: use spaces
                  The line is indented with a tab.
                """
        )
        let inValue = minimalScenario("title: a\tb")
        #expect(report(inValue).isEmpty)
    }

    @Test("Variants that are words alone are each shown as what to write, and nothing else is complained of")
    func bareNames() {
        let start = minimalScenario().components(separatedBy: "variants:")[0]
        let text = start + "variants: [per-event, singleton]"
        #expect(
            report(text) == """
                outage.yaml:5:12: a variant is a mapping with a name, not “per-event” alone
                  Write {name: per-event}, or “- name: per-event” on a line of its own.
                outage.yaml:5:23: a variant is a mapping with a name, not “singleton” alone
                  Write {name: singleton}, or “- name: singleton” on a line of its own.
                """
        )
    }
}
