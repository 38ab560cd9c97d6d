import LabCore

/// What happened when: the timeline, and every life of every pod.
struct EventSection {
    let report: RunReport

    var markup: Markup { .group([timeline, lives].compactMap { $0 }) }

    private var timeline: Markup? {
        let events = report.recording.timeline.filter { Series.reportableTimes.contains($0.at) }
        guard !events.isEmpty else { return nil }
        let rows = events.map { event in
            tag("tr") {
                PagePart.cell(time(event.at), isNumber: true)
                tag("td", .classes(event.isWarning ? "bad" : "")) {
                    (event.isWarning ? "! " : "") + event.reason
                }
                PagePart.cell(event.object)
                PagePart.cell(event.message, look: "words")
            }
        }
        let head = [
            PagePart.head("At", isNumber: true), PagePart.head("Reason"), PagePart.head("Object"),
            PagePart.head("Message"),
        ]
        let table = PagePart.table("Timeline of events", head: head, body: rows)
        return PagePart.section("timeline", "Timeline", nil, [table])
    }

    private var lives: Markup? {
        let styles = report.styles
        let rows = report.recording.variants.flatMap { variant in
            variant.pods.flatMap { pod in
                pod.lives.map { row($0, of: pod, styles[variant.header.name]) }
            }
        }
        guard !rows.isEmpty else { return nil }
        let head = [
            PagePart.head("Pod"), PagePart.head("Life", isNumber: true), PagePart.head("Pid", isNumber: true),
            PagePart.head("Started", isNumber: true), PagePart.head("Lived", isNumber: true),
            PagePart.head("Handled", isNumber: true), PagePart.head("Peak RSS", isNumber: true),
            PagePart.head("Limit", isNumber: true), PagePart.head("Exit"),
        ]
        let table = PagePart.table("Pods and their lives", head: head, body: rows)
        return PagePart.section("lives", "Pods and lives", nil, [table])
    }

    private func row(_ life: RecordedLife, of pod: RecordedPod, _ style: SeriesStyle?) -> Markup {
        let peak = life.series[.rss]?.finitePoints.map(\.value).max()
        let handled = life.series[.processed]?.finitePoints.last?.value
        let isKilled = life.exit?.reason == "OOMKilled"
        return tag("tr") {
            tag("th", Attribute("scope", "row")) { PagePart.name(pod.name, style) }
            PagePart.cell("\(life.index)", isNumber: true)
            PagePart.cell("\(life.pid)", isNumber: true)
            PagePart.cell(time(life.start), isNumber: true)
            PagePart.cell(lifetime(life), isNumber: true)
            PagePart.cell(Figure.number(handled), isNumber: true)
            PagePart.cell(Figure.bytes(peak), isNumber: true)
            PagePart.cell(pod.memoryLimit.map { Figure.bytes(Double($0)) } ?? "none", isNumber: true)
            PagePart.cell(exit(life), look: isKilled ? "bad" : "")
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
