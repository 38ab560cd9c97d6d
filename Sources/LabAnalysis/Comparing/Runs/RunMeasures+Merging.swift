package import LabCore

extension RunMeasures {
    /// Several runs of one load taken together.
    ///
    /// - Parameters:
    ///   - runs: in order; invalid ones are left out, and said to be, as long as there is a valid one.
    ///   - name: what they are called together.
    ///   - settings: the constants of the verdict.
    /// - Returns: the only run as it is, if there is one.
    /// - Throws: ``LabError`` of the command line if there is none, one of them twice, or they differ in their load.
    package static func merging(
        _ runs: [RunMeasures],
        as name: String,
        settings: AnalysisSettings = .standard
    ) throws(LabError) -> RunMeasures {
        guard let first = runs.first else {
            throw LabError("\(name): no run", hint: "Name one, such as “latest”.", exitStatus: .usage)
        }
        guard runs.count > 1 else { return first }
        if let twice = runs.first(where: { run in runs.count { $0.run == run.run } > 1 }) {
            throw LabError(
                "\(name): run \(twice.run) is named twice",
                hint: "Each repetition counts once.",
                exitStatus: .usage
            )
        }
        for run in runs.dropFirst() {
            try ComparisonPlan.checkLoads(
                ComparisonPlan.Choice(first, variant: nil, place: first.run),
                ComparisonPlan.Choice(run, variant: nil, place: run.run)
            )
        }
        let valid = runs.filter(\.valid)
        let used = valid.isEmpty ? runs : valid
        let left = runs.filter { run in !used.contains { $0.run == run.run } }
        var merged = first
        merged.run = name
        merged.seed = used.first?.seed ?? first.seed
        merged.valid = !valid.isEmpty
        merged.invalidBecause = valid.isEmpty ? ["all of its runs are invalid"] : []
        merged.producer = Producer(merging: used.map(\.producer))
        merged.variants = first.variants.compactMap {
            VariantMeasures(named: $0.name, in: used, settings: settings)
        }
        merged.repetitions = used
        merged.leftOut =
            left.isEmpty ? nil : left.map { "\($0.run) (\($0.invalidBecause.joined(separator: "; ")))" }
        return merged
    }

    /// Without the columns that only the runs of one series are compared by, so that a file of many runs stays small.
    package var forFile: RunMeasures {
        var kept = self
        kept.repetitions = repetitions.map { runs in
            runs.map { run in
                var run = run
                for index in run.variants.indices {
                    run.variants[index].windows.rss = VariantMeasures.Lowest()
                    run.variants[index].windows.charge = VariantMeasures.Lowest()
                    run.variants[index].windows.rssPeakBytes = []
                }
                return run
            }
        }
        return kept
    }
}

extension RunMeasures.Producer {
    /// The mean of what is known.
    fileprivate init(merging all: [RunMeasures.Producer]) {
        func mean(_ figure: (RunMeasures.Producer) -> Double?) -> Double? {
            let known = all.compactMap(figure)
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
        self.init(
            delayP50Millis: mean(\.delayP50Millis),
            delayP99Millis: mean(\.delayP99Millis),
            cpuSecondsPerMillionEvents: mean(\.cpuSecondsPerMillionEvents),
            variants: all.first?.variants ?? 0
        )
    }
}

extension VariantMeasures {
    /// One variant over several runs; `nil` if none of them has it.
    fileprivate init?(named name: String, in runs: [RunMeasures], settings: AnalysisSettings) {
        let sides = runs.compactMap { run in
            run.variants.first { $0.name == name }.map { ComparedSide(run: run, variant: $0) }
        }
        guard let first = sides.first?.variant else { return nil }
        let all = sides.map(\.variant)
        let combined = CombinedVerdict(sides.map { $0.vote(settings) }, settings: settings)
        self = first
        windows = Windows()
        (verdict, flagged, because) = (combined.verdict, combined.flagged, combined.because)
        processed = all.reduce(0) { $0 &+ $1.processed }
        lost = all.contains { $0.lost == nil } ? nil : all.reduce(0) { $0 &+ ($1.lost ?? 0) }
        failed = all.contains { $0.failed == nil } ? nil : all.reduce(0) { $0 &+ ($1.failed ?? 0) }
        oomKills = all.reduce(0) { $0 &+ $1.oomKills }
        workerOOMKills = all.reduce(0) { $0 &+ ($1.workerOOMKills ?? 0) }
        restarts =
            all.contains { $0.restarts == nil } ? nil : all.reduce(0) { $0 &+ ($1.restarts ?? 0) }
        findings = Self.findings(of: all)
        resources = Self.resources(of: all)
        reported = Self.reported(in: all)
        leaking = Self.leaking(in: all)
        func mean(_ metric: ComparedMetric) -> RepetitionMean? {
            let known = sides.compactMap { $0.value(of: metric) }
            guard 2 * known.count > sides.count else { return nil }
            return RepetitionMean(known, confidence: settings.confidence)
        }
        tasks = mean(.tasks).flatMap { mean in
            mean.interval.map { Count(perEvent: $0, events: all.compactMap { $0.tasks?.events }.min() ?? 0) }
        }
        heap = Growth(merging: all.compactMap(\.heap), mean: mean(.heap))
        rss = Growth(merging: all.compactMap(\.rss), mean: mean(.rss))
        charge = Growth(merging: all.compactMap(\.charge), mean: mean(.charge))
        peakRSSBytes = mean(.peakRSS)?.mean
        timeToOOM = first.timeToOOM.map {
            TimeToOOM(
                limitBytes: $0.limitBytes,
                seconds: combined.verdict == .bounded ? nil : mean(.timeToOOM)?.interval
            )
        }
    }
}

// MARK: - What not every run has

extension VariantMeasures {
    /// Those that more than half of the runs have, each with its middle value.
    fileprivate static func findings(of all: [VariantMeasures]) -> [Finding] {
        let runs = all.map(\.findings)
        return distinct(runs.flatMap { $0.map(\.name) }).compactMap { name in
            let found = runs.compactMap { $0.first { $0.name == name } }.sorted { $0.value < $1.value }
            // Counted from above, so that those of runs without it are below all others.
            guard 2 * found.count > runs.count else { return nil }
            return found[found.count - 1 - runs.count / 2]
        }
    }

