import ArgumentParser
import LabBench
import LabCore
import LabEngine
import LabScenario

/// Which scenario a benchmark takes its variants from.
struct BenchScenarioOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A scenario file, or the name of a scenario that \(Program.name) carries.",
            valueName: "scenario"
        ),
        completion: Completions.scenarios
    )
    var scenario: String

    @Flag(help: "Take the scenario's quick form, shorter measurements and a coarser search.")
    var quick = false

    @Option(
        name: .customLong("set"),
        parsing: .singleValue,
        help: ArgumentHelp("Change a value of the scenario; may be repeated.", valueName: "path=value")
    )
    var settings: [String] = []

    @Option(
        name: .customLong("variant"),
        parsing: .singleValue,
        help: ArgumentHelp("Measure only this variant and the control; may be repeated.", valueName: "name")
    )
    var variants: [String] = []

    @Option(help: ArgumentHelp("Draw the events from this seed.", valueName: "number"))
    var seed: UInt64?

    func source() throws -> BenchPlan.Source {
        let source = try ScenarioSource.find(scenario)
        return BenchPlan.Source(
            argument: scenario,
            path: source.path,
            text: source.text,
            catalogue: .library,
            isQuick: quick,
            settings: settings,
            variants: variants,
            seed: seed
        )
    }
}

/// What is measured, how long and how often.
struct BenchMeasurementOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Rates of the matrix, joined by commas (default: the scenario's highest).",
            valueName: "rate,…"
        )
    )
    var rates: String?

    @Option(
        help: ArgumentHelp(
            "How many events a pod handles at once, joined by commas (default: each variant's own).",
            valueName: "number,…"
        )
    )
    var concurrency: String?

    @Option(
        help: ArgumentHelp(
            "Incident time of each measurement (default: 10s on the clock, 4s with --quick).",
            valueName: "duration"
        )
    )
    var duration: String?

    @Option(
        help: ArgumentHelp(
            "Incident time at the same rate before it (default: 2s on the clock, 1s with --quick).",
            valueName: "duration"
        )
    )
    var warmUp: String?

    @Option(
        name: .customLong("repeat"),
        help: ArgumentHelp("How often each cell of the matrix is measured.", valueName: "number")
    )
    var repeats = 1

    @Flag(inversion: .prefixedNo, help: "Look for the highest rate that each variant sustains.")
    var search = true

    @Option(
        help: ArgumentHelp(
            "How close the search comes, as a share of the rate (default: 5%, 10% with --quick).",
            valueName: "share"
        )
    )
    var precision: String?

    @Option(
        help: ArgumentHelp(
            "Measurements needed to confirm each end of the search range.",
            valueName: "number"
        )
    )
    var verify = 2

    @Option(help: ArgumentHelp("Search up to this rate (default: 1M/s).", valueName: "rate"))
    var maxRate: String?

    /// - Throws: ``LabError`` for what cannot be read.
    func wishes() throws(LabError) -> BenchPlan.Wishes {
        var wishes = BenchPlan.Wishes()
        wishes.rates = try Self.list(rates, "--rates", Self.rate)
        wishes.concurrencies = try Self.list(concurrency, "--concurrency") { text, option throws(LabError) in
            guard let number = Int(text) else {
                throw Self.refusal(option, text, "no number", "Write 1,8 or a single number.")
            }
            return number
        }
        wishes.duration = try duration.map { text throws(LabError) in try Self.duration(text, "--duration") }
        wishes.warmUp = try warmUp.map { text throws(LabError) in try Self.duration(text, "--warm-up") }
        wishes.repeats = repeats
        wishes.isSearching = search
        wishes.precision = try precision.map { text throws(LabError) in try Self.share(text) }
        wishes.verifications = verify
        wishes.highestRate = try maxRate.map { text throws(LabError) in try Self.rate(text, "--max-rate") }
        return wishes
    }

    private static func list<Value>(
        _ text: String?,
        _ option: String,
        _ read: (String, String) throws(LabError) -> Value
    ) throws(LabError) -> [Value] {
        var values: [Value] = []
        for part in text?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
            values.append(try read(part.trimmedOfSpaces, option))
        }
        return values
    }

    private static func rate(_ text: String, _ option: String) throws(LabError) -> EventRate {
        guard let rate = EventRate(parsing: text) else {
            throw refusal(option, text, "no rate", "Write 500/s, 120k/min or 7.23M/h.")
        }
        return rate
    }

    private static func duration(_ text: String, _ option: String) throws(LabError) -> Duration {
        guard let duration = Duration(parsing: text) else {
            throw refusal(option, text, "no duration", "Write 10s, 90s or 2m.")
        }
        return duration
    }

    private static func share(_ text: String) throws(LabError) -> Double {
        guard text.last == "%", let percent = Double(text.dropLast().trimmedOfSpaces), percent.isFinite else {
            throw refusal("--precision", text, "no share", "Write 5% or 2.5%.")
        }
        return percent / 100
    }

    private static func refusal(
        _ option: String,
        _ text: String,
        _ problem: String,
        _ hint: String
    )
        -> LabError
    {
        LabError("\(option): “\(text)” is \(problem)", hint: hint, exitStatus: .usage)
    }
}
