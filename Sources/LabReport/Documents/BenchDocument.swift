package import LabCore

extension BenchResult: Reportable {
    package static let kind = "a benchmark"
    package static let parts: DocumentParts = []

    package var document: Document {
        let tables = BenchTables(self)
        var document = Document(title: title.isEmpty ? scenario : title, value: self)
        document.product = "LeakLab bench"
        document.sections = [
            Section("method", "", [.paragraph(tables.method, .muted)]),
            Section("matrix", "Cost at given rates", [.table(tables.matrix)]).untitled(in: .brief),
            Section(
                "sustained",
                "Highest sustained rate",
                [.table(tables.sustained), .list(tables.remarks)]
            ),
            Section("notes", "", [.notes(notes)]),
        ]
        document.exit = Document.Exit(exitStatus, conclusion)
        return document
    }

    private var conclusion: String {
        switch ExitStatus(rawValue: exitStatus) {
        case .success: "measured"
        case .interrupted: "interrupted, the rest was not measured"
        case .inconclusive: "some measurements could not be judged"
        default: ExitStatus(rawValue: exitStatus)?.meaning ?? "unknown"
        }
    }
}

/// The tables of a benchmark.
private struct BenchTables {
    private let result: BenchResult

    init(_ result: BenchResult) { self.result = result }

    /// The variants at one rate and one concurrency each.
    var matrix: Table {
        let groups = distinct(result.cells.map { [$0.perSecond, $0.concurrency.map(Double.init)] })
        return Table(
            "What each variant costs",
            label: "",
            of: groups.flatMap { group in
                result.cells.filter { [$0.perSecond, $0.concurrency.map(Double.init)] == group }
            },
            row: { cell in
                let title = [RateText.of(cell.perSecond), title(of: cell.concurrency)]
                return Row(cell.variant, of: title.compactMap(\.self).joined(separator: ", "))
            },
            [
                .number("CPU/M") { text($0.cpuSecondsPerMillionEvents) { "\(abbreviated($0)) s" } },
                .number("×control", tone: { _ in .muted }) { ratio($0.cpuAgainstControl, of: $0.variant) },
                .number("p50") { text($0.p50Millis) { Figure.milliseconds($0) } },
                .number("p99") { text($0.p99Millis) { Figure.milliseconds($0) } },
                .number("RSS peak") { text($0.peakRSSBytes) { Figure.bytes($0) } },
                .number("lag") { text($0.lagAtEnd) { Figure.number($0.rounded()) } },
                .number("drain") { text($0.drainSeconds) { Figure.duration($0) } },
                .number("kept up", tone: { keptUp($0).tone }) { keptUp($0).text },
            ]
        )
    }

    /// The highest rates, by concurrency.
    var sustained: Table {
        Table(
            "The highest rate that each variant sustains",
            label: "",
            of: distinct(result.sustained.map(\.concurrency)).flatMap { concurrency in
                result.sustained.filter { $0.concurrency == concurrency }
            },
            row: { Row($0.variant, of: title(of: $0.concurrency) ?? "") },
            [
                .number("sustains", tone: { _ in .strong }) { found in
                    let sign = found.rate.limit == .consumer ? "" : "≥ "
                    return found.rate.perSecond.map { sign + RateText.of($0) }
                        ?? (found.rate.failedPerSecond == nil ? Figure.unknown : "none")
                },
                .number("failed at") { found in
                    found.rate.failedPerSecond.map { found.rate.limit == .load ? "load" : RateText.of($0) }
                        ?? Figure.unknown
                },
                .number("×control", tone: { _ in .muted }) { ratio($0.againstControl, of: $0.variant) },
                .number("steps", tone: { _ in .muted }) { "\($0.rate.steps)" },
            ]
        )
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
            "; highest rates to \(percent($0.precision)), each end of a bracket to hold by "
                + ($0.verifications == 1 ? "1 measurement" : "\($0.verifications) measurements")
        }
        let machine = result.environment.filter { ["processor", "memory"].contains($0.label) }.map(\.value)
        return "One variant at a time, \(Figure.duration(shape.seconds)) at a constant rate after "
            + "\(Figure.duration(shape.warmUpSeconds)) of warm-up; \(shape.partitions) partitions, seed \(result.seed); "
            + "each cell \(times)\(search ?? "")."
            + (machine.isEmpty ? "" : " \(machine.joined(separator: ", ")).")
    }

    // MARK: - Cells

    /// In the order in which they come.
    private func distinct<Key: Equatable>(_ keys: [Key]) -> [Key] {
        keys.enumerated().filter { index, key in !keys[..<index].contains(key) }.map(\.element)
    }

    private func title(of concurrency: Int?) -> String? {
        guard let concurrency else {
            let own = Set(result.variants.compactMap(\.concurrency))
            let text = own.count == 1 ? own.first.map { ", \($0)" } : nil
            return own.isEmpty ? nil : "concurrency as in the scenario\(text ?? "")"
        }
        return "concurrency \(concurrency)"
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

    private func keptUp(_ cell: BenchCell) -> Cell {
        let outcomes = cell.outcomes
        if outcomes.sustained == outcomes.count { return Cell("✓ yes", .good) }
        if outcomes.sustained > 0 {
            return Cell("◆ \(outcomes.sustained) of \(outcomes.count)", .warning)
        }
        if outcomes.failed > 0 { return Cell("✗ no", .bad) }
        return Cell(outcomes.unreached > 0 ? "load not reached" : "? not judged", .warning)
    }

    private func unsteady(_ rate: SustainedRate) -> String? {
        guard !rate.unsteady.isEmpty else { return nil }
        let rates = rate.unsteady.map { RateText.of($0) }.joined(separator: ", ")
        return "sometimes sustained, sometimes not: \(rates)"
    }
}
