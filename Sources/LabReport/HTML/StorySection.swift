import LabCore

/// A night of restarts as it was found out: events, idle growth, waves, and what each step bought.
///
/// Only for runs in which a pod was killed at its limit, or a variant changed.
struct StorySection {
    let report: RunReport
    /// Of all charts of the page, so that they share their time axis.
    let labelWidth: Double

    var markup: Markup? {
        let parts = [kills, idle, waves, steps].compactMap(\.self)
        guard !parts.isEmpty else { return nil }
        let numbered = parts.enumerated().map { index, part in
            tag("div", .classes("evidence")) {
                tag("h3") { "\(index + 1). \(part.title)" }
                tag("p", .classes("note")) { part.note }
                part.content
            }
        }
        return PagePart.section(
            "story",
            "The evidence, in the order it is read",
            "From the first alarm to the fix: each piece says a little more about whether memory was short "
                + "or leaked.",
            numbered
        )
    }

    private struct Part {
        var title: String
        var note: String
        var content: [Markup]
    }

    private var killed: [VariantResult] { report.result.variants.filter { $0.oomKills > 0 } }

    // MARK: - The orchestrator's events

    private var kills: Part? {
        let strip = PodStrip(report)
        guard !killed.isEmpty else { return nil }
        let drawings = ChartLayout.Size.allCases.map {
            SVGPodStrip(strip, size: $0, labelWidth: labelWidth).markup
        }
        let isLate = strip.groups.contains { !$0.late.isEmpty }
        let late =
            isLate
            ? " The strip below the pods: yellow where the variant lags, red where it stalls or stops." : ""
        return Part(
            title: "The orchestrator: pods exceed their memory limit and are restarted",
            note: report.result.variants.map(words).joined(separator: " "),
            content: [
                tag("figure", .id("chart-pods")) {
                    tag("figcaption") {
                        tag("h3") { "Pods over time" }
                        tag("p", .classes("muted")) {
                            "One row for each pod. Bars: it runs. Upright ticks: it is killed. Thin lines: "
                                + "it waits to be restarted.\(late)"
                        }
                    }
                    drawings
                },
                tag("details") {
                    tag("summary") { "Kills and restarts of each pod" }
                    killTable
                },
            ]
        )
    }

    private func words(_ variant: VariantResult) -> String {
        let exits = variant.pods.flatMap(\.exits).filter { $0.reason == "OOMKilled" }.sorted { $0.at < $1.at }
        guard variant.oomKills > 0 else { return "\(variant.name): no pod was killed." }
        let noun = variant.oomKills == 1 ? "OOM kill" : "OOM kills"
        let ofWorkers = variant.workerOOMKills
        let share = ofWorkers > 0 ? " (\(grouped(ofWorkers)) of other processes than a pod's first one)" : ""
        let kills = "\(variant.name): \(grouped(variant.oomKills)) \(noun)\(share)"
        guard let first = exits.first, let last = exits.last else { return kills + "." }
        return
            "\(kills), exit code \(first.code), the first after \(Figure.duration(first.at)), the last after "
            + "\(Figure.duration(last.at))."
    }

    private var killTable: Markup {
        let styles = report.styles
        let rows = report.result.variants.flatMap { variant in
            variant.pods.map { row(PodExits($0), of: $0, styles[variant.name]) }
        }
        let head = [
            PagePart.head("Pod"), PagePart.head("OOM kills", isNumber: true),
            PagePart.head("Restarts", isNumber: true), PagePart.head("First kill", isNumber: true),
            PagePart.head("Last kill", isNumber: true), PagePart.head("Highest charge", isNumber: true),
            PagePart.head("Exits: reason (code) × times"),
        ]
        return PagePart.table("Kills and restarts of each pod", head: head, body: rows)
    }

    private func row(_ exits: PodExits, of pod: VariantResult.Pod, _ style: SeriesStyle?) -> Markup {
        tag("tr") {
            tag("th", Attribute("scope", "row")) { PagePart.name(pod.name, style) }
            PagePart.cell(grouped(pod.oomKills), isNumber: true, look: pod.oomKills > 0 ? "bad" : "muted")
            PagePart.cell(grouped(pod.restarts), isNumber: true, look: pod.restarts > 0 ? "" : "muted")
            PagePart.cell(Figure.duration(exits.firstKill), isNumber: true)
            PagePart.cell(Figure.duration(exits.lastKill), isNumber: true)
            PagePart.cell(Figure.bytes(exits.highestCharge), isNumber: true)
            PagePart.cell(exits.words)
        }
    }

    // MARK: - Idle growth

