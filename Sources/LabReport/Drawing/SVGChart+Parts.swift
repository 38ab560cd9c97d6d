import LabCore

/// The parts of a chart, from back to front.
extension SVGChart {
    var bands: [Markup] {
        chart.bands.enumerated().flatMap { index, band -> [Markup] in
            let start = time.position(band.start)
            let width = time.position(band.end) - start
            guard width > 0 else { return [] }
            var parts: [Markup] = []
            if !index.isMultiple(of: 2) {
                parts.append(box("band", start, layout.top - 18, width, layout.plotHeight + 18))
            }
            let letters = Int((width - 4) / ChartLayout.smallLetterWidth)
            let name = VisibleText.line(band.name)
            if letters >= 3 || name.count <= letters {
                let shown = name.count > letters ? name.prefix(letters - 1) + "…" : name
                parts.append(label("phase", start + 5, layout.top - 5) { shown })
            }
            return parts
        }
    }

    var valueAxis: [Markup] {
        valueTicks.flatMap { tick in
            let y = value.position(tick)
            return [
                rule(tick == 0 ? "axis" : "grid", (layout.left, y), (layout.left + layout.plotWidth, y)),
                label("tick", layout.left - 9, y + 4, anchor: "end") { chart.unit.tickText(tick) },
            ]
        }
    }

    var timeAxis: [Markup] {
        let baseline = layout.height - 8
        return time.ticks(limit: layout.timeTicks).enumerated().flatMap { index, tick -> [Markup] in
            [
                rule("axis", (tick.position, layout.plotBottom), (tick.position, layout.plotBottom + 4)),
                label("tick", tick.position, baseline, anchor: "middle") { tick.text },
            ]
        }
    }

    /// In a row of their own above the names of the phases, so that the two never collide.
    var steps: [Markup] {
        let places = chart.steps.map { time.position($0.at) }
        let nameEnd = layout.labelsEnds ? layout.width - 4 : layout.width - 2
        return zip(chart.steps, places).enumerated().flatMap { index, step -> [Markup] in
            let (step, x) = step
            let next = places.dropFirst(index + 1).first ?? nameEnd
            let look = step.style.map { "s\($0.index)" } ?? "reference"
            let text = step.text(letters: Int((next - x - 8) / ChartLayout.letterWidth))
            let line = rule("step \(look)", (x, 2), (x, layout.plotBottom))
            let name = label("step-name \(look)", x + 5, 13) {
                tag("title") { step.text(letters: .max) }
                text
            }
            return text.isEmpty ? [line] : [line, name]
        }
    }

    var limits: [Markup] {
        shownLimits.map { limit in
            let y = value.position(limit.value)
            let (start, end) = span(of: limit)
            return rule("limit", (start, y), (end, y))
        }
    }

    /// In front of the lines; left out where the stretch is too short for them.
    var limitNames: [Markup] {
        shownLimits.compactMap { limit in
            let y = value.position(limit.value)
            let (start, end) = span(of: limit)
            let value = chart.unit.text(limit.value)
            let room = Int((end - start - 10) / ChartLayout.letterWidth)
            let wordings = ["\(limit.name) \(value)", "limit \(value)", value]
            guard let text = wordings.first(where: { $0.count <= room }) else { return nil }
            // Below the line where the names of the phases are above it.
            let baseline = y - layout.top < 14 ? y + 14 : y - 5
            return label("limit-name", start + 5, baseline) { text }
        }
    }

    private var shownLimits: [ChartLimit] { chart.limits.filter { $0.value <= chart.largest } }

    private func span(of limit: ChartLimit) -> (start: Double, end: Double) {
        let edge = layout.left + layout.plotWidth
        return (limit.from.map(time.position) ?? layout.left, limit.to.map(time.position) ?? edge)
    }

    /// Kills are crosses, other warnings triangles, in strips of their own; those that would hide each other are drawn
    /// once, with their number.
    var marks: [Markup] {
        chart.markRows.enumerated().flatMap { index, row -> [Markup] in
            let y = layout.plotBottom + 10 + Double(index) * MarkRow.height
            let look = row.style.map { "s\($0.index)" } ?? "reference"
            return MarkCluster.clusters(of: row.marks) { time.position($0.at) }
                .map { mark($0, isKill: row.isKill, look: look, y: y) }
        }
    }

    private func mark(_ cluster: MarkCluster, isKill: Bool, look: String, y: Double) -> Markup {
        let isSingle = cluster.count == 1
        let x = isSingle ? cluster.position : cluster.position - cluster.width / 2 + 4
        let (left, right) = (coordinateText(x - 3), coordinateText(x + 3))
        let (top, low) = (coordinateText(y - 3), coordinateText(y + 3))
        let path =
            isKill
            ? "M\(left) \(top)L\(right) \(low)M\(left) \(low)L\(right) \(top)"
            : "M\(left) \(low)L\(coordinateText(x)) \(top)L\(right) \(low)Z"
        return tag("g", .classes("marks", look)) {
            tag("title") { title(of: cluster, isKill: isKill) }
            tag("path", .classes("mark"), Attribute("d", path))
            if !isSingle {
                label("count", x + 5, y + 3.5) { "\(cluster.count)" }
            }
        }
    }

    private func title(of cluster: MarkCluster, isKill: Bool) -> String {
        func clock(_ mark: ChartMark) -> String { Figure.duration(Double(mark.at) / 1e9 * chart.timeScale) }
        guard cluster.count > 1, let first = cluster.marks.first, let last = cluster.marks.last else {
            return cluster.marks.first?.text ?? ""
        }
        let noun = isKill ? "OOM kills" : "warnings"
        return "\(cluster.count) \(noun), \(clock(first)) to \(clock(last)); the first: \(first.text)"
    }

    var lines: [Markup] {
        chart.lines.compactMap { LineMark(line: $0, time: time, value: value).markup(named: $0.name) }
    }

    var endLabels: [Markup] {
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
            let words = EndLabel(end.line, of: chart)
            let from = coordinateText(end.x + 4) + " " + coordinateText(end.y)
            let to = coordinateText(edge + 16) + " " + coordinateText(place)
            let elbow = coordinateText(max(end.x + 4, edge + 5)) + " " + coordinateText(end.y)
            return [
                dot,
                tag("path", .classes("leader", look), Attribute("d", "M\(from)L\(elbow)L\(to)")),
                label("end \(look)", edge + 20, place + 4) {
                    tag("tspan", .classes("name")) { words.name }
                    tag("tspan", .classes("value"), Attribute("dx", 6.0)) { words.value }
                },
            ]
        }
    }
}
