package import LabCore

/// What a pass through the zoo found.
package struct ZooReport: Sendable, Hashable {
    /// The results of one cell.
    package struct Row: Sendable, Hashable, Codable {
        package var cell: String
        package var summary: String
        package var leaks: Bool
        /// Of the longest run, over all lives; `null` if nothing is known.
        @NullCoded package var leakedUnits: Double?
        @NullCoded package var leakedBytes: Double?
        /// Of the subject, at most in a run.
        package var oomKills: Int
        /// How many runs came out so.
        package var right: Int
        package var missed: Int
        package var falseAlarms: Int
        package var inconclusive: Int
        /// Of these, the ones whose growth is large enough to be decided.
        package var undecided: Int
        package var nothing: Int
        package var wanted: Int

        var done: Int { right + missed + falseAlarms + inconclusive + nothing }
    }

    package let rows: [Row]
    package let records: [ZooRecord]
    package let skipped: [ZooPlan.Skipped]
    /// Of this pass, without the results that were there already.
    package let wallSeconds: Double
    package let isInterrupted: Bool

    /// Runs that may be undecided, as a share of those that could be decided.
    static let largestUndecidedShare = 0.1

    package init(plan: ZooPlan, records: [ZooRecord], wallSeconds: Double, isInterrupted: Bool) {
        self.records = records
        skipped = plan.skipped
        rows = plan.cells.map { cell in
            Row(cell, records.filter { $0.cell == cell.name }, wanted: plan.passes.count)
        }
        self.wallSeconds = wallSeconds
        self.isInterrupted = isInterrupted
    }

    /// Leaks that are called bounded.
    package var missed: [ZooRecord] { records.filter { $0.outcome == .missed } }
    /// Bounded ones, controls among them, that are called leaking.
    package var falseAlarms: [ZooRecord] { records.filter { $0.outcome == .falseAlarm } }

    /// Inconclusive or without a result, of all that could be decided.
    package var undecided: Tally {
        let decidable = records.filter(\.isDecidable)
        let open = decidable.count { $0.outcome == .inconclusive || $0.outcome == .nothing }
        return Tally(open, of: decidable.count)
    }

    /// All runs are there, nothing was missed, no alarm is false, and few were left open.
    package var isMet: Bool {
        rows.allSatisfy { $0.done == $0.wanted } && missed.isEmpty && falseAlarms.isEmpty
            && Double(undecided.count) <= Self.largestUndecidedShare * Double(undecided.of)
    }

    package var exitStatus: ExitStatus {
        if isInterrupted { return .interrupted }
        return isMet ? .success : .expectationsNotMet
    }
}

extension ZooReport.Row {
    init(_ cell: ZooCell, _ records: [ZooRecord], wanted: Int) {
        func count(_ outcome: ZooRecord.Outcome) -> Int { records.count { $0.outcome == outcome } }
        let longest = records.max { $0.seconds < $1.seconds }
        self.cell = cell.name
        summary = cell.summary
        leaks = cell.isLeak
        leakedUnits = longest?.truth.leakedUnits
        leakedBytes = longest?.truth.leakedBytes
        oomKills = records.compactMap(\.subject?.oomKills).max() ?? 0
        right = count(.right)
        missed = count(.missed)
        falseAlarms = count(.falseAlarm)
        inconclusive = count(.inconclusive)
        undecided = records.count { $0.outcome == .inconclusive && $0.isDecidable }
        nothing = count(.nothing)
        self.wanted = wanted
    }
}
