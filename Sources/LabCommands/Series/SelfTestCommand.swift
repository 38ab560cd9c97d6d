import ArgumentParser
import LabCore
import LabEngine
import LabReport
import LabScenario
import LabSelfTest

/// Tests the library of scenarios against itself.
struct SelfTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "selftest",
        abstract: "Run scenarios with several seeds: every suspect must be flagged, no control may be.",
        discussion: """
            Each run is a process of its own. Recordings of runs that come out as expected are removed; those of \
            others stay, and can be looked at with “\(Program.name) report”.

            Example:
              \(Program.name) selftest --quick --seeds 10 --format markdown
            """
    )

    @Argument(
        help: ArgumentHelp(
            "Scenarios to run, all that \(Program.name) carries by default.",
            valueName: "scenario"
        )
    )
    var scenarios: [String] = []

    @Flag(help: "Take the scenarios' quick forms; those that have none are left out.")
    var quick = false

    @Option(help: ArgumentHelp("How many seeds each scenario is run with.", valueName: "number"))
    var seeds = 1

    @Option(help: ArgumentHelp("The first of the seeds, which follow one another.", valueName: "number"))
    var firstSeed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "How many runs go on at a time; exclusive scenarios run alone in any case.",
            valueName: "number"
        )
    )
    var lanes = 2

    @Option(
        help: ArgumentHelp(
            "Instead: so many runs of a short scenario whose processes are killed or stopped at random moments.",
            valueName: "number"
        )
    )
    var kill: Int?

    @Option(
        help: ArgumentHelp(
            "Instead: short runs whose connections to the broker are bad in one phase each: “all”, or some such as cut@steady,drain.",
            valueName: "cells"
        )
    )
    var faults: String?

    @OptionGroup(title: "Output") var output: OutputOptions

    @OptionGroup var series: SeriesOptions
    @OptionGroup(title: "Store") var store: StoreOptions

    func validate() throws {
        try output.check(for: kind)
        try checkKills()
        try checkFaults()
        guard (1...1_000).contains(seeds) else {
            throw ValidationError("--seeds is a number from 1 to 1000.")
        }
        guard (1...64).contains(lanes) else { throw ValidationError("--lanes is a number from 1 to 64.") }
        guard firstSeed <= .max - UInt64(seeds) else { throw ValidationError("--first-seed is too large.") }
    }

    private var kind: any Reportable.Type {
        if faults != nil { return FaultReport.self }
        return kill == nil ? SelfTestReport.self : KillReport.self
    }

    func run() async throws {
        if let faults { return try await runFaults(faults) }
        if let kill { return try await runKills(kill) }
        let test = SelfTest(
            try plan(),
            lanes: Lanes(lanes),
            series: series.series(store),
            results: try series.results.map { try SelfTestResults(path: $0) }
        )
        let stop = StopSwitch()
        let report = try await Interruption.watching(stop, ends: "all runs") {
            try await test.run(stop: stop)
        }
        try output.write(report)
        throw ExitCode(report.exitStatus.rawValue)
    }

    /// - Throws: ``LabError`` for an unknown scenario, ``ScenarioError`` for an invalid one, and if none is left.
    func plan() throws -> SelfTestPlan {
        var (subjects, skipped): ([SelfTestSubject], [SelfTestPlan.Skipped]) = ([], [])
        for argument in scenarios.isEmpty ? CarriedScenarios.names : scenarios {
            let source = try ScenarioSource.find(argument)
            let scenario = try source.load(quick: quick)
            if let scenario {
                subjects.append(
                    SelfTestSubject(scenario, argument: argument, version: LeakLabVersion.current)
                )
            } else {
                skipped.append(.init(scenario: argument, because: "it has no quick form"))
            }
        }
        guard !subjects.isEmpty else {
            throw LabError(
                "selftest: none of these scenarios has a quick form",
                hint: "Leave --quick out to run them as they are.",
                exitStatus: .usage
            )
        }
        if let name = Self.repeated(subjects.map(\.name) + skipped.map(\.scenario)) {
            throw LabError("selftest: two scenarios are called “\(name)”", exitStatus: .usage)
        }
        let seeds = (0..<UInt64(seeds)).map { firstSeed + $0 }
        return SelfTestPlan(form: quick ? .quick : .full, subjects: subjects, skipped: skipped, seeds: seeds)
    }
}

extension SelfTestCommand {
    private static func repeated(_ names: [String]) -> String? {
        var seen: Set<String> = []
        return names.first { !seen.insert($0).inserted }
    }
}

extension ScenarioSource {
    /// - Returns: `nil` for a scenario without the quick form that was asked for.
    fileprivate func load(quick: Bool) throws -> Scenario? {
        let full = try Scenario.load(text: text, path: path, catalogue: .library)
        guard quick else { return full }
        guard full.hasQuickForm else { return nil }
        return try Scenario.load(text: text, path: path, catalogue: .library, overrides: [.quick])
    }
}
