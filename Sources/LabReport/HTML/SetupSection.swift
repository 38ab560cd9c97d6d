import LabCore

/// Everything needed to run it again.
struct SetupSection {
    let report: RunReport

    var markup: Markup {
        let facts = RunFacts(report)
        return PagePart.section(
            "setup",
            "Setup",
            nil,
            [
                tag("div", .classes("columns")) {
                    group("Run", facts.run)
                    group("Configuration", facts.configuration)
                    group("Machine and versions", facts.environment)
                },
                .group(scenario),
            ]
        )
    }

    static func pairs(_ values: [LabelledValue]) -> [Markup] {
        values.map { pair in
            tag("div") {
                tag("dt") { pair.label }
                tag("dd") { pair.value.isEmpty ? Figure.unknown : pair.value }
            }
        }
    }

    private func group(_ title: String, _ values: [LabelledValue]) -> [Markup] {
        guard !values.isEmpty else { return [] }
        return [
            tag("div") {
                tag("h3") { title }
                tag("dl", .classes("pairs")) { Self.pairs(values) }
            }
        ]
    }

    private var scenario: [Markup] {
        guard !report.header.scenarioText.isEmpty else { return [] }
        return [
            tag("details") {
                tag("summary") { "The scenario file" }
                tag("pre", Attribute("tabindex", "0")) { tag("code") { report.header.scenarioText } }
            }
        ]
    }
}
