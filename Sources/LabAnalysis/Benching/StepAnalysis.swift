package import LabCore

/// Judges a recorded run of one variant whose last phase is a constant rate: whether that was sustained, and what it cost.
package struct StepAnalysis: Sendable {
    private let rules: StepRules

    package init(rules: StepRules = .standard) { self.rules = rules }

    /// Measures and judges.
    ///
    /// The first that applies counts:
    ///
    /// 1. *failed*: a pod ended, events were lost, or the broker dropped what the consumer was too late for.
    /// 2. *unknown*: the run is invalid, or nothing was recorded of the phase.
    /// 3. *failed*: the lag grew, or had risen by the end, beyond the rules. Lag counts what was confirmed, so that this holds
    ///    even if less came than was asked.
    /// 4. *unreached*: less was confirmed than was due, or the producer was late.
    /// 5. *sustained*.
    ///
    /// - Parameters:
    ///   - run: as it was recorded.
    ///   - result: what the run found out.
    ///   - rate: that of the last phase, of incident time.
    /// - Returns: figures in any case; of a run without variant or phase nothing but the outcome.
    package func figures(of run: RecordedRun, result: RunResult, rate: EventRate) -> StepFigures {
        guard let recorded = run.variants.first, let variant = result.variants.first,
            let phase = run.header.phases.last, phase.end > phase.start
        else { return StepFigures(outcome: .unknown, because: ["nothing was recorded"]) }
        let backlog = Backlog(
            of: recorded,
            from: Double(phase.start) / 1e9,
            to: Double(phase.end) / 1e9,
            rules: rules
        )
        var figures = StepFigures(outcome: .unknown, because: [])
        figures.due = rate.perSecond * result.timeScale * backlog.seconds
        measure(&figures, backlog, variant, timeScale: result.timeScale)
        let lives = recorded.pods.flatMap(\.lives)
        figures.exits = lives.count { Self.hasFailed($0, before: phase.end) }
        figures.p50Millis = Self.mean(.latencyP50, of: recorded, backlog)
        figures.p99Millis = Self.mean(.latencyP99, of: recorded, backlog)
        judge(&figures, backlog, recorded.ledger, result)
        return figures
    }

    private func measure(
        _ figures: inout StepFigures,
        _ backlog: Backlog,
        _ variant: VariantResult,
        timeScale: Double
    ) {
        figures.produced = backlog.produced
        figures.handled = backlog.handled
        figures.lagAtEnd = backlog.end
        figures.lagGrowthPerSecond = backlog.growth.map { $0 / timeScale }
        figures.drainSeconds = variant.lag.final == 0 ? variant.lag.drainSeconds : nil
        figures.cpuSecondsPerMillionEvents = variant.cpu.secondsPerMillionEvents
        figures.peakRSSBytes = variant.rss.peakBytes
        figures.lost = variant.events.lost
        figures.failed = variant.events.failed
        figures.scheduleDelayP99Millis = variant.load.scheduleDelayP99Millis
    }

    /// How lives end when the lab asks them to.
    private static let orderly = ["Completed", "Stopped"]

    private static func hasFailed(_ life: RecordedLife, before end: Int64) -> Bool {
        let isOrderly = life.exit.map { orderly.contains($0.reason) } ?? true
        return !isOrderly || life.end.map { $0 < end } ?? false
    }

    /// Readings are about a second apart and tell of the time since the one before; the first may tell of the warm-up.
    private static func mean(_ metric: MetricName, of variant: RecordedVariant, _ backlog: Backlog) -> Double?
    {
        let values = variant.pods.flatMap(\.lives).flatMap {
            Track($0.series[metric]).values(from: backlog.from + 1, to: backlog.to)
        }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    // MARK: - The judgement

    private func judge(
        _ figures: inout StepFigures,
        _ backlog: Backlog,
        _ ledger: LedgerCounts,
        _ result: RunResult
    ) {
        let losses = losses(figures, ledger, result)
        let delays = delays(figures, backlog, timeScale: result.timeScale)
        let shortfalls = shortfalls(figures)
        let ranking: [(StepOutcome, [String])] = [
            (.failed, losses), (.unknown, obstacles(backlog, result)), (.failed, delays),
            (.unreached, shortfalls),
        ]
        let first = ranking.first { !$0.1.isEmpty }
        figures.outcome = first?.0 ?? .sustained
        figures.because = first?.1 ?? []
    }

    private func losses(_ figures: StepFigures, _ ledger: LedgerCounts, _ result: RunResult) -> [String] {
        let oomKills = result.variants.first?.oomKills ?? 0
        let ofWorkers = result.variants.first?.workerOOMKills ?? 0
        let lost = (figures.lost ?? 0) - ledger.droppedByBroker
        return [
            oomKills > 0 ? "a pod reached its memory limit and was killed" : nil,
            figures.exits > oomKills - ofWorkers ? "a pod ended by itself" : nil,
            ledger.droppedByBroker > 0
                ? "it fell behind by more than the broker keeps: \(grouped(ledger.droppedByBroker)) events were dropped"
                : nil,
            lost > 0 ? "\(grouped(lost)) events were lost" : nil,
        ]
        .compactMap(\.self)
    }

    private func obstacles(_ backlog: Backlog, _ result: RunResult) -> [String] {
        if !result.valid { return result.invalidBecause }
        return backlog.end == nil ? ["too little was recorded to say how the lag moved"] : []
    }

    private func delays(_ figures: StepFigures, _ backlog: Backlog, timeScale: Double) -> [String] {
        guard let growth = backlog.growth, let rise = backlog.rise, backlog.seconds > 0 else { return [] }
        let rate = figures.due / backlog.seconds
        let mostGrowth = max(rules.growth * rate, rules.batch / backlog.seconds)
        let mostRise = max(rules.rise * figures.due, rules.batch)
        let share = decimal(rate > 0 ? growth / rate * 100 : 0, places: 1)
        return [
            growth > mostGrowth
                ? "lag grew by \(abbreviated(growth / timeScale)) events a second, \(share) % of the rate"
                : nil,
            rise > mostRise
                ? "lag had risen by \(grouped(Int(rise))) events at the end, those of "
                    + Duration.seconds(rate > 0 ? rise / rate : 0).text
                : nil,
        ]
        .compactMap(\.self)
    }

    private func shortfalls(_ figures: StepFigures) -> [String] {
        let missing = figures.due - figures.produced
        let delay = figures.scheduleDelayP99Millis ?? 0
        return [
            missing > max(rules.shortfall * figures.due, rules.batch)
                ? "only \(decimal(figures.produced / figures.due * 100, places: 1)) % of the events came in time"
                : nil,
            delay > rules.scheduleDelayMillis
                ? "the producer was late by \(Duration.seconds(delay / 1_000).text) at its p99" : nil,
        ]
        .compactMap(\.self)
    }
}
