import LabCore

extension VariantResult.Segment {
    /// - Parameters:
    ///   - segment: as it was observed.
    ///   - judgement: of its lives.
    ///   - waves: of its lives.
    ///   - lag: of the variant, over the whole run.
    ///   - timeScale: incident seconds in a wall second.
    ///   - settings: the thresholds.
    init(
        _ segment: ObservedSegment,
        judgement: Judgement,
        waves: VariantResult.Waves,
        lag: Track,
        timeScale: Double,
        settings: AnalysisSettings
    ) {
        let (header, set) = (segment.header, segment.lives)
        self.init(
            name: header.name,
            handler: header.handler,
            replicas: header.replicas,
            memoryLimitBytes: header.memoryLimit
        )
        from = segment.from * timeScale
        to = segment.to * timeScale
        handled = wholeNumber(set.handled)
        verdict = judgement.verdict
        because =
            segment.exemption.map { [$0] } ?? judgement.because
            + [Because.kills(in: set)].compactMap(\.self)
        flagged = verdict == .leaking
        tasksPerEvent =
            set.isLabelled ? CountGrowth.over(set.lives, of: .tasks, settings: settings)?.perEvent : nil
        heapBytesPerEvent = judgement.signs.heap?.growth?.estimate
        chargeBytesPerEvent = Growth.over(set.lives, of: .charge, settings: settings)?.estimate
        cpuSecondsPerMillionEvents = VariantResult.CPU(of: set.lives).secondsPerMillionEvents
        restarts = set.restarts
        oomKills = set.oomKills
        peakLag = wholeNumber(lag.maximum(from: segment.from, to: segment.to) ?? 0)
        self.waves = waves
    }
}
