package import LabCore
package import LabScenario

/// What a benchmark is to measure, and how.
package struct BenchPlan: Sendable {
    /// Where the scenario comes from, and what the command line changes in it.
    package struct Source: Sendable {
        /// What `leaklab run` is given to find it: a name or a path.
        package var argument: String
        package var path: String
        package var text: String
        package var catalogue: IncidentCatalogue
        package var isQuick: Bool
        /// Assignments as `--set` takes them.
        package var settings: [String]
        package var variants: [String]
        package var seed: UInt64?

        package init(
            argument: String,
            path: String,
            text: String,
            catalogue: IncidentCatalogue,
            isQuick: Bool = false,
            settings: [String] = [],
            variants: [String] = [],
            seed: UInt64? = nil
        ) {
            self.argument = argument
            self.path = path
            self.text = text
            self.catalogue = catalogue
            self.isQuick = isQuick
            self.settings = settings
            self.variants = variants
            self.seed = seed
        }
    }

    /// What the command line asks for; what it leaves open follows from the scenario.
    package struct Wishes: Sendable {
        /// Of incident time; none for the scenario's highest.
        package var rates: [EventRate] = []
        /// None for each variant's own.
        package var concurrencies: [Int] = []
        package var repeats = 1
        /// Incident time at constant rate, and before it.
        package var duration: Duration?
        package var warmUp: Duration?
        package var isSearching = true
        package var precision: Double?
        package var verifications = 2
        package var highestRate: EventRate?

        package init() {}
    }

    package let source: Source
    /// As it is, with the command line's changes.
    package let scenario: Scenario
    /// Ascending.
    package let rates: [Double]
    /// `nil` for each variant's own.
    package let concurrencies: [Int?]
    package let repeats: Int
    /// Incident time.
    package let duration: Duration
    package let warmUp: Duration
    package let partitions: Int
    /// `nil` if no highest rate is looked for.
    package let search: BenchResult.Search?
    /// Of each pod without one in the scenario, by variant, so that a leak does not take the machine's memory.
    package let safetyLimits: [String: ByteCount]
    /// On a broker of somebody's, where every measurement needs a topic of its own.
    package let isOnForeignBroker: Bool
    package let fingerprint: String
    package let notes: [String]

    /// Wall time of a measurement beside the load: processes start and end, the rest is drained.
    static let overhead = Duration.seconds(3)

    /// Plans a benchmark.
    ///
    /// - Parameters:
    ///   - source: where the scenario comes from.
    ///   - wishes: what the command line asks for.
    ///   - version: of the program.
    ///   - availableMemory: what new processes can have; `nil` if unknown, whereupon no limit is set.
    ///   - isOnForeignBroker: the broker is not the lab's own.
    /// - Throws: ``ScenarioError`` for a scenario or a change that is wrong, ``LabError`` for a wish that cannot be met.
    package init(
        _ source: Source,
        _ wishes: Wishes,
        version: String,
        availableMemory: ByteCount?,
        isOnForeignBroker: Bool = false
    ) throws {
        let scenario = try source.scenario(with: [])
        self.source = source
        self.scenario = scenario
        self.isOnForeignBroker = isOnForeignBroker
        let check = BenchChecks(scenario: scenario, wishes: wishes)
        try check.checkWishes()
        rates = check.rates
        concurrencies = check.concurrencies
        repeats = wishes.repeats
        (warmUp, duration) = try check.shape(isQuick: source.isQuick)
        partitions = check.partitions(settings: source.settings)
        search = check.search(isQuick: source.isQuick)
        safetyLimits = check.safetyLimits(of: availableMemory)
        notes = check.notes
        let words = [
            version, source.text, source.isQuick ? "quick" : "full", source.settings.joined(separator: "\n"),
            "\(scenario.seed) \(warmUp.inNanoseconds) \(duration.inNanoseconds) \(partitions)",
        ]
        fingerprint = FNV1a.fingerprint(of: words.joined(separator: "\n"))
        for step in firstSteps { _ = try self.scenario(of: step) }
    }

    /// One for each variant and concurrency: what is wrong with one is told before anything is measured.
    private var firstSteps: [BenchStep] {
        pairs.map {
            BenchStep(variant: $0.variant, concurrency: $0.concurrency, perSecond: rates[0], attempt: 0)
        }
    }

    /// All variants at the first concurrency, then all at the next; what runs a command has its own and no other.
    package var pairs: [BenchPair] {
        concurrencies.enumerated().flatMap { index, concurrency in
            scenario.variants.compactMap { variant in
                guard variant.command != nil else {
                    return BenchPair(variant: variant.name, concurrency: concurrency)
                }
                return index == 0 ? BenchPair(variant: variant.name, concurrency: nil) : nil
            }
        }
    }
}

/// A variant at a handler concurrency.
package struct BenchPair: Sendable, Hashable {
    package let variant: String
    /// `nil` for its own.
    package let concurrency: Int?

    package init(variant: String, concurrency: Int?) {
        self.variant = variant
        self.concurrency = concurrency
    }
}

/// One measurement.
package struct BenchStep: Sendable, Hashable {
    package let variant: String
    package let concurrency: Int?
    /// Of incident time.
    package let perSecond: Double
    /// From 0, among those of one variant, concurrency and rate.
    package let attempt: Int

    package init(variant: String, concurrency: Int?, perSecond: Double, attempt: Int) {
        self.variant = variant
        self.concurrency = concurrency
        self.perSecond = perSecond
        self.attempt = attempt
    }
}

extension BenchPlan.Source {
    /// The scenario with the command line's changes and `changes` after them.
    func scenario(with changes: [String], variant: String? = nil) throws(ScenarioError) -> Scenario {
        var overrides: [ScenarioOverride] = isQuick ? [.quick] : []
        for assignment in settings + changes { overrides.append(.set(assignment)) }
        if let seed { overrides.append(.seed(seed)) }
        overrides.append(.variants(variant.map { [$0] } ?? variants))
        return try Scenario.load(text: text, path: path, catalogue: catalogue, overrides: overrides)
    }

    /// As given, to be shown in the report.
    package var asGiven: [String] {
        (isQuick ? ["--quick"] : []) + settings.map { "--set \($0)" } + variants.map { "--variant \($0)" }
            + (seed.map { ["--seed \($0)"] } ?? [])
    }
}
