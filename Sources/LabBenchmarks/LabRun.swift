import Foundation
import LabCluster
import LabCore
import LabEngine

/// One run of a scenario through the real program.
struct LabRun: Sendable {
    let scenario: String
    private let bench: Workbench

    init(_ scenario: String, in bench: Workbench) {
        self.scenario = scenario
        self.bench = bench
    }

    private var store: String { bench.scratch.file("runs") }

    /// The exit status is part of the result: expectations that are not met are no failure to measure.
    private static let conclusive: Set<Int32> = [0, 2, 3]

    /// `leaklab run`, to be started.
    func process(name: String) -> ChildProcess {
        // Standard output and standard error share the log: the result is the JSON document in it.
        let arguments = ["run", scenario, "--format", "json", "--quiet", "--store", store]
        var process = bench.child(bench.leaklab, arguments, name: name)
        // A broker of the user's own is not what is measured.
        process.environment = ["LEAKLAB_BOOTSTRAP_SERVERS": ""]
        return process
    }

    func run(name: String, within limit: Duration) async throws -> RunResult {
        try Self.result(
            in: try await bench.finish(process(name: name), within: limit, accepting: Self.conclusive)
        )
    }

    /// - Throws: ``LabError`` if there is no result in what the program wrote.
    static func result(in output: String) throws -> RunResult {
        guard let start = output.firstIndex(of: "{"), let end = output.lastIndex(of: "}") else {
            throw LabError("leaklab run: no result, its last words: \(output.lastLine)")
        }
        return try JSONDecoder().decode(RunResult.self, from: Data(output[start...end].utf8))
    }

    /// What `leaklab export` tells of a run.
    func export(_ run: String) async throws -> String {
        let arguments = ["export", run, "--format", "csv", "--store", store]
        return try await bench.finish(
            bench.child(bench.leaklab, arguments, name: "export"),
            within: .seconds(60)
        )
    }

    /// All samples of a pod's metric from what was exported.
    ///
    /// Lines `time_s,subject_kind,variant,pod,life,metric,value,segment,unit,kind`; what this asks for is never quoted.
    static func series(of metric: MetricName, pod: String, in text: String) -> Series {
        var series = Series()
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count >= 7, fields[1] == "pod", fields[3] == pod, fields[5] == metric.rawValue,
                let seconds = Double(fields[0]), let value = Double(fields[6])
            else { continue }
            series.append(value, at: Int64(seconds * 1e9))
        }
        return series
    }
}
