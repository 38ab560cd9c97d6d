import Foundation
import LabCluster
import LabCore
package import LabEngine

/// Feeds everything that reads what others have written with inputs that are nearly right.
package struct FuzzCampaign: Sendable {
    private let targets: [FuzzTarget]
    private let seconds: Double
    private let most: Int
    private let seed: UInt64
    private let scenarios: [String]
    private let corpus: String?
    private let findings: String
    private let series: RunSeries

    /// - Parameters:
    ///   - targets: what is fed.
    ///   - seconds: wall time for all of them together.
    ///   - most: inputs of each; one that has had them leaves its time to nobody.
    ///   - seed: by which inputs are made.
    ///   - scenarios: valid scenario files, to begin with.
    ///   - corpus: folder with more inputs to begin with, one folder in it for each target; `nil` for none.
    ///   - findings: folder where inputs are kept that something failed at.
    ///   - series: how processes are made.
    package init(
        _ targets: [FuzzTarget],
        seconds: Double,
        most: Int,
        seed: UInt64,
        scenarios: [String],
        corpus: String?,
        findings: String,
        series: RunSeries
    ) {
        (self.targets, self.seconds, self.most, self.seed) = (targets, seconds, most, seed)
        (self.scenarios, self.corpus, self.findings, self.series) = (scenarios, corpus, findings, series)
    }

    /// Feeds one target after the other; `stop` ends everything early.
    /// - Throws: ``LabError`` if no process can be started, or a finding not be written.
    package func run(stop: StopSwitch) async throws -> FuzzReport {
        let rows = FuzzRows()
        try await series.open(needing: .mebibytes(64)) { workshop in
            try await stop.cancelling {
                for target in targets where !Task.isCancelled {
                    let row = try await feed(target, workshop)
                    series.progress(
                        "\(target.rawValue): \(grouped(row.inputs)) inputs, \(row.findings.count) findings"
                    )
                    await rows.add(row)
                }
            }
        }
        return FuzzReport(
            rows: await rows.all,
            seed: seed,
            seconds: seconds,
            isInterrupted: stop.reason != nil
        )
    }

    private actor FuzzRows {
        private(set) var all: [FuzzReport.Row] = []
        func add(_ row: FuzzReport.Row) { all.append(row) }
    }

    /// One process after the other, each from where the one before failed.
    private func feed(_ target: FuzzTarget, _ workshop: RunSeries.Workshop) async throws -> FuzzReport.Row {
        let folder = workshop.scratch.file("fuzz-\(target.rawValue)")
        try Folder.make(folder)
        defer { Folder.remove(folder) }
        let end = ContinuousClock.now + .seconds(seconds / Double(targets.count))
        var row = FuzzReport.Row(target: target)
        repeat {
            let left = max(0.2, (end - ContinuousClock.now).inSeconds)
            let loop = FuzzLoop(
                target: target,
                seed: seed &+ UInt64(row.findings.count) &* 1_000_003,
                seconds: left,
                most: most,
                scenarios: scenarios,
                corpus: try inputs(of: target),
                folder: folder
            )
            let (outcome, output) = try await start(loop, in: folder, workshop)
            if Task.isCancelled { return row }
            if outcome == .exited(0) {
                row.inputs += Int(output.split(separator: " ").first ?? "") ?? 0
                return row
            }
            row.findings.append(try keep(outcome, output, of: target, in: folder, number: row.findings.count))
        } while ContinuousClock.now < end && row.findings.count < Self.mostFindings
        return row
    }

    /// Then there is enough to look at.
    private static let mostFindings = 20

    private func inputs(of target: FuzzTarget) throws -> [Data] {
        guard let corpus else { return [] }
        let folder = "\(corpus)/\(target.rawValue)"
        return try Folder.entries(of: folder).map {
            try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0)"))
        }
    }

    private func start(
        _ loop: FuzzLoop,
        in folder: String,
        _ workshop: RunSeries.Workshop
    ) async throws -> (ChildProcess.End, output: String) {
        let (path, log) = ("\(folder)/loop.json", "\(folder)/log")
        Folder.remove(log)
        try JSONEncoder().encode(loop).write(to: URL(fileURLWithPath: path))
        var child = ChildProcess(
            executable: workshop.executable,
            arguments: ["fuzz-target", path],
            environment: workshop.scratch.mark.environment,
            logPath: log
        )
        child.tie = .own
        let (end, pid) = try await child.run { workshop.guardian.watch(group: $0) }
        workshop.guardian.release(group: pid)
        return (end, TextFile.lastLines(of: log) ?? "")
    }

    private func keep(
        _ end: ChildProcess.End,
        _ output: String,
        of target: FuzzTarget,
        in folder: String,
        number: Int
    ) throws -> FuzzReport.Finding {
        let path = "\(findings)/\(target.rawValue)-\(seed)-\(number)"
        try Folder.make(findings)
        do {
            try Data(contentsOf: URL(fileURLWithPath: "\(folder)/input")).write(
                to: URL(fileURLWithPath: path)
            )
        } catch {
            throw LabError("\(path): cannot be written: \(SystemError.words(error))")
        }
        let words = output.split(separator: "\n").last.map(String.init) ?? "no word"
        return FuzzReport.Finding(input: path, ending: end.code, words: words)
    }
}
