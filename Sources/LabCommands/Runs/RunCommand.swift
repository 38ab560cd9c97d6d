import ArgumentParser
import LabAnalysis
import LabCluster
import LabCore
import LabEngine
import LabIncidents
import LabRecording
import LabReport
import LabScenario

/// Runs a scenario.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a scenario and record what happened.",
        discussion: """
            What came of it goes to standard output, progress to standard error. Ctrl-C once ends the run early and \
            prints what there is, as PARTIAL; twice ends everything at once.

            Example:
              \(Program.name) run service-per-event --seed 7 --format json
              \(Program.name) run service-per-event --repeat 5 --baseline baselines/service.json
              \(Program.name) run service-per-event --bootstrap-servers localhost:9092 --dry-run
            """
    )

    @OptionGroup(title: "Scenario") var scenario: ScenarioOptions
    @OptionGroup(title: "Broker") var broker: BrokerOptions
    @OptionGroup(title: "Broker") var limits: LimitOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Output") var curve: CurveOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    @Flag(help: "Use topics that exist already on a foreign broker.")
    var reuseTopics = false

    @Flag(help: "Leave the run's topics on a foreign broker.")
    var keepTopics = false

    @Flag(help: "Print what would be made, sent and deleted, and do none of it.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Folder of the files that the run's processes share [env: LEAKLAB_SCRATCH].",
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

    @Flag(help: "Allow more memory in limits than this machine has.")
    var overcommit = false

    @Option(help: ArgumentHelp("Write the HTML report here too.", valueName: "file"))
    var report: String?

    @Option(
        help: ArgumentHelp(
            "Write the run's measures here too, as a baseline for “\(Program.name) compare”.",
            valueName: "file"
        )
    )
    var saveBaseline: String?

    @OptionGroup(title: "Comparing with a baseline") var gate: BaselineOptions

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp(
            "Run N times with successive seeds, alternating the order of variants, and report the combined result.",
            valueName: "number"
        )
    )
    var repetitions: Int?

    @Flag(
        help: "Let the load go on until every verdict stands, and end it as soon as they do."
    )
    var untilDecided = false

    @Option(
        help: ArgumentHelp(
            "With --until-decided: no more load than this much wall time; what is open then is inconclusive.",
            valueName: "duration"
        )
    )
    var atMost: String?

    @Flag(help: "Show the run on a page in the browser while it lasts: see “\(Program.name) serve”.")
    var serve = false

    @OptionGroup(title: "Page") var page: PortOptions

    @Flag(name: .shortAndLong, help: "Show no progress.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Print the whole report at the end, not only what came out.")
    var verbose = false

    /// For measurements that are to show what a handler cannot do.
    @Flag(
        help: ArgumentHelp(
            "Begin without measuring what the handlers cost and whether this machine can do the run.",
            visibility: .hidden
        )
    )
    var unrehearsed = false

    /// Of the load, where nothing else was asked for.
    private static let longestLoad = Duration.seconds(600)

    func validate() throws {
        guard untilDecided || atMost == nil else {
            throw ValidationError("--at-most goes with --until-decided.")
        }
        if let atMost, Duration(parsing: atMost).map({ $0 > .zero }) != true {
            throw ValidationError("--at-most is a duration such as 90s, 10m or 1h30m.")
        }
        try output.check(for: subject)
        guard serve || page.port == PortOptions.usual else {
            throw ValidationError("--port goes with --serve.")
        }
        guard let repetitions else { return }
        guard !serve else {
            throw ValidationError("--repeat and --serve exclude each other: a page shows one run.")
        }
        guard !untilDecided else {
            throw ValidationError("--repeat and --until-decided exclude each other: take one of them.")
        }
        guard (1...100).contains(repetitions) else {
            throw ValidationError("--repeat is a number from 1 to 100.")
        }
        guard report == nil else {
            throw ValidationError(
                "With --repeat each run has an HTML report of its own; see “\(Program.name) report RUN”."
            )
        }
    }

    func run() async throws {
        try broker.check()
        let scenario = try scenario.load()
        let baseline = try gate.read()
        try baseline?.check(scenario)
        if dryRun { return try show(try outlook(of: scenario)) }
        DeadLabs.clear(root: scratch ?? Scratch.namedRoot)
        if let repetitions {
            try await run(scenario, repetitions: repetitions, baseline)
        } else {
            try await run(scenario, baseline)
        }
    }

    private func run(_ scenario: Scenario, _ baseline: BaselineGate?) async throws {
        let stop = StopSwitch()
        let progress = ProgressDisplays.make(isQuiet: quiet, color: output.color)
        let request = try request(scenario)
        let outcome = try await Interruption.watching(stop) {
            try await RunKeys.reading(isWanted: !quiet) { keys in
                let show = { @Sendable in progress.show(keys?.labelled($0) ?? $0) }
                let began = { @Sendable (run: LiveRun) in keys?.begin(run) ?? () }
                guard serve else {
                    return try await Laboratory(request, stop: stop, began: began, progress: show).run()
                }
                return try await serve(request, stop: stop, began: began, show)
            }
        }
        try conclude(outcome, baseline)
    }

    func request(_ scenario: Scenario, repetition: RunRepetition? = nil) throws -> RunRequest {
        RunRequest(
            scenario: scenario,
            overrides: self.scenario.asGiven + lengthAsGiven,
            bootstrapServers: try broker.address(),
            kafkaProperties: try broker.properties(),
            allowsRemote: broker.allowRemote,
            limits: try limits.limits(),
            reusesTopics: reuseTopics,
            keepsTopics: keepTopics,
            store: store.runs,
            scratchRoot: scratch ?? Scratch.namedRoot,
            memoryControl: memoryControl,
            overcommits: overcommit,
            isRehearsed: !unrehearsed,
            isWatched: !quiet || serve,
            atMost: untilDecided ? atMost.flatMap { Duration(parsing: $0) } ?? Self.longestLoad : nil,
            version: LeakLabVersion.current,
            repetition: repetition
        )
    }

    private var subject: any Reportable.Type {
        if dryRun { return DryRun.self }
        return repetitions == nil ? RunReport.self : RepetitionsResult.self
    }

    private var lengthAsGiven: [String] {
        (untilDecided ? ["--until-decided"] : []) + [atMost.map { "--at-most \($0)" }].compactMap(\.self)
    }

    private func conclude(_ outcome: Laboratory.Outcome, _ baseline: BaselineGate?) throws {
        var report = RunReport(outcome)
        report.scenarioFile = scenario.file
        if outcome.failure == nil { try compare(&report, baseline) }
        let path = "\(outcome.folder.path)/report.html"
        // A recorded run is worth its page, whatever becomes of standard output.
        let written = Result { try write(report) }
        StandardError.write("\nRun:    \(outcome.result.run)\n")
        do {
            let html = try report.rendered(as: "html")
            for target in [path, self.report].compactMap(\.self) { try ReportFile.write(html, to: target) }
            StandardError.write("Report: \(self.report ?? path)\n")
            for culprit in report.culprits { StandardError.write("Culprit: \(culprit)\n") }
            showNext(outcome.result.run)
        } catch {
            // What ended the run counts more than a report that the same full disk refuses.
            throw outcome.failure ?? error
        }
        if let failure = outcome.failure { throw failure }
        try saveBaseline(of: RunMeasures(of: report.recording, result: report.result))
        try written.get()
        throw ExitCode(report.result.exitStatus)
    }

    private func compare(_ report: inout RunReport, _ baseline: BaselineGate?) throws {
        guard let baseline else { return }
        let measures = RunMeasures(of: report.recording, result: report.result)
        let comparison = try baseline.result(for: measures)
        report.result.comparison = comparison
        report.result.exitBecause += BaselineGate.because(comparison)
        report.result.exitStatus = BaselineGate.exitStatus(
            of: report.result.exitStatus,
            isValid: measures.valid,
            comparison
        )
    }
}

extension RunCommand {
    func saveBaseline(of measures: RunMeasures) throws {
        guard let saveBaseline else { return }
        try ReportFile.write(try BaselineDocument.text(of: measures.forFile), to: saveBaseline)
        StandardError.write("Baseline: \(saveBaseline)\n")
    }
}

extension MemoryControlChoice: ExpressibleByArgument {}

extension RunReport {
    init(_ outcome: Laboratory.Outcome) {
        self.init(
            recording: outcome.recording,
            result: outcome.result,
            original: IncidentLibrary.named(outcome.recording.header.incident)?.originalFigures ?? [],
            growth: outcome.result.growth(in: RunProfiles(outcome.folder).stored())
        )
    }
}

enum ReportFile {
    static func write(_ text: String, to path: String) throws(LabError) {
        try check(TextFile.put(text, to: path, creating: true), path)
    }

    static func write(_ bytes: ArraySlice<UInt8>, to path: String) throws(LabError) {
        try check(TextFile.put(bytes, to: path), path)
    }

    private static func check(_ error: Int32, _ path: String) throws(LabError) {
        guard error == 0 else {
            throw LabError("\(path): the report cannot be written: \(SystemError.words(error))")
        }
    }
}
