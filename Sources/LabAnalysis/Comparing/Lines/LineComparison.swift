import LabCore

/// Makes the lines of a comparison of two variants.
struct LineComparison {
    let base: ComparedSide
    let candidate: ComparedSide
    let tolerances: Tolerances
    let settings: AnalysisSettings

    /// Those that at least one of the two says anything about.
    var lines: [ComparisonResult.Line] {
        Self.metrics(of: [base, candidate]).map(line)
    }

    /// In the order to be shown: what is lost and kept, what was found, then what it costs.
    static func metrics(of sides: [ComparedSide]) -> [ComparedMetric] {
        let own = sides.flatMap(\.ownMetrics)
        let distinct = own.indices.filter { own.firstIndex(of: own[$0]) == $0 }.map { own[$0] }
        let growth = ComparedMetric.allCases.filter(\.isGrowth)
        let counts = ComparedMetric.allCases.filter(\.isCount)
        let costs = ComparedMetric.allCases.filter { !$0.isGrowth && !$0.isCount }
        let all = counts + growth + distinct.filter(\.isGrowth) + distinct.filter { !$0.isGrowth } + costs
        return all.filter { metric in sides.contains { $0.knows(metric) } }
    }

    /// What a variant keeps for ever decides: tasks and live heap, resident memory where live heap was not read.
    func decides(_ metric: ComparedMetric) -> Bool {
        switch metric {
        case .lost, .tasks, .heap: true
        case .rss: !base.knows(.heap) && !candidate.knows(.heap)
        default: false
        }
    }

    func line(_ metric: ComparedMetric) -> ComparisonResult.Line {
        var line = ComparisonResult.Line(
            metric,
            tolerance: tolerances[metric].absolute,
            decides: decides(metric),
            method: "exact"
        )
        switch metric {
        case .lost: compareLost(&line)
        case .failed: compareFailed(&line)
        case .oomKills: compareCounts(&line, base.variant.oomKills, candidate.variant.oomKills)
        case .restarts: compareCounts(&line, base.variant.restarts, candidate.variant.restarts)
        case .tasks: compareTasks(&line)
        case .heap, .rss, .charge: compareGrowth(&line)
        case .resource(let name): compare(&line, base.resource(name), candidate.resource(name))
        case .finding(let name): compare(&line, base.finding(name), candidate.finding(name))
        case .reported(let name): show(&line, name)
        case .timeToOOM: compareTimes(&line)
        case .peakRSS: comparePeaks(&line)
        case .cpu, .throughput, .latencyP50, .latencyP99: compareRatio(&line)
        }
        return line
    }

    static func missing(_ isOfBase: Bool, _ what: String) -> String {
        "the \(isOfBase ? "base" : "candidate") \(what)"
    }

    /// The growth of two counts, of which what falls keeps nothing.
    static func growth(_ base: Estimate, _ candidate: Estimate) -> Estimate {
        let (left, right) = (base.rising, candidate.rising)
        return Estimate(
            estimate: right.estimate - left.estimate,
            low: right.low - left.high,
            high: right.high - left.low
        )
    }

    private func show(_ line: inout ComparisonResult.Line, _ name: MetricName) {
        (line.base, line.candidate) = (
            base.variant.reported?[name.rawValue], candidate.variant.reported?[name.rawValue]
        )
        line.outcome = .shown
    }

    private func compareTasks(_ line: inout ComparisonResult.Line) {
        guard let left = base.variant.tasks, let right = candidate.variant.tasks else {
            line.note = Self.missing(base.variant.tasks == nil, "counted no live tasks")
            return
        }
        (line.base, line.candidate) = (left.perEvent.estimate, right.perEvent.estimate)
        let events = min(left.events, right.events)
        line.tolerance = tolerances[.tasks].amount(
            between: left.perEvent.estimate,
            and: right.perEvent.estimate,
            least: events > 0 ? settings.countFloor / events : 0
        )
        line.effect = Self.growth(left.perEvent, right.perEvent)
        line.n = 1
        line.judge()
    }

    private func compareGrowth(_ line: inout ComparisonResult.Line) {
        let metric = line.metric
        let (left, right) = (base.growth(of: metric), candidate.growth(of: metric))
        (line.base, line.candidate) = (left?.bytesPerEvent?.estimate, right?.bytesPerEvent?.estimate)
        guard let left, let right else {
            line.note = Self.missing(left == nil, "was not measured")
            return
        }
        guard
            let growth = PairedGrowth(
                base: (left, base.lowest(of: metric)),
                candidate: (right, candidate.lowest(of: metric)),
                settings: settings
            )
        else {
            line.note = "there are too few windows"
            return
        }
        (line.effect, line.n, line.method) = (growth.effect, growth.n, growth.method)
        let events = min(left.events, right.events)
        let kept = max(settings.oneOffBytes, left.largestFallBytes, right.largestFallBytes)
        line.tolerance = tolerances[metric].amount(
            between: line.base ?? 0,
            and: line.candidate ?? 0,
            least: events > 0 ? kept / events : 0
        )
        line.judge()
    }
}

extension Estimate {
    /// With nothing below zero.
    fileprivate var rising: Estimate {
        Estimate(estimate: max(0, estimate), low: max(0, low), high: max(0, high))
    }
}
