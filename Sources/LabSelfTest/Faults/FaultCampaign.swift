import LabCluster
import LabCore
package import LabEngine

/// Runs whose connections to the broker are bad in one phase each, every one held against what its topics hold.
package struct FaultCampaign: Sendable {
    private let cells: [FaultCell]
    private let version: String
    private let lanes: Lanes
    private let series: RunSeries
    private let records: SeriesRecords<FaultRecord>

    /// - Parameters:
    ///   - cells: what to run.
    ///   - version: of this program; results of another one do not count.
    ///   - lanes: how many runs go on at a time.
    ///   - series: how the runs are made.
    ///   - results: where finished runs are noted; those that stand there are not run again.
    package init(
        _ cells: [FaultCell],
        version: String,
        lanes: Lanes,
        series: RunSeries,
        results: FaultResults?
    ) {
        self.cells = cells
        self.version = version
        self.lanes = lanes
        self.series = series
        records = SeriesRecords(results, of: cells) { $0.isOf($1, version: version) }
    }

    /// Runs what is not in the results yet; `stop` ends everything early.
    ///
    /// - Returns: all results, those of earlier campaigns included.
    /// - Throws: ``LabError`` if no process can be started, or the results not be written.
    package func run(stop: StopSwitch) async throws -> FaultReport {
        // Those that take longest first.
        let open = records.missing(of: cells) { $0.isOf($1, version: version) }
            .sorted { ($0.phase == .join ? 0 : 1) < ($1.phase == .join ? 0 : 1) }
        if open.count < cells.count {
            series.progress("\(cells.count - open.count) results are there already")
        }
        let start = ContinuousClock.now
        try await series.open { workshop in
            try await stop.cancelling {
                try await lanes.run(open, weight: { _ in 1 }) { cell in
                    let begin = ContinuousClock.now
                    guard let evidence = try await FaultChild(cell, workshop).run() else { return }
                    let record = FaultRecord(
                        cell,
                        version: version,
                        evidence,
                        wallSeconds: (ContinuousClock.now - begin).inSeconds
                    )
                    let place = seriesPlace(try records.add(record), of: cells.count)
                    series.progress("\(place) \(record.progressLine)")
                }
            }
        }
        let known = records.all
        return FaultReport(
            records: cells.compactMap { cell in known.last { $0.cell == cell } },
            planned: cells.count,
            wallSeconds: (ContinuousClock.now - start).inSeconds,
            isInterrupted: stop.reason != nil
        )
    }
}
