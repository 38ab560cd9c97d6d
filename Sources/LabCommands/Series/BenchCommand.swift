import ArgumentParser
import LabBench
import LabCluster
import LabCore
import LabEngine
import LabReport

/// Measures what a scenario's variants cost and sustain.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure what each variant costs at given rates, and the highest rate that it sustains.",
        discussion: """
            Each measurement is a run of its own, of one variant alone under a constant load. The matrix goes to standard \
            output, progress to standard error; Ctrl-C ends the benchmark and prints what there is.

            Example:
              \(Program.name) bench service-per-event --rates 500/s,2000/s,8000/s --concurrency 1,8
            """
    )

    @OptionGroup(title: "Scenario") var scenario: BenchScenarioOptions
    @OptionGroup(title: "Measurements") var measurements: BenchMeasurementOptions
    @OptionGroup(title: "Broker") var broker: BrokerOptions
    @OptionGroup(title: "Broker") var total: TotalOptions

    @OptionGroup(title: "Output") var output: OutputOptions

    @OptionGroup var series: SeriesOptions

    @Option(
        help: ArgumentHelp(
            "Folder of the files that the runs' processes share [env: LEAKLAB_SCRATCH].",
            valueName: "folder"
        )
    )
    var scratch: String?

    @Option(
        help: ArgumentHelp(
            "How pods' memory is limited and charged: \(MemoryControlChoice.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "control"
        )
    )
    var memoryControl = MemoryControlChoice.auto

    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws { try output.check(for: BenchResult.self) }

    func run() async throws {
        try broker.check()
        let bench = Bench(
            try plan(),
            series: series.series(store, scratch: scratch),
            arguments: try arguments(),
            properties: try broker.properties(),
            results: try series.results.map { try BenchResults(path: $0) }
        )
        let stop = StopSwitch()
        let result = try await Interruption.watching(stop, ends: "the benchmark") {
            try await bench.run(stop: stop)
        }
        try output.write(result)
        throw ExitCode(result.exitStatus)
    }

    /// - Throws: ``LabError`` or ``ScenarioError`` for what cannot be measured.
    func plan() throws -> BenchPlan {
        try BenchPlan(
            try scenario.source(),
            try measurements.wishes(),
            version: LeakLabVersion.current,
            availableMemory: Machine.availableMemory,
            isOnForeignBroker: try broker.address() != nil
        )
    }

    /// What the search may come to is what each run may send.
    private var limits: [String] {
        (measurements.maxRate.map { ["--max-rate", $0] } ?? [])
            + (total.maxEvents.map { ["--max-events", String($0)] } ?? [])
    }

    /// Of each run; properties are handed over in another way, since everybody may read the arguments of a process.
    private func arguments() throws -> [String] {
        let address = try broker.address().map { ["--bootstrap-servers", $0] } ?? []
        let folder = scratch.map { ["--scratch", $0] } ?? []
        return address + (broker.allowRemote ? ["--allow-remote"] : []) + limits + folder
            + ["--memory-control", memoryControl.rawValue]
    }
}
