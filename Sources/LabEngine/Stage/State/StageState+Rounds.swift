import LabAnalysis
import LabCluster
import LabCore
import LabTelemetry

/// What a variant's ledger says at one instant.
struct LedgerReading: Sendable {
    var totals: LedgerTotals
    var partitions: [LagObservation]
}

extension StageState {
    /// Between two looks at the pages of the lives, nanoseconds.
    private static let observationInterval: UInt64 = 1_000_000_000

    /// The lives whose pages are to be read for a round of the sampler, by their numbers.
    /// - Returns: `nil` for a round of which nothing is recorded.
    func lifePages(forRoundAt time: UInt64) -> [Int: LifeName]? {
        guard let clock, clock.time(ofMonotonic: time) >= 0 else { return nil }
        guard isObservationDue(at: time) else { return [:] }
        return lives.filter { $0.value.pod.external == nil }.mapValues {
            LifeName(pod: $0.pod.name, life: $0.number)
        }
    }

    /// The sampler has read everything once.
    ///
    /// `ledgers` is what they say now, by variant, and `pages` what was read of ``lifePages(forRoundAt:)`` of the same
    /// time.
    mutating func roundEnded(
        at time: UInt64,
        ledgers: [String: LedgerReading],
        pages: [Int: LifeReading]
    ) -> [StageAction] {
        guard let clock, clock.time(ofMonotonic: time) >= 0 else { return [] }
        let at = clock.time(ofMonotonic: time)
        let isDue = isObservationDue(at: time)
        let producer = processes.values.first { $0.name == Self.producer }
        let scheduled = producer?.latest[.scheduled]
        var actions: [StageAction] = []
        for name in variantNames {
            guard let ledger = ledgers[name] else { continue }
            actions += watchLag(of: name, ledger, at: time, clock)
            let (produced, lag) = (Double(ledger.totals.produced), Double(ledger.totals.lag))
            actions.append(.record(produced, of: .produced, .variant(name), at: at))
            actions.append(.record(lag, of: .lag, .variant(name), at: at))
            if let scheduled { actions.append(.record(scheduled, of: .scheduled, .variant(name), at: at)) }
            if isDue { actions.append(.setLedger(LedgerCounts(soFar: ledger.totals), variant: name)) }
        }
        guard isDue else { return actions }
        lastObservation = time
        return lives.keys.sorted().reduce(into: actions) { $0 += observe($1, pages[$1], at: at) }
    }

    private func isObservationDue(at time: UInt64) -> Bool {
        time > lastObservation + Self.observationInterval
    }

    /// What a lab that is killed would otherwise take with it.
    private mutating func observe(_ target: Int, _ page: LifeReading?, at time: Int64) -> [StageAction] {
        guard let life = lives[target],
            // A life that began meanwhile is read next time.
            let page = page
                ?? (life.pod.external == nil
                    ? nil : LifeReading(latency: life.latency ?? HistogramSnapshot()))
        else { return [] }
        lives[target]?.recordedLatency = page.latency
        let quiescentFrom = variants[life.pod.variant]?.quiescentFrom
        return Self.quantiles(page.latency.since(life.recordedLatency), of: target, at: time)
            + [.lifeObserved(target, page, quiescentFrom: quiescentFrom)]
    }

    /// What the events of the last second or so took; nothing where there were none.
    private static func quantiles(
        _ latency: HistogramSnapshot,
        of target: Int,
        at time: Int64
    ) -> [StageAction] {
        [(MetricName.latencyP50, 0.5), (.latencyP99, 0.99)].compactMap { metric, share in
            latency.interpolatedQuantile(share).map { microseconds in
                .record(microseconds / 1_000, of: metric, .life(target), at: time)
            }
        }
    }

    private mutating func watchLag(
        of variant: String,
        _ ledger: LedgerReading,
        at time: UInt64,
        _ clock: RunClock
    ) -> [StageAction] {
        let at = clock.time(ofMonotonic: time)
        let isAlive = lives.values.contains { $0.pod.variant == variant }
        var watch = variants[variant]?.lag ?? LagWatch(partitions: ledger.partitions.count)
        let change = watch.observe(ledger.partitions, at: at, isAlive: isAlive)
        variants[variant]?.lag = watch
        let reading = watch.newReading.map { status in
            [StageAction.record(Double(status.severity), of: .lagStatus, .variant(variant), at: at)]
        }
        guard let change else { return reading ?? [] }
        return (reading ?? [])
            + note(
                "LagStatus",
                of: "variant/\(variant)",
                "\(change.old.rawValue) → \(change.new.rawValue), lag \(grouped(watch.lag))",
                isWarning: change.new > change.old,
                at: time
            )
    }
}

extension LedgerCounts {
    /// What a ledger says while events are under way: nothing counts as lost yet.
    fileprivate init(soFar totals: LedgerTotals) {
        self.init()
        produced = totals.produced
        processed = totals.processed
        duplicated = totals.duplicated
        failed = totals.failed
    }
}
