import LabCore

/// Draws a chart as SVG.
package struct SVGChart: Sendable {
    let chart: Chart
    let layout: ChartLayout
    private let size: ChartLayout.Size
    private let time: TimeAxis
    private let value: LinearScale
    private let valueTicks: [Double]

    init(_ chart: Chart, size: ChartLayout.Size, labelWidth: Double? = nil) {
        self.chart = chart
        self.size = size
        layout = ChartLayout(size, chart: chart, labelWidth: labelWidth)
        valueTicks = chart.unit.ticks(upTo: chart.largest, limit: layout.valueTicks)
        time = TimeAxis(
            end: chart.end,
            timeScale: chart.timeScale,
            start: layout.left,
            width: layout.plotWidth
        )
        value = LinearScale(
            from: 0,
            to: valueTicks.last ?? 1,
            start: layout.plotBottom,
            end: layout.top
        )
    }

    /// One chart of a run as an SVG file of its own, in light or dark as its reader prefers.
    /// - Parameter title: shown above the chart; the chart's own if `nil`.
    package static func standalone(_ kind: ReportChart, of report: RunReport, title: String? = nil) -> String
    {
        standalone(ChartFactory(report).chart(kind), title: title)
    }

    /// Any chart as an SVG file of its own.
    package static func standalone(_ chart: Chart, title: String? = nil) -> String {
        let drawing = SVGChart(chart, size: .wide)
        let (width, height, head) = (drawing.layout.width, drawing.layout.height, 62.0)
        let document = tag(
            "svg",
            drawing.rootAttributes(height: height + head, isDocument: true),
            [
                drawing.titleMarkup,
                drawing.descriptionMarkup,
                tag("style") { Markup.verbatim(ChartStylesheet.css) },
                tag(
                    "rect",
                    .classes("card"),
                    Attribute("x", 0.5),
                    Attribute("y", 0.5),
                    Attribute("rx", 10.0),
                    Attribute("width", width - 1),
                    Attribute("height", height + head - 1)
                ),
                tag("text", .classes("heading"), Attribute("x", 22.0), Attribute("y", 30.0)) {
                    title ?? chart.title
                },
                tag("text", .classes("tick"), Attribute("x", 22.0), Attribute("y", 49.0)) { chart.subtitle },
                tag("g", Attribute("transform", "translate(0 \(coordinateText(head)))")) { drawing.parts },
            ]
        )
        return MarkupWriter.text(of: document)
    }

    /// For use inside of an HTML document that has ``ChartStylesheet``.
    var markup: Markup {
        tag(
            "svg",
            rootAttributes(height: layout.height, isDocument: false),
            [
                titleMarkup, descriptionMarkup, .group(parts),
            ]
        )
    }

    private func rootAttributes(height: Double, isDocument: Bool) -> [Attribute] {
        let identity = identity
        let common = [
            Attribute.classes("chart", size.rawValue),
            Attribute("viewBox", "0 0 \(coordinateText(layout.width)) \(coordinateText(height))"),
            Attribute("role", "img"),
            Attribute("aria-labelledby", "\(identity)-title \(identity)-desc"),
        ]
        guard isDocument else { return common + readOutAttributes }
        return [
            Attribute("xmlns", "http://www.w3.org/2000/svg"), Attribute("width", layout.width),
            Attribute("height", height),
        ] + common
    }

    /// What the read-out needs to turn positions back into values.
    private var readOutAttributes: [Attribute] {
        [
            Attribute("data-left", layout.left), Attribute("data-right", layout.left + layout.plotWidth),
            Attribute("data-top", layout.top), Attribute("data-bottom", layout.plotBottom),
            Attribute("data-largest", "\(valueTicks.last ?? 1)"),
            Attribute("data-seconds", "\(Double(time.end) / 1e9 * chart.timeScale)"),
            Attribute("data-unit", chart.unit.rawValue),
        ]
    }

    private var identity: String { "\(chart.id)-\(size.rawValue)" }
    private var titleMarkup: Markup { tag("title", .id("\(identity)-title")) { chart.title } }
    private var descriptionMarkup: Markup { tag("desc", .id("\(identity)-desc")) { chart.summary } }

    private var parts: [Markup] {
        [.group(bands), .group(valueAxis), .group(timeAxis), .group(limits), .group(marks)]
            + [.group(lines), .group(endLabels)]
    }
}

extension SVGChart {
    private var bands: [Markup] {
        chart.bands.enumerated().flatMap { index, band -> [Markup] in
            let start = time.position(band.start)
            let width = time.position(band.end) - start
            guard width > 0 else { return [] }
            var parts: [Markup] = []
            if !index.isMultiple(of: 2) {
                parts.append(
                    tag(
                        "rect",
                        .classes("band"),
                        Attribute("x", start),
                        Attribute("y", layout.top - 18),
                        Attribute("width", width),
                        Attribute("height", layout.plotHeight + 18)
                    )
                )
            }
            let letters = Int((width - 8) / ChartLayout.letterWidth)
            let name = VisibleText.line(band.name)
            if letters >= 3 || name.count <= letters {
                let shown = name.count > letters ? name.prefix(letters - 1) + "…" : name
                parts.append(
                    tag("text", .classes("phase"), Attribute("x", start + 5), Attribute("y", layout.top - 5))
                    { shown }
                )
            }
            return parts
        }
    }

