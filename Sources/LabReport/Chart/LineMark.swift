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

    /// One path for all strands, each reduced to what its own width can show.
    private var strands: Markup {
        let path = line.strands.map { strand -> String in
            let points = strand.finitePoints
            guard let first = points.first, let last = points.last else { return "" }
            let width = time.position(last.time) - time.position(first.time)
            let shown = strand.reduced(to: max(4, Int(width / 4)))
            return shown.enumerated().map { index, point in
                let (x, y) = (time.position(point.time), value.position(point.value))
                return "\(index == 0 ? "M" : "L")\(coordinateText(x)) \(coordinateText(y))"
            }
            .joined()
        }
        return tag("path", .classes("strands", line.lineClass), Attribute("d", path.joined()))
    }

    func markup(named name: String) -> Markup? {
        guard line.strands.isEmpty else { return strands }
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
