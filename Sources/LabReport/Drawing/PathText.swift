/// Lines as SVG path data, no longer than what can be seen of them.
enum PathText {
    typealias Point = (x: Double, y: Double)

    /// How far a drawn line may be from the one that it stands for, SVG user units: less than a pixel shows.
    private static let tolerance = 0.35

    /// Straight pieces between points, each told by its distance from the one before, in tenths of a unit.
    static func line(through points: [Point]) -> String {
        guard let first = points.first else { return "" }
        var text = "M\(coordinateText(first.x)) \(coordinateText(first.y))"
        var (x, y) = (tenths(first.x), tenths(first.y))
        var isFirst = true
        for point in simplified(points).dropFirst() {
            let next = (x: tenths(point.x), y: tenths(point.y))
            guard next != (x, y) else { continue }
            text += isFirst ? "l" : ""
            text += distance(next.x - x, isFirst: isFirst) + distance(next.y - y, isFirst: false)
            ((x, y), isFirst) = (next, false)
        }
        return text
    }

    private static func tenths(_ value: Double) -> Int {
        value.isFinite ? Int((min(1e6, max(-1e6, value)) * 10).rounded()) : 0
    }

    /// A number after another needs a space before it, unless it has a sign.
    private static func distance(_ tenths: Int, isFirst: Bool) -> String {
        let size = abs(tenths)
        let whole = size >= 10 || size == 0 ? "\(size / 10)" : ""
        let digits = whole + (size % 10 == 0 ? "" : ".\(size % 10)")
        return tenths < 0 ? "-\(digits)" : isFirst ? digits : " \(digits)"
    }

    /// Ramer–Douglas–Peucker: without the points that lie on the line between their neighbours.
    static func simplified(_ points: [Point]) -> [Point] {
        guard points.count > 2 else { return points }
        var isKept = [Bool](repeating: false, count: points.count)
        (isKept[0], isKept[points.count - 1]) = (true, true)
        var open = [(0, points.count - 1)]
        while let (start, end) = open.popLast() {
            var (farthest, largest) = (start, tolerance)
            for index in start + 1..<max(start + 1, end) {
                let distance = distance(of: points[index], from: points[start], to: points[end])
                if distance > largest { (farthest, largest) = (index, distance) }
            }
            guard farthest != start else { continue }
            isKept[farthest] = true
            open += [(start, farthest), (farthest, end)]
        }
        return zip(points, isKept).filter(\.1).map(\.0)
    }

    private static func distance(of point: Point, from start: Point, to end: Point) -> Double {
        let (width, height) = (end.x - start.x, end.y - start.y)
        let length = (width * width + height * height).squareRoot()
        let (dx, dy) = (point.x - start.x, point.y - start.y)
        guard length > 0 else { return (dx * dx + dy * dy).squareRoot() }
        return abs(dx * height - dy * width) / length
    }
}
