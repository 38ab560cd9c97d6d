import ArgumentParser
import LabCore
import LabEngine
import LabReport
import LabSelfTest

/// Holds the verdicts against behaviours of known truth.
struct ZooCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zoo",
        abstract: "Hold verdicts against consumers of known truth, leaks and bounded ones.",
        discussion: """
            Runs each of \(ZooPlan.allCells.count) behaviours beside a clean control: handlers of its own, and consumers \
            in Python and C if this machine has what they need. Each has three runs of 90 s and one of five minutes. No \
            leak may be called bounded, nothing bounded leaking. All of it takes about two and a half hours on two \
            cores; with --results the same command goes on where it was ended.

            Example:
              \(Program.name) accuracy zoo --results zoo.jsonl --format markdown
            """
    )

    @Option(
        name: .customLong("cell"),
        parsing: .singleValue,
        help: ArgumentHelp(
            "Only cells whose names fit, such as “python-*”; may be repeated.",
            valueName: "pattern"
        )
    )
    var patterns: [String] = []

    @Flag(help: "List the cells, and run nothing.")
    var list = false

    @Option(help: ArgumentHelp("How many seeds the runs of 90 s have.", valueName: "number"))
    var seeds = 3

    @Option(
        help: ArgumentHelp(
            "Let events come for so long in every run, and leave out the long runs.",
            valueName: "duration"
        )
    )
    var duration: String?

    @Flag(help: "Leave out the runs of five minutes.")
    var short = false

    @Option(
        help: ArgumentHelp(
            "How many light runs go on at a time; a heavy one counts as four.",
            valueName: "number"
        )
    )
    var lanes = 8

    @Flag(help: "Judge the kept recordings of the results anew, and run nothing.")
    var again = false

    @Option(
        help: ArgumentHelp(
            "Write the scenarios and programs of the cells there, and run nothing.",
            valueName: "folder"
        )
    )
    var write: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    @OptionGroup var series: SeriesOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws {
        try output.check(for: ZooReport.self)
        guard (1...100).contains(seeds) else { throw ValidationError("--seeds is a number from 1 to 100.") }
        guard (1...64).contains(lanes) else { throw ValidationError("--lanes is a number from 1 to 64.") }
        if let duration, Duration(parsing: duration).map({ $0 < .seconds(15) }) ?? true {
            throw ValidationError("--duration is such as 90s, and 15s at least.")
        }
        guard !again || series.results != nil else { throw ValidationError("--again needs --results.") }
        guard !cells.isEmpty else {
            throw ValidationError("There is no cell “\(patterns.joined(separator: ", "))”. --list shows all.")
        }
    }

    func run() async throws {
        if list { return try StandardOutput.write(Self.table(of: cells)) }
        if let write { return try await ZooFolder(write).write(cells, length: passes[0].length) }
        let report = again ? try judgedAgain() : try await tested()
        try output.write(report)
        throw ExitCode(report.exitStatus.rawValue)
    }

    private var cells: [ZooCell] { ZooPlan.cells(named: patterns) }

    var passes: [ZooPlan.Pass] {
        let length = duration.flatMap { Duration(parsing: $0) }?.inSeconds
        let all = ZooPlan.passes(seeds: seeds)
        guard short || length != nil else { return all }
        return all.filter { $0.length == all[0].length }.map {
            .init(length: length ?? $0.length, seed: $0.seed)
        }
    }

    private func tested() async throws -> ZooReport {
        let test = ZooTest(
            cells,
            passes: passes,
            version: LeakLabVersion.current,
            lanes: Lanes(lanes),
            series: series.series(store),
            results: try series.results.map { try ZooResults(path: $0) }
        )
        let stop = StopSwitch()
        return try await Interruption.watching(stop, ends: "all runs") { try await test.run(stop: stop) }
    }

    private func judgedAgain() throws -> ZooReport {
        let plan = ZooPlan(cells: cells, passes: passes, version: LeakLabVersion.current)
        let records = try ZooResults(path: series.results ?? "").records
        let judge = ZooJudge(store: store.runs)
        return ZooReport(
            plan: plan,
            records: plan.runs.compactMap { run in records.last { $0.isOf(run) } }.map(judge.again),
            wallSeconds: 0,
            isInterrupted: false
        )
    }

    private static func table(of cells: [ZooCell]) -> String {
        TextTable.listing(
            cells.map { [$0.name, $0.isLeak ? "leaks" : "bounded", $0.summary] },
            header: ["CELL", "TRUTH", "WHAT IT DOES"]
        )
    }
}
