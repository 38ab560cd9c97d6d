import LabCore

/// What a chart shows, without a word on how.
package struct Chart: Sendable, Hashable {
    /// Unique within a document: letters, digits and hyphens.
    package var id: String
    package var title: String
    /// What is measured and how, in one sentence.
    package var subtitle: String
    package var unit: AxisUnit
    package var lines: [ChartLine]
    package var bands: [ChartBand] = []
    package var marks: [ChartMark] = []
    package var limits: [ChartLimit] = []
    /// Nanoseconds of wall time at the right end.
    package var end: Int64
    package var timeScale: Double
    /// Whether a line's label tells its largest value, rather than its last.
    package var labelsPeak = false

    package var isEmpty: Bool { lines.allSatisfy { $0.series.finitePoints.isEmpty } }

    /// The largest value that has to fit: a limit counts only if some line comes near it.
    var largest: Double {
        let reached = lines.flatMap(\.series.finitePoints).map(\.value).max() ?? 0
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

/// The charts that every report can draw; the raw value names them on the command line.
package enum ReportChart: String, Sendable, Hashable, CaseIterable {
    case rss
    case charge
    case heap
    case tasks
    case lag
    case rate

    package var title: String {
        switch self {
        case .rss: "Resident memory"
        case .charge: "Memory charge"
        case .heap: "Live heap"
        case .tasks: "Live tasks"
        case .lag: "Lag"
        case .rate: "Rate"
        }
    }

    var subtitle: String {
        switch self {
        case .rss: "RSS of all live pods of a variant together"
        case .charge: "Memory as the limit counts it, all live pods of a variant together"
        case .heap: "What the allocator has handed out and not got back, all live pods together"
        case .tasks: "Tasks alive in all live pods together, from the labelled construction sites"
        case .lag: "Events produced but not yet committed"
        case .rate: "Events handled per hour of incident time, against the schedule’s target"
        }
    }

    var unit: AxisUnit {
        switch self {
        case .rss, .charge, .heap: .bytes
        case .tasks, .lag: .count
        case .rate: .eventsPerHour
        }
    }
}
