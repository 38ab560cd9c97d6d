package import LabCore
package import LabReport

/// What was found by feeding.
package struct FuzzReport: Sendable, Hashable, Reportable {
    package struct Finding: Sendable, Hashable, Codable {
        /// The file with the input.
        package var input: String
        /// Exit status of the process that read it, or 128 and the signal.
        package var ending: Int32
        /// Its last words.
        package var words: String
    }

    package struct Row: Sendable, Hashable, Codable {
        package var target: FuzzTarget
        /// Of processes that came to their end.
        package var inputs = 0
        package var findings: [Finding] = []
    }

    package let rows: [Row]
    package let seed: UInt64
    package let seconds: Double
    package let isInterrupted: Bool

    package static let kind = "a feeding"
    package static let parts: DocumentParts = [.checks]

    package var exitStatus: ExitStatus {
        if isInterrupted { return .interrupted }
        return rows.allSatisfy(\.findings.isEmpty) ? .success : .expectationsNotMet
    }

    package var document: Document {
        let table = Table(
            "What was fed, and with how many inputs",
            label: "target",
            of: rows,
            row: { LabReport.Row($0.target.rawValue) },
            [.number("inputs") { grouped($0.inputs) }, .number("findings") { "\($0.findings.count)" }]
        )
        let found = rows.flatMap(\.findings).map { "\($0.input): \($0.words) (ended with \($0.ending))" }
        return Document(
            "fuzz",
            table,
            remarks: [
                "Seed \(seed), \(decimal(seconds, places: 0)) s. A finding is a crash, more than a second of processor time, or more "
                    + "than 200 MiB for one input."
            ] + found,
            checks: rows.map { row in
                .judged(
                    row.target.rawValue,
                    isMet: row.findings.isEmpty,
                    row.findings.map(\.words).joined(separator: "; ")
                )
            },
            isInterrupted: isInterrupted,
            value: FuzzDocument(schema: 1, seed: seed, targets: rows, exitStatus: exitStatus.rawValue)
        )
    }
}

/// Keys may be added, never renamed.
private struct FuzzDocument: Encodable {
    let schema: Int
    let seed: UInt64
    let targets: [FuzzReport.Row]
    let exitStatus: Int32
}
