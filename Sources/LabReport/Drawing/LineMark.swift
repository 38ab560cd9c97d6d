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
            return PathText.line(
                through: strand.reduced(to: max(4, Int(width / 4))).map {
                    (time.position($0.time), value.position($0.value))
                }
            )
        }
        return tag("path", .classes("strands", line.lineClass), Attribute("d", path.joined()))
    }

    func markup(named name: String) -> Markup? {
        guard line.strands.isEmpty else { return strands }
        let path = PathText.line(through: points)
        guard !path.isEmpty else { return nil }
        var attributes = [
            Attribute.classes("line", line.lineClass), Attribute("d", path), Attribute("data-name", name),
        ]
        if let dashes = line.dashes { attributes.append(Attribute("stroke-dasharray", dashes)) }
        return tag("path", attributes, [])
    }
}
