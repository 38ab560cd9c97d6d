import LabAnalysis
import LabCluster
import LabCore
package import LabEngine
import LabRecording
import Synchronization

/// Measures how often verdicts are right: runs with leaks of known size, and with none, many of each.
package struct AccuracyTest: Sendable {
    private let subjects: [AccuracySubject]
    private let series: RunSeries
    private let records: SeriesRecords<AccuracyRecord>

    /// - Parameters:
    ///   - subjects: one study after the other.
    ///   - series: how the runs are made.
    ///   - results: where finished runs are noted; those that stand there are not run again.
    package init(_ subjects: [AccuracySubject], series: RunSeries, results: AccuracyResults?) {
        self.subjects = subjects
        self.series = series
        records = SeriesRecords(results)
    }

    /// Runs what is not in the results yet; `stop` ends everything early.
    ///
    /// All runs of a study use one broker, each lane with topics of its own.
    /// - Returns: all results, earlier ones included; after a stop those that there are.
    /// - Throws: ``LabError`` if no process can be started, or the results not be written.
    package func run(stop: StopSwitch) async throws -> AccuracyReport {
        let start = ContinuousClock.now
        try await series.open { workshop in
            for subject in subjects where stop.reason == nil {
                let seeds = subject.openSeeds(records.all)
                guard !seeds.isEmpty else { continue }
                try await work(on: seeds, of: subject, in: workshop, stop)
            }
        }
        if stop.reason == .invalid {
            throw LabError(
                "accuracy: the broker ended",
                hint: "With --results the same command goes on from here."
            )
        }
        return AccuracyReport(
            subjects: subjects,
            records: records.all,
            wallSeconds: (ContinuousClock.now - start).inSeconds,
            isInterrupted: stop.reason != nil
        )
    }

    private func work(
        on seeds: [UInt64],
        of subject: AccuracySubject,
        in workshop: RunSeries.Workshop,
        _ stop: StopSwitch
    ) async throws {
        let name = subject.study.name
        let settings = EmbeddedBroker.Settings(
            executable: workshop.executable,
            topics: subject.topics,
            partitions: subject.partitions,
            announcement: workshop.scratch.file("\(name).broker"),
            log: workshop.scratch.file("\(name).broker.log")
        )
        try await EmbeddedBroker.beside(settings, guardian: workshop.guardian, stop: stop) { words in
            series.progress("\(name): \(words)")
            stop.stop(.invalid)
        } _: { broker in
            let free = FreeLanes(subject.lanes)
            try await stop.cancelling {
                try await Lanes(subject.lanes).run(seeds, isExclusive: { _ in false }) { seed in
                    let lane = free.take()
                    defer { free.giveBack(lane) }
                    let arguments = subject.arguments(
                        seed: seed,
                        lane: lane,
                        servers: broker.addresses.direct
                    )
                    let end = try await workshop.child.run(arguments, name: "\(name)-\(seed)")
                    guard let end, !end.isCancelled else { return }
                    try note(
                        record(of: subject, seed: seed, end, workshop.child),
                        of: subject,
                        workshop.child
                    )
                }
            }
        }
    }

    private func note(_ record: AccuracyRecord, of subject: AccuracySubject, _ child: RunChild) throws {
        let count = try records.add(record) { $0.isOf(subject) }
        let place = seriesPlace(count, of: subject.runs)
        series.progress("\(record.study) \(place) seed \(record.seed): \(record.account)")
        if !series.keepsRuns, let run = record.run, subject.study.isAsExpected(record) { child.remove(run) }
    }

    private func record(
        of subject: AccuracySubject,
        seed: UInt64,
        _ end: RunChild.Ending,
        _ child: RunChild
    ) -> AccuracyRecord {
        guard let result = end.result else {
            return AccuracyRecord(
                of: subject,
                seed: seed,
                problem: end.complaint ?? "no result, exit status \(end.exitStatus)",
                wallSeconds: end.wallSeconds
            )
        }
        let recording = subject.study.compares ? child.recording(of: result.run) : nil
        return AccuracyRecord(
            of: subject,
            seed: seed,
            result: result,
            measures: recording.map { RunMeasures(of: $0, result: result) },
            wallSeconds: end.wallSeconds
        )
    }
}

/// Which of the lanes nobody uses.
private final class FreeLanes: Sendable {
    private let free: Mutex<[Int]>

    init(_ count: Int) { free = Mutex(Array((0..<count).reversed())) }

    /// As many are in use as there are workers, so there is always one.
    func take() -> Int { free.withLock { $0.popLast() ?? 0 } }
    func giveBack(_ lane: Int) { free.withLock { $0.append(lane) } }
}

extension AccuracyRecord {
    /// What the verdict on the suspect was, and by which signs.
    fileprivate var account: String {
        guard let suspect else { return problem ?? "no suspect" }
        let signs = suspect.leaking.isEmpty ? "" : " by \(suspect.leaking.joined(separator: ", "))"
        let control = control?.verdict == .leaking ? "; THE CONTROL IS CALLED LEAKING" : ""
        return "\(suspect.verdict.rawValue)\(signs)\(control) (\(decimal(wallSeconds, places: 0)) s)"
    }
}
