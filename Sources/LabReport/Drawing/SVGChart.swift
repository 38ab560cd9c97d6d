import LabCore

/// Draws a chart as SVG.
struct SVGChart: Sendable {
    let chart: Chart
    let layout: ChartLayout
    private let size: ChartLayout.Size
    let time: TimeAxis
    let value: LinearScale
    let valueTicks: [Double]

    /// - Parameters:
    ///   - chart: what to draw.
    ///   - size: for which width of the page.
    ///   - labelWidth: room at the ends of lines; `nil` for what the chart's own labels need.
    ///   - plotHeight: in SVG user units; `nil` for the usual height.
    init(_ chart: Chart, size: ChartLayout.Size, labelWidth: Double? = nil, plotHeight: Double? = nil) {
        self.chart = chart
        self.size = size
        var layout = ChartLayout(size, chart: chart, labelWidth: labelWidth)
        if let plotHeight { layout.height = layout.top + plotHeight + layout.bottom }
        self.layout = layout
        valueTicks = chart.unit.ticks(upTo: chart.largest, limit: layout.valueTicks)
        time = TimeAxis(
            begin: chart.start,
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

    /// One of the document's curves as an SVG file of its own, in light or dark as its reader prefers.
    ///
    /// - Throws: ``LabError`` of the command line for a name that it does not have.
    static func picture(_ name: String, of document: Document) throws(LabError) -> String {
        if let picture = document.curves?.picture(name) { return picture }
        throw LabError(
            "--chart: the run has no curves of “\(name)”",
            hint: "It has: \(document.curves?.names().joined(separator: ", ") ?? "none").",
            exitStatus: .usage
        )
    }

    /// Any chart as an SVG file of its own.
    static func standalone(_ chart: Chart) -> String {
        let drawing = SVGChart(chart, size: .wide)
        let (width, height, head) = (drawing.layout.width, drawing.layout.height, 62.0)
        let document = tag(
            "svg",
            drawing.rootAttributes(height: height + head, isDocument: true),
            [
                drawing.titleMarkup,
                drawing.descriptionMarkup,
                tag("style") { Markup.verbatim(ChartStylesheet.css) },
                box("card", 0.5, 0.5, width - 1, height + head - 1, radius: 10),
                label("heading", 22, 30) { chart.title },
                label("tick", 22, 49) { chart.subtitle },
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
            Attribute("data-begin", "\(Double(time.begin) / 1e9 * chart.timeScale)"),
            Attribute("data-seconds", "\(Double(time.end - time.begin) / 1e9 * chart.timeScale)"),
            Attribute("data-unit", chart.unit.rawValue),
        ]
    }

    private var identity: String { "\(chart.id)-\(size.rawValue)" }
    private var titleMarkup: Markup { tag("title", .id("\(identity)-title")) { chart.title } }
    private var descriptionMarkup: Markup { tag("desc", .id("\(identity)-desc")) { chart.summary } }

    private var parts: [Markup] {
        [.group(bands), .group(valueAxis), .group(timeAxis), .group(steps), .group(limits), .group(marks)]
            + [.group(lines), .group(limitNames), .group(endLabels)]
    }
}
