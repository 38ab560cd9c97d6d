import LabCore

/// Draws a ``PodStrip`` as SVG, its time axis in line with that of charts of the same label width.
struct SVGPodStrip {
    private let strip: PodStrip
    private let frame: SVGChart
    private let size: ChartLayout.Size
    private let rowHeight: Double
    private let height: Double

    private static let titleHeight = 20.0
    private static let lateHeight = 9.0

    init(_ strip: PodStrip, size: ChartLayout.Size, labelWidth: Double) {
        self.strip = strip
        self.size = size
        let rows = strip.groups.reduce(0) { $0 + $1.rows.count }
        let rowHeight = rows <= 24 ? 11.0 : rows <= 60 ? 7 : 4
        self.rowHeight = rowHeight
        let body = strip.groups.reduce(0) { $0 + Self.height(of: $1, rowHeight: rowHeight) }
        var chart = Chart(
            id: "pods",
            title: "Pods over time",
            subtitle: "",
            unit: .count,
            lines: [],
            end: strip.end,
            timeScale: strip.timeScale
        )
        chart.bands = strip.bands
        chart.steps = strip.steps
        frame = SVGChart(chart, size: size, labelWidth: labelWidth, plotHeight: body + 4)
        height = frame.layout.height
    }

    var markup: Markup {
        let identity = "pods-\(size.rawValue)"
        var y = frame.layout.top
        let groups = strip.groups.map { group -> (bars: Markup, title: Markup) in
            defer { y += Self.height(of: group, rowHeight: rowHeight) }
            return (bars(of: group, top: y), title(of: group, top: y))
        }
        return tag(
            "svg",
            [
                .classes("chart", size.rawValue),
                Attribute("viewBox", "0 0 \(coordinateText(frame.layout.width)) \(coordinateText(height))"),
                Attribute("role", "img"), Attribute("aria-labelledby", "\(identity)-title \(identity)-desc"),
            ],
            [
                tag("title", .id("\(identity)-title")) { "Pods over time" },
                tag("desc", .id("\(identity)-desc")) { strip.summary },
                .group(frame.bands), .group(frame.timeAxis), .group(groups.map(\.bars)), .group(frame.steps),
                .group(groups.map(\.title)),
            ]
        )
    }

    private static func height(of group: PodStrip.Group, rowHeight: Double) -> Double {
        titleHeight + Double(group.rows.count) * rowHeight + (group.late.isEmpty ? 0 : lateHeight)
    }

    private func title(of group: PodStrip.Group, top: Double) -> Markup {
        label("pod-group \(look(of: group))", frame.layout.left + 4, top + Self.titleHeight - 6) {
            tag("tspan") { VisibleText.line(group.name) }
            tag("tspan", .classes("value"), Attribute("dx", 6.0)) { group.words }
        }
    }

    private func bars(of group: PodStrip.Group, top: Double) -> Markup {
        let rowsTop = top + Self.titleHeight
        let rows = group.rows.enumerated().map { index, row in
            markup(of: row, isNamed: isNamed(index), middle: rowsTop + (Double(index) + 0.5) * rowHeight)
        }
        let below = rowsTop + Double(group.rows.count) * rowHeight + Self.lateHeight / 2
        return tag("g", [.classes(look(of: group))], rows + lateness(group, middle: below))
    }

    private func look(of group: PodStrip.Group) -> String {
        group.style.map { "s\($0.index)" } ?? "reference"
    }

    /// Every row where there is room for its name, else some.
    private func isNamed(_ index: Int) -> Bool {
        index.isMultiple(of: rowHeight >= 11 ? 1 : rowHeight >= 7 ? 2 : 4)
    }

    private func markup(of row: PodStrip.Row, isNamed: Bool, middle: Double) -> Markup {
        let name = row.name.count > 9 ? row.name.prefix(8) + "…" : row.name
        let kills = row.killed.isEmpty ? "never killed" : "killed \(grouped(row.killed.count)) times"
        return tag("g") {
            tag("title") { "\(row.name): \(grouped(row.running.count)) lives, \(kills)" }
            if isNamed {
                self.name(VisibleText.line(name), middle)
            }
            bars(row.running, "running", middle, thickness: rowHeight - 3)
            bars(row.waiting, "waiting", middle, thickness: 1.5)
            ticks(row.killed, middle)
        }
    }

    private func name(_ text: String, _ middle: Double) -> Markup {
        label("pod-name", frame.layout.left - 9, middle + 3.5, anchor: "end") { text }
    }

    private func lateness(_ group: PodStrip.Group, middle: Double) -> [Markup] {
        guard !group.late.isEmpty else { return [] }
        return [name("lag", middle)]
            + LagStatus.allCases.dropFirst().flatMap { status in
                let spans = group.late.filter { $0.status == status }.map(\.span)
                return bars(spans, status == .lagging ? "lagging" : "stalled", middle, thickness: 4)
            }
    }

    /// Horizontal strokes in one path.
    private func bars(
        _ spans: [PodStrip.Span],
        _ look: StaticString,
        _ y: Double,
        thickness: Double
    ) -> [Markup] {
        var path = ""
        for span in spans {
            let (start, end) = (frame.time.position(span.lowerBound), frame.time.position(span.upperBound))
            path += "M\(coordinateText(start)) \(coordinateText(y))H\(coordinateText(max(end, start + 0.4)))"
        }
        guard !path.isEmpty else { return [] }
        return [
            tag(
                "path",
                .classes(look.description),
                Attribute("d", path),
                Attribute("stroke-width", thickness)
            )
        ]
    }

    private func ticks(_ times: [Int64], _ y: Double) -> [Markup] {
        let (top, low) = (coordinateText(y - rowHeight / 2 + 0.5), coordinateText(y + rowHeight / 2 - 0.5))
        let path = times.map { "M\(coordinateText(frame.time.position($0))) \(top)V\(low)" }.joined()
        return path.isEmpty ? [] : [tag("path", .classes("killed"), Attribute("d", path))]
    }
}
