import LabCore

/// Makes one variant's part of the result.
struct VariantAnalysis {
    private let variant: ObservedVariant
    private let run: RecordedRun
    private let timeScale: Double
    private let settings: AnalysisSettings
    private let load: ObservedLoad

    init(_ variant: ObservedVariant, in run: RecordedRun, timeScale: Double, settings: AnalysisSettings) {
        self.variant = variant
        self.run = run
        self.timeScale = timeScale
        self.settings = settings.judging(variant.recorded.header.command)
        load = ObservedLoad(
            of: variant.recorded,
            productionEnded: run.productionEnded,
            scheduleEnd: run.header.phases.last?.end,
            // An embedded broker is this machine's own.
            isHinderedByBroker: run.header.broker.isExternal
                && run.timeline.contains(where: \.hindersProduction)
        )
    }

    /// Measures and judges.
    ///
    /// - Parameters:
    ///   - control: `nil` for the control itself, and in a run without one.
    ///   - waves: of each segment.
    ///   - metrics: the incident's own.
    ///   - unseen: what no pod of the run told, though something was to be found out about it.
    /// - Returns: the variant's whole part.
    func result(
        against control: ControlComparison?,
        waves: [VariantResult.Waves],
        metrics: [VariantResult.Metric],
        unseen: [String]
    ) -> VariantResult {
        let header = variant.recorded.header
        var result = VariantResult(name: header.name, role: header.role, control: header.isControl)
        measure(&result)
        result.metrics = metrics
        result.findings = VariantFindings(
            of: variant.lives + [variant.companion].compactMap(\.self),
            predictions: header.predictions,
            declared: run.metrics,
            timeScale: timeScale,
            settings: settings
        )
        .findings(for: variant.watched.rules)
        result.findings += unasked(result)
        let judgements = variant.segments.map { segment in
            Judgement(
                of: segment.lives,
                against: control,
                resources: variant.watched.resources,
                load: load,
                settings: settings
            )
        }
        let lag = Track(variant.recorded.series[.lag])
        result.segments = zip(variant.segments, zip(judgements, waves)).map { segment, part in
            VariantResult.Segment(
                segment,
                judgement: part.0,
                waves: part.1,
                lag: lag,
                timeScale: timeScale,
                settings: settings
            )
        }
        result.resources = variant.watched.resources.compactMap {
            VariantResult.Resource($0, of: variant, settings: settings)
        }
        judge(
            &result,
            by: SegmentJudgements(Array(zip(variant.segments, judgements))),
            kills: Kills(of: variant, against: control),
            unseen: unseen
        )
        return result
    }

    /// What is looked for though no scenario lists it.
    private func unasked(_ result: VariantResult) -> [Finding] {
        let conduct = Conduct(
            variant: variant,
            lag: result.lag,
            drain: result.drain,
            produced: result.events.produced,
            isOver: run.state != .recording,
            timeScale: timeScale
        )
        return conduct.findings
            + UnaskedRises(variant: variant, declared: run.metrics, settings: settings).findings
    }

    private func measure(_ result: inout VariantResult) {
        let recorded = variant.recorded
        let lives = recorded.pods.flatMap(\.lives)
        result.command = recorded.header.command?.text
        result.events = VariantResult.Events(recorded.ledger, partitions: recorded.partitions)
        if recorded.header.command != nil { result.events.forgetSingleEvents() }
        // What was on its way when the lab died was neither handled nor missed as far as anybody knows.
        if run.isCutOff { result.events.lost = nil }
        result.load = VariantResult.Load(
            load,
            scheduleDelay: .merged([run.scheduleDelay]),
            timeScale: timeScale
        )
        result.latency = VariantResult.Latency(.merged(lives.map(\.latency)))
        // Buckets of a program's own histogram say where its largest value lies, and not what it is.
        if recorded.header.command != nil { result.latency.maxMillis = nil }
        result.runtime = VariantResult.Runtime(of: variant)
        result.eventAge = VariantResult.EventAge(.merged(lives.map(\.eventAge)), timeScale: timeScale)
        result.lag = VariantResult.Lag(
            recorded.series[.lag],
            status: recorded.series[.lagStatus],
            productionEnded: run.productionEnded,
            timeScale: timeScale
        )
        // What the pods committed as they ended is in the books alone.
        if let left = recorded.left { result.lag.final = left }
        result.drain = recorded.drain
        result.rss = VariantResult.Memory(.rss, of: variant, settings: settings)
        result.heap = VariantResult.Memory(.heap, of: variant, settings: settings)
        result.charge = VariantResult.Memory(.charge, of: variant, settings: settings)
        result.tasks = VariantResult.Tasks(of: variant, settings: settings)
        result.cpu = VariantResult.CPU(of: variant.lives)
        result.warmUp = VariantResult.WarmUp(variant.lives, given: WarmUpRule(of: run.header))
        result.pods = recorded.pods.map {
            VariantResult.Pod($0, limit: recorded.header.memoryLimit, timeScale: timeScale)
        }
        result.timeToOOM = timeToOOM(rss: result.rss, charge: result.charge)
    }

