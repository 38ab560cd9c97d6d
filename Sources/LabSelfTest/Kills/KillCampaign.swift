import LabCluster
import LabCore
package import LabEngine

/// Runs whose processes are killed and stopped at random moments, each held against what was seen of it from outside.
package struct KillCampaign: Sendable {
    private let rounds: [KillRound]
    private let version: String
    private let series: RunSeries
    private let records: SeriesRecords<KillRecord>

    /// - Parameters:
    ///   - count: how many runs.
    ///   - seed: by which victims, blows and moments are drawn.
    ///   - version: of this program; results of another one do not count.
    ///   - series: how the runs are made.
    ///   - results: where finished rounds are noted; those that stand there are not run again.
    package init(_ count: Int, seed: UInt64, version: String, series: RunSeries, results: KillResults?) {
        let rounds = (0..<count).map { KillRound(number: $0, seed: seed) }
        self.rounds = rounds
        self.version = version
        self.series = series
        records = SeriesRecords(results, of: rounds) { $0.isOf($1, version: version) }
    }

    /// Runs what is not in the results yet, one round after the other; `stop` ends everything early.
    ///
    /// - Returns: all results, those of earlier campaigns with the same seed included.
    /// - Throws: ``LabError`` if no process can be started, or the results not be written.
    package func run(stop: StopSwitch) async throws -> KillReport {
        let open = records.missing(of: rounds) { $0.isOf($1, version: version) }
        if open.count < rounds.count {
            series.progress("\(rounds.count - open.count) results are there already")
        }
        let start = ContinuousClock.now
        try await series.open { workshop in
            try await stop.cancelling {
                for round in open where !Task.isCancelled {
                    let begin = ContinuousClock.now
                    guard let evidence = try await KillChild(round, workshop).run() else { return }
                    let record = KillRecord(
                        round,
                        version: version,
                        evidence,
                        wallSeconds: (ContinuousClock.now - begin).inSeconds
                    )
                    let place = seriesPlace(try records.add(record), of: rounds.count)
                    series.progress("\(place) \(record.progressLine)")
                }
            }
        }
        return KillReport(
            records: records.all.sorted { $0.round.number < $1.round.number },
            planned: rounds.count,
            wallSeconds: (ContinuousClock.now - start).inSeconds,
            isInterrupted: stop.reason != nil
        )
    }
}

extension KillRecord {
    /// Such as `broker killed at 2,130 ms: status 3, as it should be (9 s)`.
    fileprivate var progressLine: String {
        let hit = isStruck ? "" : " (nobody there)"
        return
            "\(round.words) at \(grouped(round.delayMilliseconds)) ms\(hit): status \(exitStatus), \(judgement) "
            + "(\(decimal(wallSeconds, places: 0)) s)"
    }
}
