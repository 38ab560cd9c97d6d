import LabCore
import LabScenario
import Testing

@testable import LabBench

@Suite("The plan of a benchmark")
struct BenchPlanTests {
    private static let catalogue = IncidentCatalogue([
        .init(
            name: "any",
            handlers: [
                .init(name: "bad", summary: "Leaks.", defaultRole: .suspect),
                .init(name: "good", summary: "Does not.", defaultRole: .fix),
            ],
            defaultConcurrency: 4,
            world: [WorldVariable(name: "database", kind: .service, help: "Answers.")]
        )
    ])

    private static func source(_ more: String = "", variants: String? = nil) -> BenchPlan.Source {
        BenchPlan.Source(
            argument: "any",
            path: "any.yaml",
            text: """
                incident: any
                workload:
                  partitions: 6
                  phases: [{duration: 60s, rate: 200/s}, {duration: 60s, from: 200/s, to: 7.23M/h}]
                variants: \(variants ?? "[{name: bad, pods: {memory: 256MiB}}, {name: good, control: true}]")
                \(more)
                """,
            catalogue: catalogue
        )
    }

    static func smallest() throws -> BenchPlan { try plan() }

    private static func plan(
        _ source: BenchPlan.Source = source(),
        _ change: (inout BenchPlan.Wishes) -> Void = { _ in }
    ) throws -> BenchPlan {
        var wishes = BenchPlan.Wishes()
        change(&wishes)
        return try BenchPlan(source, wishes, version: "1", availableMemory: .mebibytes(4_096))
    }

