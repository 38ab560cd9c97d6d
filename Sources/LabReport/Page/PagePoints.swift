import LabCore

/// Readings as a page gets them: `12,1024;37,2048`, times in hundredths of a wall second, values with five digits that
/// count.
///
/// One text for a line is a fifth of what an array of pairs takes to write and to read.
enum PagePoints {
    static func text(_ points: [SeriesPoint]) -> String {
        var text = ""
        text.reserveCapacity(points.count * 12)
        for point in points {
            if !text.isEmpty { text += ";" }
            text += "\(point.time / 10_000_000),\(number(point.value))"
        }
        return text
    }

    /// Five digits that count; whole from 10,000 on.
    private static func number(_ value: Double) -> String {
        guard let value = Figure.sane(value), value != 0 else { return "0" }
        if abs(value) >= 10_000 || value == value.rounded() { return "\(Int64(value.rounded()))" }
        var factor = 1.0
        while abs(value) * factor < 10_000, factor < 1e9 { factor *= 10 }
        return "\((value * factor).rounded() / factor)"
    }
}
