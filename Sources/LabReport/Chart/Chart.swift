import LabCore

/// What a chart shows, without a word on how.
struct Chart: Sendable, Hashable {
    /// Unique within a document: letters, digits and hyphens.
    var id: String
    var title: String
    /// What is measured and how, in one sentence.
    var subtitle: String
    var unit: AxisUnit
    var lines: [ChartLine]
    var bands: [ChartBand] = []
    var marks: [ChartMark] = []
    var steps: [ChartStep] = []
    var limits: [ChartLimit] = []
    /// Nanoseconds of wall time at the left end, and at the right one.
    var start: Int64 = 0
    var end: Int64
    var timeScale: Double
    /// Whether a line's label tells its largest value, rather than its last.
    var labelsPeak = false

    var markRows: [MarkRow] { MarkRow.rows(of: marks) }

    var isEmpty: Bool { lines.allSatisfy { $0.series.finitePoints.isEmpty } }

    /// Whether every reading of every line is zero.
    var isFlat: Bool {
        !isEmpty
            && lines.flatMap { [$0.series] + $0.strands }.flatMap(\.finitePoints).allSatisfy { $0.value == 0 }
    }

    /// The largest value that has to fit: a limit counts only if some line comes near it.
    var largest: Double {
        let reached =
            lines.flatMap { [$0.series] + $0.strands }.flatMap(\.finitePoints).map(\.value).max() ?? 0
        let near = limits.map(\.value).filter { $0.isFinite && $0 <= reached * 2.5 }
        return max(reached, near.max() ?? 0)
    }

    /// The chart in words, for those who cannot see it.
    var summary: String {
        let lines = lines.compactMap { line -> String? in
            let points = line.series.finitePoints
            guard let first = points.first, let last = points.last else { return nil }
            let peak = points.map(\.value).max() ?? last.value
            return "\(line.name): from \(unit.text(first.value)) to \(unit.text(last.value)), "
                + "peak \(unit.text(peak))"
        }
        return lines.isEmpty ? "Nothing was recorded." : lines.joined(separator: "; ") + "."
    }
}