    private var valueAxis: [Markup] {
        valueTicks.flatMap { tick in
            let y = value.position(tick)
            return [
                rule(
                    tick == 0 ? "axis" : "grid",
                    from: (layout.left, y),
                    to: (layout.left + layout.plotWidth, y)
                ),
                tag(
                    "text",
                    .classes("tick"),
                    Attribute("x", layout.left - 9),
                    Attribute("y", y + 4),
                    Attribute("text-anchor", "end")
                ) { chart.unit.tickText(tick) },
            ]
        }
    }

    private var timeAxis: [Markup] {
        let baseline = layout.height - 8
        return time.ticks(limit: layout.timeTicks).enumerated().flatMap { index, tick -> [Markup] in
            [
                rule(
                    "axis",
                    from: (tick.position, layout.plotBottom),
                    to: (tick.position, layout.plotBottom + 4)
                ),
                tag(
                    "text",
                    .classes("tick"),
                    Attribute("x", tick.position),
                    Attribute("y", baseline),
                    Attribute("text-anchor", "middle")
                ) { tick.text },
            ]
        }
    }

    private var limits: [Markup] {
        chart.limits.filter { $0.value <= chart.largest }.flatMap { limit -> [Markup] in
            let y = value.position(limit.value)
            let text = "\(limit.name) \(chart.unit.text(limit.value))"
            let edge = layout.left + layout.plotWidth
            // Below the line where the names of the phases are above it.
            let baseline = y - layout.top < 14 ? y + 14 : y - 5
            return [
                rule("limit", from: (layout.left, y), to: (edge, y)),
                tag("text", .classes("limit-name"), Attribute("x", layout.left + 5), Attribute("y", baseline))
                { text },
            ]
        }
    }

    /// Kills are crosses, other warnings triangles, in a strip of their own; those that would hide each other are
    /// drawn once.
    private var marks: [Markup] {
        var latest: [String: Double] = [:]
        let y = layout.plotBottom + 10
        return chart.marks.sorted { $0.at < $1.at }.compactMap { mark in
            let x = time.position(mark.at)
            let look = mark.style.map { "s\($0.index)" } ?? "reference"
            let kind = look + (mark.isKill ? " kill" : " warning")
            if let before = latest[kind], x - before < 5 { return nil }
            latest[kind] = x
            let (left, right) = (coordinateText(x - 3.5), coordinateText(x + 3.5))
            let (top, low) = (coordinateText(y - 3.5), coordinateText(y + 3.5))
            let path =
                mark.isKill
                ? "M\(left) \(top)L\(right) \(low)M\(left) \(low)L\(right) \(top)"
                : "M\(left) \(low)L\(coordinateText(x)) \(top)L\(right) \(low)Z"
            return tag("path", .classes("mark", look), Attribute("d", path)) { tag("title") { mark.text } }
        }
    }

    private var lines: [Markup] {
        chart.lines.compactMap { LineMark(line: $0, time: time, value: value).markup(named: $0.name) }
    }

    private var endLabels: [Markup] {
        let ends = chart.lines.compactMap { line -> (line: ChartLine, x: Double, y: Double)? in
            line.series.finitePoints.last.map { (line, time.position($0.time), value.position($0.value)) }
        }
        let edge = layout.left + layout.plotWidth
        let places = EndLabels.place(
            ends.map(\.y),
            height: 17,
            low: layout.top + 2,
            high: layout.plotBottom - 2
        )
        return zip(ends, places).flatMap { end, place -> [Markup] in
            let look = end.line.lineClass
            let dot = tag(
                "circle",
                .classes("dot", look),
                Attribute("cx", end.x),
                Attribute("cy", end.y),
                Attribute("r", 2.5)
            )
            guard layout.labelsEnds else { return [dot] }
            let label = EndLabel(end.line, of: chart)
            let from = coordinateText(end.x + 4) + " " + coordinateText(end.y)
            let to = coordinateText(edge + 16) + " " + coordinateText(place)
            let elbow = coordinateText(max(end.x + 4, edge + 5)) + " " + coordinateText(end.y)
            return [
                dot,
                tag("path", .classes("leader", look), Attribute("d", "M\(from)L\(elbow)L\(to)")),
                tag("text", .classes("end", look), Attribute("x", edge + 20), Attribute("y", place + 4)) {
                    tag("tspan", .classes("name")) { label.name }
                    tag("tspan", .classes("value"), Attribute("dx", 6.0)) { label.value }
                },
            ]
        }
    }

    private func rule(_ look: String, from: (x: Double, y: Double), to: (x: Double, y: Double)) -> Markup {
        tag(
            "line",
            .classes(look),
            Attribute("x1", from.x),
            Attribute("y1", from.y),
            Attribute("x2", to.x),
            Attribute("y2", to.y)
        )
    }
}
