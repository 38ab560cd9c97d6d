import LabCore
import LabEngine
import LabScenario

/// What can be measured of a scenario, and with which values where the command line leaves them open.
struct BenchChecks {
    let scenario: Scenario
    let wishes: BenchPlan.Wishes

    /// Wall time; shorter ones say nothing about lag.
    private static let shortest = Duration.seconds(2)
    private static let shortestWarmUp = Duration.seconds(0.5)
    private static let (standard, quick) = (Duration.seconds(10), Duration.seconds(4))
    private static let (standardWarmUp, quickWarmUp) = (Duration.seconds(2), Duration.seconds(1))
    private static let (standardPrecision, quickPrecision) = (0.05, 0.1)
    /// Rates are told with three digits.
    private static let precisions = 0.02...1.0
    /// So that the embedded broker can hold what a consumer that falls behind leaves.
    private static let fewestPartitions = 32
    private static let highestRate = 1_000_000.0
    private static let rates = 0.01...10_000_000.0

    // MARK: - Refusals

    func checkWishes() throws {
        for (option, rates) in [
            ("--rates", wishes.rates), ("--max-rate", [wishes.highestRate].compactMap(\.self)),
        ] {
            for rate in rates where !Self.rates.contains(rate.perSecond) {
                throw refusal("\(option): \(rate) is out of range", "Name rates from 0.01/s to 10M/s.")
            }
        }
        for concurrency in wishes.concurrencies where !(1...10_000).contains(concurrency) {
            throw refusal("--concurrency: \(concurrency) is out of range", "Name numbers from 1 to 10000.")
        }
        guard (1...100).contains(wishes.repeats) else {
            throw refusal("--repeat: \(wishes.repeats) is out of range", "Name a number from 1 to 100.")
        }
        guard (1...10).contains(wishes.verifications) else {
            throw refusal("--verify: \(wishes.verifications) is out of range", "Name a number from 1 to 10.")
        }
        if let precision = wishes.precision, !Self.precisions.contains(precision) {
            throw refusal("--precision: out of range", "Name a share from 2% to 100%.")
        }
        if let highest = wishes.highestRate, let beyond = wishes.rates.first(where: { $0 > highest }) {
            throw refusal(
                "--max-rate: \(highest) is below the rate \(beyond)",
                "Raise it, or leave that rate out."
            )
        }
        try variants()
    }

    private func variants() throws {
        if let stepping = scenario.variants.first(where: { !$0.steps.isEmpty }) {
            throw refusal(
                "“\(stepping.name)” has steps that change its pods, and bench measures pods that stay as they are",
                "Take a scenario without steps, or set them aside: --set 'variants.\(stepping.name).steps=[]'."
            )
        }
        if !wishes.concurrencies.isEmpty, scenario.variants.allSatisfy({ $0.command != nil }) {
            throw refusal(
                "--concurrency: all variants are commands, whose concurrency is their own business",
                "Leave it out, or give each command an argument for it and write a variant for each value."
            )
        }
    }

    private func refusal(_ problem: String, _ hint: String) -> LabError {
        LabError("bench: \(problem)", hint: hint, exitStatus: .usage)
    }

    // MARK: - Values

    var rates: [Double] {
        let wished = Set(wishes.rates.map(\.perSecond)).sorted()
        return wished.isEmpty ? [peak] : wished
    }

    /// The scenario's highest rate.
    private var peak: Double {
        let peak = scenario.workload.peak(in: .zero..<scenario.totalDuration).perSecond
        return min(max(peak.rounded(), Self.rates.lowerBound), Self.rates.upperBound)
    }

    var concurrencies: [Int?] {
        var seen: Set<Int> = []
        let wished = wishes.concurrencies.filter { seen.insert($0).inserted }
        return wished.isEmpty ? [nil] : wished
    }

    /// Warm-up and constant rate, of incident time.
    func shape(isQuick: Bool) throws -> (warmUp: Duration, duration: Duration) {
        let scale = scenario.timeScale
        let warmUp = wishes.warmUp ?? scale.incident(isQuick ? Self.quickWarmUp : Self.standardWarmUp)
        let duration = wishes.duration ?? scale.incident(isQuick ? Self.quick : Self.standard)
        for (option, value, least) in [
            ("--duration", duration, Self.shortest), ("--warm-up", warmUp, Self.shortestWarmUp),
        ] where scale.wall(value) < least {
            throw refusal(
                "\(option): \(value.text) of incident time pass in \(scale.wall(value).text)",
                "Name at least \(scale.incident(least).text)"
                    + (scale.factor == 1 ? "." : ", or set the time scale: --set timeScale=1.")
            )
        }
        return (warmUp, duration)
    }

    /// The scenario's, or the smallest multiple of them that the broker needs; those that were set stay.
    func partitions(settings: [String]) -> Int {
        let own = scenario.workload.partitions
        let isSet = settings.contains { $0.trimmedOfSpaces.hasPrefix("workload.partitions") }
        let raised = (Self.fewestPartitions + own - 1) / own * own
        let keys = scenario.workload.keys.count ?? .max
        return isSet || own >= Self.fewestPartitions || keys < UInt64(raised) ? own : raised
    }

    func search(isQuick: Bool) -> BenchResult.Search? {
        guard wishes.isSearching else { return nil }
        return BenchResult.Search(
            precision: wishes.precision ?? (isQuick ? Self.quickPrecision : Self.standardPrecision),
            verifications: wishes.verifications,
            highestPerSecond: wishes.highestRate?.perSecond
                ?? max(Self.highestRate, rates.last ?? Self.highestRate)
        )
    }

    /// Half of what is available, divided by a variant's pods.
    func safetyLimits(of available: ByteCount?) -> [String: ByteCount] {
        guard let available else { return [:] }
        var limits: [String: ByteCount] = [:]
        for variant in scenario.variants where variant.pods.memory == nil {
            let share = available.bytes / 2 / Int64(max(1, variant.pods.replicas))
            limits[variant.name] = ByteCount(max(share, 1 << 20))
        }
        return limits
    }

    var notes: [String] {
        let hasWorld = scenario.workload.phases.contains { !$0.world.isEmpty }
        let commands = scenario.variants.filter { $0.command != nil }.map(\.name)
        return [
            hasWorld
                ? "The scenario's phases are bad for its world; here the world is as it should be." : nil,
            !commands.isEmpty && !wishes.concurrencies.isEmpty
                ? "The concurrency of a command is its own business: \(commands.joined(separator: ", "))."
                : nil,
            scenario.timeScale.factor == 1
                ? nil
                : "Rates are of incident time; on the clock they are "
                    + "\(decimal(scenario.timeScale.factor, places: 2)) times as high.",
        ]
        .compactMap(\.self)
    }
}
