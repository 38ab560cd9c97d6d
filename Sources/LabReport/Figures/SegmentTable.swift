package import LabCore

extension Table {
    /// What each step of a run bought: one row for each segment of the variants that change, and for the control; none if no
    /// variant changes.
    package init(stepsOf result: RunResult, _ styles: [String: SeriesStyle] = [:]) {
        let changing = result.variants.filter { $0.segments.count > 1 }
        let shown = changing.isEmpty ? [] : result.variants.filter { $0.segments.count > 1 || $0.control }
        self.init(
            "Each step of the run",
            group: "Variant",
            label: "Step",
            columns: [Column("Handler", .text), Column("Pods", .text), Column("Verdict", .text)]
                + .numbers(
                    "Tasks/event",
                    "Charge/event",
                    "OOM kills",
                    "Wave period",
                    "Lag peak",
                    "CPU s/M"
                ),
            rows: shown.flatMap { variant in
                variant.segments.map { segment in
                    Row(
                        variant.segments.count > 1 ? segment.name : "",
                        Self.cells(of: segment),
                        of: variant.name,
                        style: styles[variant.name]
                    )
                }
            },
            readsDown: true
        )
    }

    private static func cells(of segment: VariantResult.Segment) -> [Cell] {
        let tone: Tone = segment.verdict == .leaking ? .bad : .plain
        let tasks = segment.tasksPerEvent?.estimate
        let charge = segment.chargeBytesPerEvent
        return [
            Cell(segment.handler),
            Cell(Figure.pods(segment.replicas, limit: segment.memoryLimitBytes)),
            Cell(
                segment.verdict.text(flagged: segment.flagged),
                segment.verdict.tone(flagged: segment.flagged)
            ),
            Cell(Figure.perEvent(tasks), (tasks ?? 0) >= 0.001 ? tone : .plain),
            Cell(Figure.bytes(charge?.estimate), (charge?.low ?? 0) > 0 ? tone : .plain),
            Cell(grouped(segment.oomKills), segment.oomKills > 0 ? .bad : .muted),
            Cell(
                segment.waves.periodSeconds.map { Figure.duration($0) } ?? "none",
                segment.waves.periodSeconds == nil ? .muted : .plain
            ),
            Cell(grouped(segment.peakLag)),
            Cell(Figure.number(segment.cpuSecondsPerMillionEvents)),
        ]
    }
}
