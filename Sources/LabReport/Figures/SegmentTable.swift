package import LabCore

/// What each step of a run bought: one line for each segment of the variants that change, and for the control.
package struct SegmentTable: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        package var variant: String
        /// The step; empty for a variant that takes none.
        package var step: String
        package var cells: [Comparison.Cell]

        /// Such as `production, mitigation`.
        package var title: String { step.isEmpty ? variant : "\(variant), \(step)" }
    }

    /// Titles of the cells, and whether they are numbers.
    package static let columns: [(title: String, isNumber: Bool)] = [
        ("Handler", false), ("Pods", false), ("Verdict", false), ("Tasks/event", true),
        ("Charge/event", true), ("OOM kills", true), ("Wave period", true), ("Lag peak", true),
        ("CPU s/M", true),
    ]

    package var rows: [Row]

    /// Empty if no variant changes.
    package init(_ result: RunResult) {
        let changing = result.variants.filter { $0.segments.count > 1 }
        let shown = changing.isEmpty ? [] : result.variants.filter { $0.segments.count > 1 || $0.control }
        rows = shown.flatMap { variant in
            variant.segments.map { segment in
                Row(
                    variant: variant.name,
                    step: variant.segments.count > 1 ? segment.name : "",
                    cells: Self.cells(of: segment)
                )
            }
        }
    }

    private static func cells(of segment: VariantResult.Segment) -> [Comparison.Cell] {
        let tone: Tone = segment.verdict == .leaking ? .bad : .plain
        let isFlaggedOtherwise = segment.flagged && segment.verdict == .bounded
        let verdict =
            isFlaggedOtherwise ? "! bounded, flagged" : "\(segment.verdict.sign) \(segment.verdict.rawValue)"
        let tasks = segment.tasksPerEvent?.estimate
        let charge = segment.chargeBytesPerEvent
        return [
            .init(segment.handler),
            .init(Figure.pods(segment.replicas, limit: segment.memoryLimitBytes)),
            .init(verdict, isFlaggedOtherwise ? .warning : segment.verdict.tone),
            .init(Figure.perEvent(tasks), (tasks ?? 0) >= 0.001 ? tone : .plain),
            .init(Figure.bytes(charge?.estimate), (charge?.low ?? 0) > 0 ? tone : .plain),
            .init(grouped(segment.oomKills), segment.oomKills > 0 ? .bad : .muted),
            .init(
                segment.waves.periodSeconds.map { Figure.duration($0) } ?? "none",
                segment.waves.periodSeconds == nil ? .muted : .plain
            ),
            .init(grouped(segment.peakLag)),
            .init(Figure.number(segment.cpuSecondsPerMillionEvents)),
        ]
    }
}