    private var idle: Part? {
        guard !killed.isEmpty else { return nil }
        let phases = IdleGrowth.phases(of: report)
        let growths = phases.flatMap { phase in
            report.recording.variants.compactMap { IdleGrowth(of: $0, in: phase, report: report) }
        }
        guard let phase = phases.first, !growths.isEmpty else { return nil }
        let loads = phases.map { "“\($0.header.name)” at \(Figure.rate(perHour: $0.load))" }.joined(
            separator: ", "
        )
        let chart = ChartFactory(report).podMemory(during: phase.header)
        return Part(
            title: "Quiet hours: memory rises though little happens",
            note:
                "Too little memory for the peak would level off when the load is low. A leak goes on rising, "
                + "with every event. Low load here: \(loads).",
            content: [
                ChartFigure(chart: chart, labelWidth: labelWidth).markup, idleTable(growths),
            ]
        )
    }

    private func idleTable(_ growths: [IdleGrowth]) -> Markup {
        let styles = report.styles
        let rows = growths.map { growth in
            let look = growth.isPlain ? "bad" : "muted"
            return tag("tr") {
                tag("th", Attribute("scope", "row")) {
                    PagePart.name(growth.variant, styles[growth.variant])
                }
                PagePart.cell(growth.phase)
                PagePart.cell(Figure.bytes(growth.perEvent), isNumber: true, look: look)
                PagePart.cell(Figure.bytes(growth.perHour), isNumber: true, look: look)
                PagePart.cell(growth.limitText, isNumber: true, look: look)
                PagePart.cell(grouped(growth.lives), isNumber: true)
            }
        }
        let head = [
            PagePart.head("Variant"), PagePart.head("Phase"),
            PagePart.head("Gained per event", isNumber: true),
            PagePart.head("Gained per pod and hour", isNumber: true),
            PagePart.head("Limit full after", isNumber: true), PagePart.head("Lives", isNumber: true),
        ]
        return PagePart.table("Growth of memory while the load is low", head: head, body: rows)
    }

    // MARK: - Waves

    private var waves: Part? {
        let figures = WaveFigure.all(of: report.result)
        guard !figures.isEmpty else { return nil }
        let chart = ChartFactory(report).podMemory(during: nil)
        let explanation = report.result.ratioExplanation.map { text in
            tag("p", .classes("note", "below")) { text }
        }
        return Part(
            title: "The waves: climb, kill, restart, climb",
            note:
                "A leak can be foretold: the first half of a life tells how many events fill its limit, and "
                + "with that how long until the next kill. Too little memory for a peak keeps no such time.",
            content: (chart.isEmpty ? [] : [ChartFigure(chart: chart, labelWidth: labelWidth).markup])
                + [waveTable(figures), explanation].compactMap(\.self)
        )
    }

    private func waveTable(_ figures: [WaveFigure]) -> Markup {
        let rows = figures.enumerated().map { index, figure in
            let isFirst = index == 0 || figures[index - 1].owner != figure.owner
            return tag("tr") {
                tag("th", Attribute("scope", "row")) { isFirst ? figure.owner : "" }
                PagePart.cell(figure.name)
                PagePart.cell(figure.predicted, isNumber: true)
                PagePart.cell(figure.observed, isNumber: true)
                PagePart.cell(figure.error, isNumber: true)
            }
        }
        let head = [
            PagePart.head("Pods"), PagePart.head("Figure"), PagePart.head("Predicted", isNumber: true),
            PagePart.head("Observed", isNumber: true), PagePart.head("Off by", isNumber: true),
        ]
        return PagePart.table("Predictions and what came of them", head: head, body: rows)
    }

    // MARK: - What each step bought

    private var steps: Part? {
        let table = SegmentTable(report.result)
        guard !table.rows.isEmpty else { return nil }
        let styles = report.styles
        let rows = table.rows.map { row in
            tag("tr") {
                tag("th", Attribute("scope", "row")) { PagePart.name(row.title, styles[row.variant]) }
                zip(row.cells, SegmentTable.columns).map { cell, column in
                    PagePart.cell(cell.text, isNumber: column.isNumber, look: PagePart.look(of: cell.tone))
                }
            }
        }
        let head =
            [PagePart.head("Step")]
            + SegmentTable.columns.map { PagePart.head($0.title, isNumber: $0.isNumber) }
        return Part(
            title: "What each step bought",
            note:
                "More memory and more pods make waves longer; only another handler ends them. What leaks per "
                + "event tells the two apart.",
            content: [PagePart.table("Each step of the run", head: head, body: rows, look: "tight")]
        )
    }
}
