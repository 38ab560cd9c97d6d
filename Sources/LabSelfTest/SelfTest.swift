import LabCore
package import LabEngine

/// Runs scenarios as processes, and holds each to what it is for: every suspect flagged, no control flagged.
package struct SelfTest: Sendable {
    private let plan: SelfTestPlan
    private let lanes: Lanes
    private let series: RunSeries
    private let records: SeriesRecords<SelfTestRecord>

    /// - Parameters:
    ///   - plan: what to run.
    ///   - lanes: how many runs go on at a time.
    ///   - series: how the runs are made.
    ///   - results: where finished runs are noted; those that stand there are not run again.
    package init(_ plan: SelfTestPlan, lanes: Lanes, series: RunSeries, results: SelfTestResults?) {
        self.plan = plan
        self.lanes = lanes
        self.series = series
        records = SeriesRecords(results, of: plan.runs) { $0.isOf($1) }
    }

    /// Runs what is not in the results yet; `stop` ends everything early.
    ///
    /// - Returns: all results, those of earlier self-tests included; after a stop those that there are.
    /// - Throws: ``LabError`` if no process can be started, or the results not be written.
    package func run(stop: StopSwitch) async throws -> SelfTestReport {
        let open = records.missing(of: plan.runs) { $0.isOf($1) }
        let known = plan.runs.count - open.count
        if known > 0 { series.progress("\(known) results are there already") }
        let start = ContinuousClock.now
        try await series.open { workshop in
            let child = SelfTestChild(child: workshop.child, keepsRuns: series.keepsRuns)
            try await stop.cancelling {
                try await lanes.run(open, isExclusive: \.subject.isExclusive) { run in
                    guard let record = try await child.run(run) else { return }
                    let place = seriesPlace(try records.add(record), of: plan.runs.count)
                    series.progress("\(place) \(record.progressLine)")
                }
            }
        }
        return SelfTestReport(
            plan: plan,
            records: records.all,
            wallSeconds: (ContinuousClock.now - start).inSeconds,
            isInterrupted: stop.reason != nil
        )
    }
}

extension SelfTestRecord {
    /// Such as `two-leaks, seed 1: as expected (31 s)`.
    var progressLine: String {
        let outcome =
            isAsExpected ? "as expected" : "NOT AS EXPECTED: \(complaints.joined(separator: "; "))"
        return "\(scenario), seed \(seed): \(outcome) (\(decimal(wallSeconds, places: 0)) s)"
    }
}
