import LabCore

/// What the run was, whether it can be trusted, and its outcome in a sentence.
struct PageHead {
    let report: RunReport
    let title: String

    var markup: Markup {
        tag("header") {
            tag("p", .classes("eyebrow")) { eyebrow }
            tag("h1") { title }
            invalidity
            tag("p", .classes("headline")) { report.headline }
            tag("p", .classes("status")) {
                if let summary = report.expectationsSummary {
                    let isMet = report.result.expectations.allSatisfy(\.met)
                    PagePart.verdict("\(isMet ? "✓" : "✗") \(summary)", isMet ? .good : .bad)
                }
                tag("span", .classes("muted")) { "Exit status \(report.exitStatusText)" }
            }
            reasons
            facts
        }
    }

    private var reasons: [Markup] {
        report.exitReasons.isEmpty
            ? [] : [tag("ul") { report.exitReasons.map { reason in tag("li") { reason } } }]
    }

    private var eyebrow: String {
        let header = report.header
        return ["LeakLab", header.incident == RunHeader.noIncident ? "" : header.incident, header.scenario]
            .reduce(into: [String]()) { parts, part in
                if !part.isEmpty, !parts.contains(part) { parts.append(part) }
            }
            .joined(separator: " / ")
    }

    private var invalidity: [Markup] {
        guard !report.reasonsForInvalidity.isEmpty else { return [] }
        return [
            tag("div", .classes("invalid"), Attribute("role", "alert")) {
                tag("h2") { "✗ Invalid run" }
                tag("p") { "Do not draw conclusions from the figures below." }
                tag("ul") { report.reasonsForInvalidity.map { reason in tag("li") { reason } } }
            }
        ]
    }

    private var facts: Markup {
        let header = report.header
        let facts = [
            LabelledValue("Run", header.id),
            LabelledValue("Started", UTCDate.text(nanoseconds: header.startedAt)),
            LabelledValue("Duration", report.durationText),
            LabelledValue("Seed", "\(header.seed)"),
            LabelledValue("Broker", header.broker.kind),
            LabelledValue("Memory", header.memoryControl),
        ]
        return tag("dl", .classes("facts")) {
            facts.map { fact in
                tag("div") {
                    tag("dt") { fact.label }
                    tag("dd") { fact.value }
                }
            }
        }
    }
}
