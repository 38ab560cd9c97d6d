import LabCore

/// The tables of a benchmark as all reports show them.
struct BenchTables {
    struct Row {
        var title: String
        /// In the order of the columns.
        var cells: [Comparison.Cell]
    }

    /// Rows that are to be compared with one another.
    struct Group {
        var title: String
        var rows: [Row]
    }

    private let result: BenchResult

    init(_ result: BenchResult) { self.result = result }

    /// Of the matrix.
    static let columns = [
        "CPU/M", "×control", "p50", "p99", "RSS peak", "lag", "drain", "kept up",
    ]

    /// The variants at one rate and one concurrency each.
    var matrix: [Group] {
        groups(of: result.cells.map { ($0.perSecond, $0.concurrency) }).map { rate, concurrency in
            let cells = result.cells.filter { $0.perSecond == rate && $0.concurrency == concurrency }
            return Group(
                title: ([RateText.of(rate)] + [title(of: concurrency)].compactMap(\.self)).joined(
                    separator: ", "
                ),
                rows: cells.map(row)
            )
        }
    }

    /// Of the highest rates.
    static let sustainedColumns = ["sustains", "failed at", "×control", "steps"]

    var sustained: [Group] {
        groups(of: result.sustained.map { (0, $0.concurrency) }).map { _, concurrency in
            let rates = result.sustained.filter { $0.concurrency == concurrency }
            return Group(title: title(of: concurrency) ?? "", rows: rates.map(row))
        }
    }

    /// What each search came to, in words, where there is more to say than the table does.
    var remarks: [String] {
        result.sustained.compactMap { found in
            let name = found.variant + (found.concurrency.map { " ×\($0)" } ?? "")
            let parts = [
                found.rate.limit == .consumer ? nil : found.rate.text,
                found.because.flatMap { because in
                    found.rate.failedPerSecond.map { "at \(RateText.of($0)) \(because)" }
                },
                unsteady(found.rate),
                found.rate.isVerified || found.rate.limit == .ended || found.rate.limit == .unknown
                    ? nil : "not verified",
            ]
            .compactMap(\.self)
            return parts.isEmpty ? nil : "\(name): \(parts.joined(separator: "; "))"
        }
    }

    /// How it was measured.
    var method: String {
        let shape = result.shape
        let times = shape.repeats == 1 ? "once" : "\(shape.repeats) times, the median and the range"
        let search = result.search.map {
            "; highest rates to \(decimal($0.precision * 100, places: 0)) %, each end of a bracket to hold by "
                + ($0.verifications == 1 ? "1 measurement" : "\($0.verifications) measurements")
        }
        return "One variant at a time, \(Figure.duration(shape.seconds)) at a constant rate after "
            + "\(Figure.duration(shape.warmUpSeconds)) of warm-up; \(shape.partitions) partitions, seed \(result.seed); "
            + "each cell \(times)\(search ?? "")."
    }

    var conclusion: String {
        switch ExitStatus(rawValue: result.exitStatus) {
        case .success: "0: measured"
        case .interrupted: "130: interrupted, the rest was not measured"
        case .inconclusive: "3: some measurements could not be judged"
        default: "\(result.exitStatus)"
        }
    }

    // MARK: - Cells

    /// In the order in which they come.
    private func groups(of keys: [(Double, Int?)]) -> [(Double, Int?)] {
        keys.enumerated().filter { index, key in !keys[..<index].contains { $0 == key } }.map(\.element)
    }

    private func title(of concurrency: Int?) -> String? {
        guard let concurrency else {
            let own = Set(result.variants.compactMap(\.concurrency))
            let text = own.count == 1 ? own.first.map { ", \($0)" } : nil
            return own.isEmpty ? nil : "concurrency as in the scenario\(text ?? "")"
        }
        return "concurrency \(concurrency)"
    }

    private func row(_ cell: BenchCell) -> Row {
        Row(
            title: cell.variant,
            cells: [
                Comparison.Cell(text(cell.cpuSecondsPerMillionEvents) { "\(abbreviated($0)) s" }),
                Comparison.Cell(ratio(cell.cpuAgainstControl, of: cell.variant), .muted),
                Comparison.Cell(text(cell.p50Millis) { Figure.milliseconds($0) }),
                Comparison.Cell(text(cell.p99Millis) { Figure.milliseconds($0) }),
                Comparison.Cell(text(cell.peakRSSBytes) { Figure.bytes($0) }),
                Comparison.Cell(text(cell.lagAtEnd) { Figure.number($0.rounded()) }),
                Comparison.Cell(text(cell.drainSeconds) { Figure.duration($0) }),
                keptUp(cell),
            ]
        )
    }

    private func row(_ found: BenchResult.Sustained) -> Row {
        let rate = found.rate
        let low = rate.perSecond.map { (rate.limit == .consumer ? "" : "≥ ") + RateText.of($0) }
        return Row(
            title: found.variant,
            cells: [
                Comparison.Cell(low ?? (rate.failedPerSecond == nil ? Figure.unknown : "none"), .strong),
                Comparison.Cell(
                    rate.failedPerSecond.map { rate.limit == .load ? "load" : RateText.of($0) }
                        ?? Figure.unknown
                ),
                Comparison.Cell(ratio(found.againstControl, of: found.variant), .muted),
                Comparison.Cell("\(rate.steps)", .muted),
            ]
        )
    }

    /// The one in the middle; several with their range.
    private func text(_ spread: BenchCell.Spread?, _ text: (Double) -> String) -> String {
        guard let spread else { return Figure.unknown }
        let (middle, least, most) = (text(spread.median), text(spread.least), text(spread.most))
        return least == most ? middle : "\(middle) (\(least) – \(most))"
    }

    private func ratio(_ estimate: Estimate?, of variant: String) -> String {
        let isControl = result.variants.contains { $0.name == variant && $0.control }
        guard let estimate else { return isControl ? "control" : Figure.unknown }
        let middle = "\(abbreviated(estimate.estimate))×"
        guard estimate.low != estimate.high else { return middle }
        return "\(middle) (\(abbreviated(estimate.low)) – \(abbreviated(estimate.high)))"
    }

    private func keptUp(_ cell: BenchCell) -> Comparison.Cell {
        let outcomes = cell.outcomes
        if outcomes.sustained == outcomes.count { return Comparison.Cell("✓ yes", .good) }
        if outcomes.sustained > 0 {
            return Comparison.Cell("◆ \(outcomes.sustained) of \(outcomes.count)", .warning)
        }
        if outcomes.failed > 0 { return Comparison.Cell("✗ no", .bad) }
        return Comparison.Cell(outcomes.unreached > 0 ? "load not reached" : "? not judged", .warning)
    }

    private func unsteady(_ rate: SustainedRate) -> String? {
        guard !rate.unsteady.isEmpty else { return nil }
        let rates = rate.unsteady.map { RateText.of($0) }.joined(separator: ", ")
        return "sometimes sustained, sometimes not: \(rates)"
    }
}
