import LabCore
package import LabEngine

/// Runs the zoo: behaviours of known truth, each as a process of its own, many at a time.
package struct ZooTest: Sendable {
    private let cells: [ZooCell]
    private let passes: [ZooPlan.Pass]
    private let version: String
    private let lanes: Lanes
    private let series: RunSeries
    private let results: ZooResults?

    /// - Parameters:
    ///   - cells: to be run.
    ///   - passes: of each cell.
    ///   - version: of the program.
    ///   - lanes: how many light runs go on at a time; a heavy one takes several lanes.
    ///   - series: how the runs are made.
    ///   - results: where finished runs are noted; those that stand there are not run again.
    package init(
        _ cells: [ZooCell],
        passes: [ZooPlan.Pass],
        version: String,
        lanes: Lanes,
        series: RunSeries,
        results: ZooResults?
    ) {
        self.cells = cells
        self.passes = passes
        self.version = version
        self.lanes = lanes
        self.series = series
        self.results = results
    }

    /// Runs what is not in the results yet; `stop` ends everything early.
    ///
    /// - Returns: all results, earlier ones included; after a stop those that there are.
    /// - Throws: ``LabError`` if no process can be started, or the results not be written.
    package func run(stop: StopSwitch) async throws -> ZooReport {
        let start = ContinuousClock.now
        return try await series.open(needing: .mebibytes(4)) { workshop in
            let folder = workshop.scratch.path
            let programs = try await ZooPrograms.make(in: folder, for: Set(cells.map(\.language)))
            let plan = ZooPlan(cells: cells, passes: passes, version: version, missing: programs.missing)
            for skipped in plan.skipped {
                series.progress("\(skipped.cell) is left out: \(skipped.because)")
            }
            let records = SeriesRecords(results, of: plan.runs) { $0.isOf($1) }
            let open = records.missing(of: plan.runs) { $0.isOf($1) }
            let child = ZooChild(
                child: workshop.child,
                folder: folder,
                programs: programs,
                keepsRuns: series.keepsRuns
            )
            try await stop.cancelling {
                try await lanes.run(open, weight: \.cell.weight) { run in
                    guard let record = try await child.run(run) else { return }
                    let place = seriesPlace(try records.add(record), of: plan.runs.count)
                    series.progress(
                        "\(place) \(record.account) (\(decimal(record.wallSeconds, places: 0)) s)"
                    )
                }
            }
            return ZooReport(
                plan: plan,
                records: records.all,
                wallSeconds: (ContinuousClock.now - start).inSeconds,
                isInterrupted: stop.reason != nil
            )
        }
    }
}
