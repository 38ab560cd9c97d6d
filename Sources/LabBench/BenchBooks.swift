import LabAnalysis
package import LabCore
package import LabEngine

/// The file to which every measurement of a benchmark is appended.
package typealias BenchResults = ResultsFile<BenchMeasurement>

extension ResultsFile where Record == BenchMeasurement {
    /// Reads the file; one that does not exist is empty.
    /// - Throws: ``LabError`` if it holds something else, or cannot be read or written.
    package init(path: String) throws(LabError) {
        try self.init(path: path, of: "a benchmark", writtenBy: "leaklab bench --results")
    }
}

/// The measurements so far, and the searches that go on from them.
struct BenchBooks {
    private let plan: BenchPlan
    private let results: BenchResults?
    /// Those of earlier benchmarks that are not asked for yet.
    private let earlier: [BenchMeasurement]
    private(set) var measurements: [BenchMeasurement] = []
    private(set) var searches: [BenchPair: SustainedRateSearch] = [:]

    init(_ plan: BenchPlan, _ results: BenchResults?) {
        self.plan = plan
        self.results = results
        earlier = (results?.records ?? []).filter { $0.fingerprint == plan.fingerprint }
    }

    /// The next measurement of a variant at a rate.
    func step(of pair: BenchPair, at rate: Double) -> BenchStep {
        let attempts = measurements.filter {
            $0.variant == pair.variant && $0.concurrency == pair.concurrency && $0.perSecond == rate
        }
        return BenchStep(
            variant: pair.variant,
            concurrency: pair.concurrency,
            perSecond: rate,
            attempt: attempts.count
        )
    }

    /// What an earlier benchmark has measured of it.
    func known(_ step: BenchStep) -> BenchMeasurement? { earlier.last { $0.isOf(step) } }

    mutating func add(_ measurement: BenchMeasurement, isNew: Bool) throws {
        if isNew { try results?.append(measurement) }
        measurements.append(measurement)
    }

    // MARK: - Searches

    /// Begins a search for each pair, from what the matrix says already.
    mutating func beginSearches(_ settings: BenchResult.Search) {
        for pair in plan.pairs {
            let own = measurements.filter {
                $0.variant == pair.variant && $0.concurrency == pair.concurrency
            }
            let least = min(plan.rates[0], settings.highestPerSecond) / 1_024
            var search = SustainedRateSearch(
                SustainedRateSearch.Settings(
                    start: plan.rates[0],
                    bounds: min(max(1, least), settings.highestPerSecond)...settings.highestPerSecond,
                    precision: settings.precision,
                    verifications: settings.verifications
                )
            )
            for measurement in own { search.note(measurement.figures.outcome, at: measurement.perSecond) }
            searches[pair] = search
        }
    }

    mutating func take(_ outcome: StepOutcome, at rate: Double, of pair: BenchPair) {
        searches[pair]?.take(outcome, at: rate)
    }
}

extension BenchMeasurement {
    fileprivate func isOf(_ step: BenchStep) -> Bool {
        variant == step.variant && concurrency == step.concurrency && perSecond == step.perSecond
            && attempt == step.attempt
    }
}
