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

    var valueAxis: [Markup] {
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

    var timeAxis: [Markup] {
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

    var limits: [Markup] {
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
    var marks: [Markup] {
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
