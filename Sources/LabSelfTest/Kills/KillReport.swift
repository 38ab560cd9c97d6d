import LabCore
package import LabReport

/// What a kill campaign found.
package struct KillReport: CampaignReport, Sendable, Hashable {
    /// In the order of their numbers.
    package let records: [KillRecord]
    package let planned: Int
    /// Of this campaign, without the results that were there already.
    package let wallSeconds: Double
    package let isInterrupted: Bool

    init(records: [KillRecord], planned: Int, wallSeconds: Double, isInterrupted: Bool) {
        self.records = records
        self.planned = planned
        self.wallSeconds = wallSeconds
        self.isInterrupted = isInterrupted
    }

    var rows: [KillRow] {
        let groups = Dictionary(grouping: records) { $0.round.words }
        let rows = groups.sorted { $0.key < $1.key }.map { KillRow($0.key, $0.value) }
        return rows.count < 2 ? rows : rows + [KillRow("all", records)]
    }
}

/// The rounds with one kind of blow.
struct KillRow: Sendable, Hashable, Codable {
    var blow: String
    var rounds: Int
    /// The victim was there.
    var struck: Int
    var valid: Int
    var invalid: Int
    /// The run came to no result.
    var without: Int
    /// Something was there two seconds after the lab's end.
    var leftovers: Int
    var problems: Int

    init(_ blow: String, _ records: [KillRecord]) {
        self.blow = blow
        rounds = records.count
        struck = records.count(where: \.isStruck)
        valid = records.count { $0.valid == true }
        invalid = records.count { $0.valid == false }
        without = records.count { $0.valid == nil }
        leftovers = records.count { !$0.leftovers.isEmpty }
        problems = records.count { !$0.problems.isEmpty }
    }
}

extension KillReport: Reportable {
    package static let kind = "a kill campaign"
    package static let parts: DocumentParts = [.checks]

    package var document: Document {
        Document(
            "selftest",
            table,
            remarks: remarks,
            checks: records.map { record in
                .judged(
                    "round \(record.round.number), seed \(record.round.seed)",
                    isMet: record.problems.isEmpty,
                    record.account
                )
            },
            isInterrupted: isInterrupted,
            value: KillDocument(self)
        )
    }

    private var table: Table {
        Table(
            "What became of runs whose processes were killed or stopped",
            label: "blow",
            of: rows,
            row: { Row($0.blow) },
            [
                .number("rounds") { "\($0.rounds)" },
                .number("struck") { "\($0.struck)" },
                .number("valid") { "\($0.valid)" },
                .number("invalid") { "\($0.invalid)" },
                .number("no result") { "\($0.without)" },
                .number("leftovers") { "\($0.leftovers)" },
                .number("wrong") { "\($0.problems)" },
            ]
        )
    }

    private var remarks: [String] {
        let wrong = failures.map { "Wrong: \($0.account)" }
        return [
            "\(records.count) of \(planned) rounds, each with \(grouped(KillScenario.events)) events for each of "
                + "\(KillScenario.variants.count) variants. Struck: the victim was there at its time. Leftovers: something was there "
                + "two seconds after the lab's end; the next command must remove it by itself. Wrong: a loss that is not reported, "
                + "a run that is valid and must not be, a leftover that stays."
        ] + wrong + [verdict]
    }

    private var verdict: String {
        if isInterrupted { return "Interrupted: the rest was not run." }
        return failures.isEmpty
            ? "Every loss is reported, no run is valid that must not be, nothing stays behind."
            : "\(failures.count) of \(records.count) rounds did not come out as they should."
    }
}

extension KillRecord {
    fileprivate var account: String {
        "round \(round.number) of seed \(round.seed), \(round.words) at \(grouped(round.delayMilliseconds)) ms: "
            + problems.joined(separator: "; ")
    }
}

/// Keys may be added, never renamed.
private struct KillDocument: Encodable {
    let schema = 1
    let rows: [KillRow]
    let rounds: [KillRecord]
    let planned: Int
    let wallSeconds: Double
    let exitStatus: Int32

    init(_ report: KillReport) {
        rows = report.rows
        rounds = report.records
        planned = report.planned
        wallSeconds = report.wallSeconds
        exitStatus = report.exitStatus.rawValue
    }
}
