package import LabCore

/// What a self-test found.
package struct SelfTestReport: Sendable, Hashable {
    package let plan: SelfTestPlan
    /// By scenario as in the plan, then by seed.
    package let records: [SelfTestRecord]
    /// Of this self-test, without the results that were there already.
    package let wallSeconds: Double
    package let isInterrupted: Bool

    package init(plan: SelfTestPlan, records: [SelfTestRecord], wallSeconds: Double, isInterrupted: Bool) {
        self.plan = plan
        self.records = plan.subjects.flatMap { subject in
            records.filter { $0.scenario == subject.name }.sorted { $0.seed < $1.seed }
        }
        self.wallSeconds = wallSeconds
        self.isInterrupted = isInterrupted
    }

    /// Runs that did not come out as they should.
    package var failures: [SelfTestRecord] { records.filter { !$0.isAsExpected } }

    package var exitStatus: ExitStatus {
        if isInterrupted { return .interrupted }
        return failures.isEmpty ? .success : .expectationsNotMet
    }

    /// One row for each scenario that has results, and one for all together if there are several.
    package var rows: [SelfTestRow] {
        let rows = plan.subjects.compactMap { subject in
            SelfTestRow(subject.name, records.filter { $0.scenario == subject.name })
        }
        return rows.count < 2 ? rows : rows + [SelfTestRow("all", records)].compactMap(\.self)
    }
}

/// The results of one scenario over all seeds.
package struct SelfTestRow: Sendable, Hashable, Codable {
    package var scenario: String
    package var asExpected: Tally
    package var suspectsFlagged: Tally
    package var controlsClean: Tally
    package var mitigationsFlagged: Tally
    package var expectationsMet: Tally
    /// The longest of the runs.
    package var wallSeconds: Double
    /// The largest of the runs; `null` if unknown.
    @NullCoded package var peakBytes: Double?

    /// - Returns: `nil` without any record.
    init?(_ scenario: String, _ records: [SelfTestRecord]) {
        guard let longest = records.map(\.wallSeconds).max() else { return nil }
        func sum(_ tally: (SelfTestRecord) -> Tally) -> Tally {
            records.map(tally).reduce(Tally(0, of: 0), +)
        }
        self.scenario = scenario
        asExpected = Tally(records.count(where: \.isAsExpected), of: records.count)
        suspectsFlagged = sum(\.suspects)
        controlsClean = sum(\.controls)
        mitigationsFlagged = sum(\.mitigations)
        expectationsMet = sum { Tally($0.expectationsMet, of: $0.expectations) }
        wallSeconds = longest
        peakBytes = records.compactMap(\.peakBytes).max()
    }
}