    @Test("takes what is left open from the scenario")
    func defaults() throws {
        let plan = try Self.plan()
        #expect(plan.rates == [2_008])
        #expect(plan.concurrencies == [nil])
        #expect(plan.pairs.map(\.variant) == ["bad", "good"])
        #expect(plan.warmUp == .seconds(2))
        #expect(plan.duration == .seconds(10))
        #expect(
            plan.search == BenchResult.Search(precision: 0.05, verifications: 2, highestPerSecond: 1_000_000)
        )
        // The smallest multiple of six from 32 on.
        #expect(plan.partitions == 36)
        #expect(plan.safetyLimits == ["good": .mebibytes(2_048)])
        #expect(plan.notes.isEmpty)
    }

    @Test("makes of each measurement a scenario with its variant alone, at a constant rate")
    func step() throws {
        let plan = try Self.plan { $0.concurrencies = [8] }
        let scenario = try plan.scenario(
            of: BenchStep(variant: "bad", concurrency: 8, perSecond: 1_250.5, attempt: 1)
        )
        #expect(scenario.variants.map(\.name) == ["bad"])
        let variant = scenario.variants[0]
        #expect(variant.isControl)
        #expect(variant.role == .fix)
        #expect(variant.handler == "bad")
        #expect(variant.pods.concurrency == 8)
        #expect(variant.pods.memory == .mebibytes(256))
        #expect(scenario.workload.partitions == 36)
        #expect(scenario.workload.phases.map(\.duration) == [.seconds(2), .seconds(10)])
        #expect(
            scenario.workload.phases.map(\.shape)
                == Array(repeating: .constant(EventRate(perSecond: 1_250.5)), count: 2)
        )
        #expect(scenario.expectations.isEmpty)
        #expect(scenario.verdict.hold == .zero)
        #expect(scenario.verdict.warmUp == .seconds(2))
        let control = BenchStep(variant: "good", concurrency: nil, perSecond: 500, attempt: 0)
        let alone = try plan.scenario(of: control)
        #expect(alone.variants.map(\.name) == ["good"])
        #expect(alone.variants[0].pods.concurrency == 4)
        #expect(alone.variants[0].pods.memory == .mebibytes(2_048))
    }

    @Test("calls the program with the same changes")
    func arguments() throws {
        var source = Self.source()
        source.settings = ["workload.payload.size=1KiB"]
        let plan = try Self.plan(source)
        let arguments = plan.arguments(
            for: BenchStep(variant: "bad", concurrency: nil, perSecond: 500, attempt: 0)
        )
        #expect(arguments.prefix(3) == ["any", "--set", "workload.payload.size=1KiB"])
        #expect(arguments.suffix(5) == ["--variant", "bad", "--seed", "1", "--unrehearsed"])
        #expect(arguments.contains("variants.good.control=false"))
        #expect(!arguments.contains { $0.contains("concurrency") })
    }

    @Test("keeps partitions that were set, and those that the keys do not suffice for")
    func partitions() throws {
        var source = Self.source()
        source.settings = ["workload.partitions=12"]
        #expect(try Self.plan(source).partitions == 12)
        source.settings = ["workload.keys={count: 10}"]
        #expect(try Self.plan(source).partitions == 6)
        source.settings = []
        source.text = source.text.replacing("partitions: 6", with: "partitions: 48")
        #expect(try Self.plan(source).partitions == 48)
    }

    @Test("lasts as long on the clock at any time scale, unless it is told")
    func timeScale() throws {
        let source = Self.source("timeScale: 10")
        let plan = try Self.plan(source) { $0.rates = [EventRate(perSecond: 50)] }
        #expect(plan.duration == .seconds(100))
        #expect(plan.warmUp == .seconds(20))
        #expect(plan.notes == ["Rates are of incident time; on the clock they are 10.00 times as high."])
        let error = #expect(throws: LabError.self) {
            _ = try Self.plan(source) { $0.duration = .seconds(10) }
        }
        #expect(error?.description == "bench: --duration: 10 s of incident time pass in 1 s")
        #expect(error?.hint == "Name at least 20 s, or set the time scale: --set timeScale=1.")
    }

    @Test("leaves a command its own concurrency, and says so")
    func commands() throws {
        let variants = "[{name: own, role: suspect, command: [/bin/cat]}, {name: good, control: true}]"
        let plan = try Self.plan(Self.source(variants: variants)) { $0.concurrencies = [1, 8] }
        #expect(
            plan.pairs == [
                BenchPair(variant: "own", concurrency: nil), BenchPair(variant: "good", concurrency: 1),
                BenchPair(variant: "good", concurrency: 8),
            ]
        )
        #expect(plan.notes == ["The concurrency of a command is its own business: own."])
    }

    @Test("takes the world as it should be, and says so")
    func world() throws {
        var source = Self.source()
        source.settings = ["workload.phases.phase-1.world={database: down}"]
        let plan = try Self.plan(source)
        #expect(
            plan.notes == ["The scenario's phases are bad for its world; here the world is as it should be."]
        )
        let step = BenchStep(variant: "good", concurrency: nil, perSecond: 500, attempt: 0)
        #expect(try plan.scenario(of: step).workload.phases.allSatisfy(\.world.isEmpty))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout BenchPlan.Wishes) -> Void

        init(_ message: String, _ change: @escaping @Sendable (inout BenchPlan.Wishes) -> Void) {
            testDescription = message
            self.change = change
        }
    }

    static let refusals = [
        Refusal("--rates: 0/s is out of range") { $0.rates = [EventRate(perSecond: 0)] },
        Refusal("--rates: 3600G/h is out of range") { $0.rates = [EventRate(perSecond: 1e9)] },
        Refusal("--concurrency: 0 is out of range") { $0.concurrencies = [8, 0] },
        Refusal("--repeat: 0 is out of range") { $0.repeats = 0 },
        Refusal("--verify: 0 is out of range") { $0.verifications = 0 },
        Refusal("--precision: out of range") { $0.precision = 0.01 },
        Refusal("--max-rate: 20/s is below the rate 1.8M/h") {
            $0.rates = [EventRate(perSecond: 500)]
            $0.highestRate = EventRate(perSecond: 20)
        },
        Refusal("--duration: 1 s of incident time pass in 1 s") { $0.duration = .seconds(1) },
        Refusal("--warm-up: 0 ms of incident time pass in 0 ms") { $0.warmUp = .zero },
    ]

    @Test("refuses what cannot be measured", arguments: refusals)
    func refused(_ refusal: Refusal) {
        let error = #expect(throws: LabError.self) { _ = try Self.plan(Self.source(), refusal.change) }
        #expect(error?.description == "bench: \(refusal.testDescription)")
        #expect(error?.exitStatus == .usage)
        #expect(error?.hint != nil)
    }

    @Test("refuses variants that change on the way, and concurrencies that nobody has")
    func refusedVariants() {
        let stepping = "[{name: bad, steps: [{at: 10s, scale: 2}]}, {name: good, control: true}]"
        let steps = #expect(throws: LabError.self) { _ = try Self.plan(Self.source(variants: stepping)) }
        #expect(
            steps?.description
                == "bench: “bad” has steps that change its pods, and bench measures pods that stay as they are"
        )
        #expect(steps?.exitStatus == .usage)
        let foreign = "[{name: own, control: true, role: fix, command: [/bin/cat]}]"
        let commands = #expect(throws: LabError.self) {
            _ = try Self.plan(Self.source(variants: foreign)) { $0.concurrencies = [8] }
        }
        #expect(
            commands?.description
                == "bench: --concurrency: all variants are commands, whose concurrency is their own business"
        )
    }

    @Test("refuses a variant that is not there, with those that are")
    func unknownVariant() {
        var source = Self.source()
        source.variants = ["goood"]
        let error = #expect(throws: ScenarioError.self) { _ = try Self.plan(source) }
        #expect(error?.problems.first?.message == "unknown variant “goood”")
        #expect(error?.problems.first?.hint == "Did you mean “good”? Variants here: bad, good.")
    }

    @Test("has another fingerprint for whatever changes the measurements, and none for the rest")
    func fingerprint() throws {
        let plain = try Self.plan().fingerprint
        #expect(try Self.plan { $0.rates = [EventRate(perSecond: 7)] }.fingerprint == plain)
        #expect(try Self.plan { $0.repeats = 3 }.fingerprint == plain)
        var source = Self.source()
        source.seed = 7
        #expect(try Self.plan(source).fingerprint != plain)
        #expect(try Self.plan { $0.duration = .seconds(11) }.fingerprint != plain)
        #expect(try Self.plan(Self.source("title: other")).fingerprint != plain)
    }
}
