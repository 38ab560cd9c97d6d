import ArgumentParser
import LabCluster
import LabCore
import LabEngine
import LabScenario

/// Which scenario, and what to change in it.
struct ScenarioOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A scenario file, or the name of a scenario that \(Program.name) carries.",
            valueName: "scenario"
        ),
        completion: Completions.scenarios
    )
    var scenario: String

    @Flag(help: "Take the scenario's quick form: its section “quick”, below all other changes.")
    var quick = false

    @Option(
        name: .customLong("set"),
        parsing: .singleValue,
        help: ArgumentHelp("Change a value of the scenario; may be repeated.", valueName: "path=value")
    )
    var settings: [String] = []

    @Option(
        help: ArgumentHelp(
            "Shorten or lengthen all phases to this much incident time together.",
            valueName: "duration"
        )
    )
    var duration: String?

    @Option(
        name: .customLong("variant"),
        parsing: .singleValue,
        help: ArgumentHelp("Run only this variant and the control; may be repeated.", valueName: "name")
    )
    var variants: [String] = []

    @Option(help: ArgumentHelp("Draw the events from this seed.", valueName: "number"))
    var seed: UInt64?

    @Option(
        help: ArgumentHelp("Let this much incident time pass in one unit of wall time.", valueName: "factor")
    )
    var timeScale: Double?

    /// Reads the scenario with all changes.
    ///
    /// - Parameter repeated: the seed of a repetition, in the place of the scenario's and the command line's.
    /// - Returns: a valid scenario.
    /// - Throws: what cannot be found, or is not valid.
    func load(seed repeated: UInt64? = nil) throws -> Scenario {
        let source = try ScenarioSource.find(scenario)
        return try Scenario.load(
            text: source.text,
            path: source.path,
            catalogue: .library,
            overrides: try overrides() + [repeated.map { .seed($0) }].compactMap(\.self)
        )
    }

    /// The file that the scenario is read from; `nil` for one that the program carries.
    var file: String? { (try? ScenarioSource.find(scenario)).flatMap { $0.isCarried ? nil : $0.path } }

    private func overrides() throws -> [ScenarioOverride] {
        var overrides = (quick ? [.quick] : []) + settings.map { ScenarioOverride.set($0) }
        if let seed { overrides.append(.seed(seed)) }
        if let timeScale { overrides.append(.timeScale(timeScale)) }
        if let duration {
            guard let length = Duration(parsing: duration) else {
                throw LabError(
                    "--duration: “\(duration)” is no duration",
                    hint: "Write 90s, 10m or 1h30m.",
                    exitStatus: .usage
                )
            }
            overrides.append(.duration(length))
        }
        if !variants.isEmpty { overrides.append(.variants(variants)) }
        return overrides
    }

    /// The changes as given, to be shown in the report.
    var asGiven: [String] {
        (quick ? ["--quick"] : []) + settings.map { "--set \($0)" } + variants.map { "--variant \($0)" }
            + [
                duration.map { "--duration \($0)" }, seed.map { "--seed \($0)" },
                timeScale.map { "--time-scale \($0)" },
            ]
            .compactMap(\.self)
    }
}

/// A scenario's text, from a file or from the program itself.
struct ScenarioSource {
    let path: String
    let text: String
    var isCarried = false

    /// A path wins; a plain name is looked up among the scenarios that the program carries.
    static func find(_ name: String) throws(LabError) -> ScenarioSource {
        if let text = try TextFile.document(at: name, exitStatus: .invalidScenario) {
            return ScenarioSource(path: name, text: text)
        }
        if let carried = CarriedScenarios.named(name) { return carried }
        let looksLikePath = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        let bare = [".yaml", ".yml"].first(where: name.hasSuffix).map { String(name.dropLast($0.count)) }
        throw LabError(
            looksLikePath ? "\(name): cannot be read" : "there is no scenario “\(name)”",
            hint: didYouMean(bare ?? name, among: CarriedScenarios.names)
                + "“\(Program.name) scenarios” lists those that it carries; a path to a file works too.",
            exitStatus: .invalidScenario
        )
    }
}

/// The scenarios of this repository, embedded so that an installed program has them.
enum CarriedScenarios {
    private static let all: [(name: String, bytes: [UInt8])] = [
        ("service-per-event", PackageResources.service_per_event_yaml),
        ("release-night", PackageResources.release_night_yaml),
        ("mitigation", PackageResources.mitigation_yaml),
        ("quiet-leak", PackageResources.quiet_leak_yaml),
        ("never-evicting-cache", PackageResources.never_evicting_cache_yaml),
        ("never-evicting-cache-sizes", PackageResources.never_evicting_cache_sizes_yaml),
        ("cache-stampede", PackageResources.cache_stampede_yaml),
        ("cache-stampede-canary", PackageResources.cache_stampede_canary_yaml),
        ("oversized-result-cache", PackageResources.oversized_result_cache_yaml),
        ("orphaned-sessions", PackageResources.orphaned_sessions_yaml),
        ("two-leaks", PackageResources.two_leaks_yaml),
        ("pinned-connection", PackageResources.pinned_connection_yaml),
        ("unbounded-workers", PackageResources.unbounded_workers_yaml),
        ("client-per-request", PackageResources.client_per_request_yaml),
        ("rows-not-closed", PackageResources.rows_not_closed_yaml),
        ("known-leak", PackageResources.known_leak_yaml),
    ]

    static var names: [String] { all.map(\.name) }

    static func named(_ name: String) -> ScenarioSource? {
        all.first { $0.name == name }.map { carried in
            ScenarioSource(
                path: "\(carried.name).yaml",
                text: String(decoding: carried.bytes, as: UTF8.self),
                isCarried: true
            )
        }
    }
}
