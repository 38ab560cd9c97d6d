import LabCore
package import LabReport

/// What a fault campaign found.
package struct FaultReport: CampaignReport, Sendable, Hashable {
    /// In the order of the cells.
    package let records: [FaultRecord]
    package let planned: Int
    /// Of this campaign, without the results that were there already.
    package let wallSeconds: Double
    package let isInterrupted: Bool
}

extension FaultReport: Reportable {
    package static let kind = "a fault campaign"
    package static let parts: DocumentParts = [.checks]

    package var document: Document {
        Document(
            "selftest",
            table,
            remarks: remarks,
            checks: records.map { record in
                .judged(
                    record.cell.name,
                    isMet: record.problems.isEmpty,
                    record.problems.isEmpty ? record.outcome : record.problems.joined(separator: "; ")
                )
            },
            isInterrupted: isInterrupted,
            value: FaultDocument(self)
        )
    }

    private var table: Table {
        Table(
            "What became of runs behind a bad connection",
            label: "trouble, phase",
            of: records,
            row: { Row($0.cell.name) },
            [
                .number("struck") { "\($0.struck)" },
                .number("produced") { Self.text($0.produced) },
                .number("handled") { Self.text($0.processed) },
                .number("lost") { Self.text($0.lost) },
                .number("twice") { Self.text($0.duplicated) },
                .number("in the topics") { "\($0.counted)" },
                .text("outcome") { $0.outcome },
                .text("wrong") { $0.problems.joined(separator: "; ") },
            ]
        )
    }

    private static func text(_ number: Int?) -> String { number.map(String.init) ?? "–" }

    private var remarks: [String] {
        [
            "\(records.count) of \(planned) runs, each with \(grouped(FaultScenario.events)) events for each of "
                + "\(FaultScenario.variants.count) variants, all clients behind one front, which is at fault for "
                + "\(FaultCell.span.text) of the phase. Struck: requests that the fault hit. In the topics: as a client counts that goes "
                + "past the front.", verdict,
        ]
    }

    private var verdict: String {
        if isInterrupted { return "Interrupted: the rest was not run." }
        return failures.isEmpty
            ? "Every run is valid with all its events, or says what was wrong with its broker."
            : "\(failures.count) of \(records.count) runs did not come out as they should."
    }
}

/// Keys may be added, never renamed.
private struct FaultDocument: Encodable {
    let schema = 1
    let cells: [FaultRecord]
    let planned: Int
    let wallSeconds: Double
    let exitStatus: Int32

    init(_ report: FaultReport) {
        cells = report.records
        planned = report.planned
        wallSeconds = report.wallSeconds
        exitStatus = report.exitStatus.rawValue
    }
}
