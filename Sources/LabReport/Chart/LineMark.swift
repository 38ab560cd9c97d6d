import LabCore

/// A series as a line.
struct LineMark {
    let line: ChartLine
    let time: TimeAxis
    let value: LinearScale

    /// The points that a line of this width can show, in SVG user units: both extremes of every second unit.
    var points: [(x: Double, y: Double)] {
        line.series.reduced(to: Int((time.scale.end - time.scale.start) / 2)).map {
            (time.position($0.time), value.position($0.value))
        }
    }

    func markup(named name: String) -> Markup? {
        let points = points
        guard let first = points.first else { return nil }
        var path = "M\(coordinateText(first.x)) \(coordinateText(first.y))"
        for point in points.dropFirst() { path += "L\(coordinateText(point.x)) \(coordinateText(point.y))" }
        var attributes = [
            Attribute.classes("line", line.lineClass), Attribute("d", path), Attribute("data-name", name),
        ]
        if let dashes = line.dashes { attributes.append(Attribute("stroke-dasharray", dashes)) }
        return tag("path", attributes, [])
    }
}
