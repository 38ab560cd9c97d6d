import LabCore

/// The result: figures, targets, and the conditions under which they were measured.
struct FigureTable: Sendable {
    let conditions: [LabelledValue]
    private var rows: [Row] = []

    private struct Row: Sendable {
        var benchmark: String
        var figure: Figure
        var verdict: String {
            switch figure.isMet {
            case true?: "met"
            case false?: "missed"
            case nil: ""
            }
        }
    }

    /// Benchmarks that could not be measured.
    private(set) var failures: [String] = []

    init(conditions: [LabelledValue]) { self.conditions = conditions }

    /// Runs a benchmark and takes its figures, or its error.
    /// - Throws: `CancellationError`.
    mutating func append(_ benchmark: any Benchmark, in bench: Workbench) async throws {
        do {
            rows += try await benchmark.run(in: bench).map { Row(benchmark: benchmark.name, figure: $0) }
        } catch {
            try Task.checkCancellation()
            failures.append(benchmark.name)
            let figure = Figure(name: "not measured", value: "failed", isMet: nil, detail: "\(error)")
            rows.append(Row(benchmark: benchmark.name, figure: figure))
        }
    }

    // MARK: - Text

    /// For a terminal; the single readings follow below the table.
    var text: String {
        let header = ["BENCHMARK", "FIGURE", "MEASURED", "TARGET", ""]
        let cells =
            [header]
            + rows.map { [$0.benchmark, $0.figure.name, $0.figure.value, $0.figure.target, $0.verdict] }
        let widths = header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        let lines = cells.map { row in
            zip(row, widths)
                .map { $0 + String(repeating: " ", count: $1 - $0.count) }
                .joined(separator: "  ").trimmedOfSpaces
        }
        let details = rows.filter { !$0.figure.detail.isEmpty }.map {
            "\($0.figure.name): \($0.figure.detail)"
        }
        let setting = conditions.map { "\($0.label): \($0.value)" }
        return (lines + [""] + details + [""] + setting).joined(separator: "\n")
    }

    // MARK: - Markdown

    var markdown: String {
        let head = ["| benchmark | figure | measured | target | |", "|---|---|---|---|---|"]
        let body = rows.map { row in
            let cells = [row.benchmark, row.figure.name, row.figure.value, row.figure.target, row.verdict]
            return "| \(cells.map(Self.escaped).joined(separator: " | ")) |"
        }
        let details = rows.filter { !$0.figure.detail.isEmpty }
            .map { "- \($0.benchmark), \($0.figure.name): \($0.figure.detail)" }
        let setting = conditions.map { "- \($0.label): \($0.value)" }
        return (head + body + [""] + details + ["", "Measured on:", ""] + setting).joined(separator: "\n")
            + "\n"
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
