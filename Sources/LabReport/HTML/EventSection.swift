import LabCore

/// What happened when: the timeline, and every life of every pod.
struct EventSection {
    let report: RunReport

    var markup: Markup { .group([timeline, lives].compactMap { $0 }) }

    private var timeline: Markup? {
        let digest = report.timelineDigest
        guard !digest.lines.isEmpty else { return nil }
        var content = [table(digest, "Timeline of events")]
        let single = TimelineDigest(report.recording.timeline, breaks: report.timelineBreaks)
        if single.lines.count > digest.lines.count {
            content.append(
                tag("details") {
                    tag("summary") { "The events of each pod" }
                    table(single, "Timeline of events by object")
                }
            )
        }
        let isCollapsed = digest.lines.count < digest.total
        let note =
            isCollapsed
            ? "\(grouped(digest.total)) events. What repeats between two phases or steps is one line, with "
                + "the last message."
            : nil
        return PagePart.section("timeline", "Timeline", note, content)
    }

    private func table(_ digest: TimelineDigest, _ caption: String) -> Markup {
        let hasRepetitions = digest.lines.contains { $0.count > 1 }
        let rows = digest.lines.map { line in
            tag("tr") {
                PagePart.cell(time(line.first), isNumber: true)
                PagePart.cell(line.isWarning ? "! Warning" : "Normal", look: line.isWarning ? "bad" : "muted")
                PagePart.cell(line.reason)
                PagePart.cell(line.objectText)
                if hasRepetitions {
                    PagePart.cell(line.repetition(timeScale: report.timeScale) ?? "", look: "muted")
                }
                PagePart.cell(line.message, look: "words")
            }
        }
        let head =
            [
                PagePart.head("At", isNumber: true), PagePart.head("Type"), PagePart.head("Reason"),
                PagePart.head("Object"),
            ] + (hasRepetitions ? [PagePart.head("Repeated")] : []) + [PagePart.head("Message")]
        return PagePart.table(caption, head: head, body: rows)
    }

    private var lives: Markup? {
        let styles = report.styles
        let hasSteps = !report.steps.isEmpty
        let rows = report.recording.variants.flatMap { variant in
            variant.pods.flatMap { pod in
                pod.lives.map {
                    row($0, of: pod, in: variant, styles[variant.header.name], hasSteps: hasSteps)
                }
            }
        }
        guard !rows.isEmpty else { return nil }
        let names = [PagePart.head("Pod"), PagePart.head("Life", isNumber: true)]
        let figures = [
            PagePart.head("Pid", isNumber: true),
            PagePart.head("Started", isNumber: true), PagePart.head("Lived", isNumber: true),
            PagePart.head("Handled", isNumber: true), PagePart.head("Peak RSS", isNumber: true),
            PagePart.head("Limit", isNumber: true), PagePart.head("Exit"),
        ]
        let head = names + (hasSteps ? [PagePart.head("Step")] : []) + figures
        let table = PagePart.table("Pods and their lives", head: head, body: rows)
        return PagePart.section("lives", "Pods and lives", nil, [table])
    }

    private func row(
        _ life: RecordedLife,
        of pod: RecordedPod,
        in variant: RecordedVariant,
        _ style: SeriesStyle?,
        hasSteps: Bool
    ) -> Markup {
        let peak = life.series[.rss]?.finitePoints.map(\.value).max()
        let handled = life.series[.processed]?.finitePoints.last?.value
        let limit = variant.limit(of: life, in: pod)
        return tag("tr") {
            tag("th", Attribute("scope", "row")) { PagePart.name(pod.name, style) }
            PagePart.cell("\(life.index)", isNumber: true)
            if hasSteps { PagePart.cell(variant.header.segmentName(of: life)) }
            PagePart.cell("\(life.pid)", isNumber: true)
            PagePart.cell(time(life.start), isNumber: true)
            PagePart.cell(lifetime(life), isNumber: true)
            PagePart.cell(Figure.number(handled), isNumber: true)
            PagePart.cell(Figure.bytes(peak), isNumber: true)
            PagePart.cell(limit.map { Figure.bytes(Double($0)) } ?? "none", isNumber: true)
            PagePart.cell(exit(life), look: life.wasOOMKilled ? "bad" : "")
        }
    }

    private func time(_ instant: Int64) -> String {
        Figure.duration(Double(instant) / 1e9 * report.timeScale)
    }

    private func lifetime(_ life: RecordedLife) -> String {
        guard let end = life.end else { return Figure.unknown }
        return Figure.duration((Double(end) - Double(life.start)) / 1e9 * report.timeScale)
    }

    private func exit(_ life: RecordedLife) -> String {
        guard let exit = life.exit else { return "still running" }
        return "\(exit.reason) (\(exit.code))"
    }
}

extension VariantHeader {
    /// The step that a life was started for; empty if the variant takes none.
    func segmentName(of life: RecordedLife) -> String {
        segments.indices.contains(life.segment) ? segments[life.segment].name : ""
    }
}