    /// What the timeline says of names that no pod reported, those left out that one reported later.
    private var missingMetrics: [String] {
        let recorded = variant.recorded.pods.flatMap(\.lives)
        let object = "variant/\(variant.recorded.header.name)"
        return run.timeline.filter { $0.reason == MissingMetric.reason && $0.object == object }.map(\.message)
            .filter { message in
                let name = message.dropFirst().prefix { $0 != "”" }
                return !recorded.contains { $0.series[MetricName(String(name))] != nil }
            }
    }

    private func timeToOOM(rss: VariantResult.Memory, charge: VariantResult.Memory) -> VariantResult.TimeToOOM
    {
        let hasCharge = charge.bytesPerEvent != nil
        let growth = hasCharge ? charge.bytesPerEvent : rss.bytesPerEvent
        let header = variant.recorded.header
        return VariantResult.TimeToOOM(
            limit: variant.recorded.pods.first?.memoryLimit ?? header.memoryLimit ?? run.header.oomLimit,
            lives: variant.lives,
            metric: hasCharge ? .charge : .rss,
            // Pods that were changed on the way have no one limit and no one rate.
            growth: variant.isUniform ? growth : nil,
            due: PodLoad(variant.recorded, replicas: header.replicas),
            timeScale: timeScale
        )
    }

    private func judge(
        _ result: inout VariantResult,
        by judgements: SegmentJudgements,
        kills: Kills,
        unseen: [String]
    ) {
        let unseen = unseen + missingMetrics
        let whole = Because.obstacle(to: variant.all, load: load, settings: settings)
        let verdict = whole == nil ? kills.verdict(beside: judgements) : .inconclusive
        // A gate must not pass what nobody looked at.
        result.verdict = verdict == .bounded && !unseen.isEmpty ? .inconclusive : verdict
        // What a slope below the threshold adds up to in days is no prediction.
        if result.verdict == .bounded, result.timeToOOM.observed == nil { result.timeToOOM.seconds = nil }
        let reasons = judgements.because(obstacle: whole)
        result.because =
            unseen + (verdict == judgements.verdict || whole != nil ? reasons : [])
            + result.findings.compactMap(\.reason)
            + Unseen.plateaus(of: variant)
            + [
                Because.losses(variant.recorded.ledger, isForeign: variant.all.isForeign),
                kills.sentence,
                Because.unread(in: variant.all),
            ].compactMap(\.self)
        if result.verdict == .inconclusive, whole == nil {
            result.undecided = judgements.undecided(settings, timeScale: timeScale)
            result.because += result.undecided
        }
        result.evidence = judgements.evidence(settings)
        result.smallestDetectableBytesPerEvent = judgements.smallestDetectable(settings)
        result.flagged =
            result.verdict == .leaking
            || result.findings.contains(where: \.isBeyondLimit)
    }
}

extension VariantResult.Events {
    init(_ ledger: LedgerCounts, partitions: [PartitionBooks]) {
        self.init()
        produced = ledger.produced
        processed = ledger.processed
        lost = ledger.lost
        duplicated = ledger.duplicated
        failed = ledger.failed
        corrupt = ledger.corrupt
        outOfOrder = ledger.outOfOrder
        wrongPartition = ledger.wrongPartition
        unexpected = ledger.unexpected
        self.partitions = partitions.map(VariantResult.Partition.init)
    }
}
