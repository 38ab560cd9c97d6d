package import LabCore

/// Makes the cells of a benchmark's matrix from its measurements.
package struct BenchTable: Sendable {
    private let measurements: [BenchMeasurement]
    private let control: String?

    /// - Parameters:
    ///   - measurements: of the benchmark; of a cell the first `repeats` attempts count, those of a search after them do not.
    ///   - repeats: how often each cell was to be measured.
    ///   - control: the name of the variant that the others are told against.
    package init(_ measurements: [BenchMeasurement], repeats: Int, control: String?) {
        self.measurements = measurements.filter { $0.attempt < repeats }
        self.control = control
    }

    /// - Returns: `nil` if nothing was measured.
    package func cell(variant: String, concurrency: Int?, perSecond: Double) -> BenchCell? {
        let own = repeats(variant, concurrency, perSecond)
        guard !own.isEmpty else { return nil }
        var cell = BenchCell(variant: variant, concurrency: concurrency, perSecond: perSecond)
        for measurement in own { cell.outcomes.add(measurement.figures.outcome) }
        cell.because = own.last { $0.figures.outcome != .sustained }?.figures.because.first
        func spread(_ figure: (StepFigures) -> Double?) -> BenchCell.Spread? {
            BenchCell.Spread(own.compactMap { figure($0.figures) })
        }
        cell.cpuSecondsPerMillionEvents = spread(\.cpuSecondsPerMillionEvents)
        cell.p50Millis = spread(\.p50Millis)
        cell.p99Millis = spread(\.p99Millis)
        cell.peakRSSBytes = spread(\.peakRSSBytes)
        cell.lagAtEnd = spread(\.lagAtEnd)
        cell.drainSeconds = spread(\.drainSeconds)
        if let control, control != variant {
            cell.cpuAgainstControl = ratio(own, repeats(control, concurrency, perSecond))
        }
        return cell
    }

    private func repeats(_ variant: String, _ concurrency: Int?, _ perSecond: Double) -> [BenchMeasurement] {
        measurements.filter {
            $0.variant == variant && $0.concurrency == concurrency && $0.perSecond == perSecond
        }
        .sorted { $0.attempt < $1.attempt }
    }

    /// Each repetition with that of the control that was measured beside it.
    private func ratio(_ own: [BenchMeasurement], _ base: [BenchMeasurement]) -> Estimate? {
        RatioOfRepeats.estimate(
            own.compactMap { measurement in
                let partner = base.first { $0.attempt == measurement.attempt }
                guard let figure = measurement.figures.cpuSecondsPerMillionEvents,
                    let against = partner?.figures.cpuSecondsPerMillionEvents
                else { return nil }
                return (figure, against)
            }
        )
    }
}

extension BenchCell.Spread {
    /// - Returns: `nil` of no values.
    init?(_ values: [Double]) {
        guard let middle = LabAnalysis.median(values), let least = values.min(), let most = values.max()
        else {
            return nil
        }
        self.init(median: middle, least: least, most: most)
    }
}

extension BenchCell.Outcomes {
    fileprivate mutating func add(_ outcome: StepOutcome) {
        switch outcome {
        case .sustained: sustained += 1
        case .failed: failed += 1
        case .unreached: unreached += 1
        case .unknown: unknown += 1
        }
    }
}
