import LabCore

extension Table {
    /// What each step of a run bought: one row for each segment of the variants that change, and for the control.
    ///
    /// There is none if no variant changes.
    init(stepsOf result: RunResult, _ styles: [String: SeriesStyle] = [:]) {
        let isChanging = result.variants.contains { $0.segments.count > 1 }
        let shown = isChanging ? result.variants.filter { $0.segments.count > 1 || $0.control } : []
        self.init(
            "Each step of the run",
            group: "Variant",
            label: "Step",
            of: shown.flatMap { variant in variant.segments.map { (variant: variant, segment: $0) } },
            readsDown: true,
            row: { variant, segment in
                let step = variant.segments.count > 1 ? segment.name : ""
                return Row(step, of: variant.name, style: styles[variant.name])
            },
            [
                .text("Handler") { $0.segment.handler },
                .text("Pods") { Figure.pods($0.segment.replicas, limit: $0.segment.memoryLimitBytes) },
                .text("Verdict", tone: { $0.segment.verdict.tone(flagged: $0.segment.flagged) }) {
                    $0.segment.verdict.text(flagged: $0.segment.flagged)
                },
                .number("Tasks/event", tone: { $0.segment.tone(if: $0.segment.keepsTasks) }) {
                    Figure.perEvent($0.segment.tasksPerEvent?.estimate)
                },
                .number("Charge/event", tone: { $0.segment.tone(if: $0.segment.keepsCharge) }) {
                    Figure.bytes($0.segment.chargeBytesPerEvent?.estimate)
                },
                .count("OOM kills", .bad) { $0.segment.oomKills },
                .number(
                    "Wave period",
                    tone: { $0.segment.waves.periodSeconds == nil ? .muted : .plain }
                ) { $0.segment.waves.periodSeconds.map { Figure.duration($0) } ?? "none" },
                .number("Lag peak") { grouped($0.segment.peakLag) },
                .number("CPU/event") { Figure.microseconds($0.segment.cpuSecondsPerMillionEvents) },
            ]
        )
    }
}

extension VariantResult.Segment {
    fileprivate var keepsTasks: Bool { (tasksPerEvent?.estimate ?? 0) >= 0.001 }
    fileprivate var keepsCharge: Bool { (chargeBytesPerEvent?.low ?? 0) > 0 }

    /// What a figure is worth where it leaks.
    fileprivate func tone(if isKept: Bool) -> Tone { isKept && verdict == .leaking ? .bad : .plain }
}