    /// With the verdict of more than half of the runs, and the middle of what they kept.
    fileprivate static func resources(of all: [VariantMeasures]) -> [VariantResult.Resource] {
        let runs = all.map(\.resources)
        return distinct(runs.flatMap { $0.map(\.name) }).compactMap { name in
            let told = runs.compactMap { $0.first { $0.name == name } }
            guard var resource = told.first else { return nil }
            let verdicts: [Verdict] = [.leaking, .bounded]
            resource.verdict =
                verdicts.first { verdict in 2 * told.count { $0.verdict == verdict } > runs.count }
                ?? .inconclusive
            let rates = told.compactMap { $0.perEvent?.estimate }
            resource.perEvent = median(rates).map { middle in
                Estimate(estimate: middle, low: rates.min() ?? middle, high: rates.max() ?? middle)
            }
            return resource
        }
    }

    /// The mean of the runs that know it.
    fileprivate static func reported(in all: [VariantMeasures]) -> [String: Double]? {
        let known = all.compactMap(\.reported)
        guard !known.isEmpty else { return nil }
        let values = Dictionary(grouping: known.flatMap(\.self), by: \.key)
        return values.mapValues { pairs in pairs.reduce(0) { $0 + $1.value } / Double(pairs.count) }
    }

    fileprivate static func leaking(in all: [VariantMeasures]) -> [String] {
        let named = all.map(\.leaking)
        return distinct(named.flatMap(\.self)).filter { name in
            2 * named.count { $0.contains(name) } > all.count
        }
    }

    private static func distinct(_ names: [String]) -> [String] {
        names.indices.filter { names.firstIndex(of: names[$0]) == $0 }.map { names[$0] }
    }
}

extension VariantMeasures.Growth {
    fileprivate init?(merging all: [VariantMeasures.Growth], mean: RepetitionMean?) {
        guard !all.isEmpty else { return nil }
        self.init(
            bytesPerEvent: mean?.interval,
            events: median(all.map(\.events)) ?? 0,
            largestFallBytes: median(all.map(\.largestFallBytes)) ?? 0,
            n: all.reduce(0) { $0 &+ $1.n }
        )
    }

    /// Bytes per event that are no leak, as for the verdict.
    fileprivate func threshold(_ settings: AnalysisSettings) -> Double {
        if let thresholdBytesPerEvent { return thresholdBytesPerEvent }
        guard events > 0 else { return settings.bytesPerEvent }
        return max(settings.bytesPerEvent, max(settings.oneOffBytes, largestFallBytes) / events)
    }
}

extension ComparedSide {
    /// What a run's measures tell of its verdict.
    fileprivate func vote(_ settings: AnalysisSettings) -> CombinedVerdict.Vote {
        let heap = variant.heap.flatMap { growth -> RepeatedHeap? in
            guard let slope = growth.bytesPerEvent else { return nil }
            let threshold = growth.threshold(settings)
            return RepeatedHeap(
                slope,
                threshold: threshold,
                isPlain: slope.low <= threshold || variant.verdict == .leaking,
                lowest: variant.windows.heap,
                settings: settings
            )
        }
        let counted = variant.tasks.map { $0.perEvent.low * $0.events > settings.countFloor } ?? false
        return CombinedVerdict.Vote(
            run: run.run,
            verdict: variant.verdict,
            flagged: variant.flagged,
            isCounted: variant.verdict == .leaking && counted,
            heap: heap,
            smallestDetectable: nil
        )
    }
}
