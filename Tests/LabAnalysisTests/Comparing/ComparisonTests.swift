import LabCore
import Testing

@testable import LabAnalysis

@Suite("A comparison")
struct ComparisonTests {
    typealias Side = ComparisonModel.Side

    static func side(_ change: (inout Side) -> Void) -> Side {
        var side = Side()
        change(&side)
        return side
    }

    private static func outcomes(of memory: MemoryModel, seconds: Double) throws -> [ComparisonOutcome: Int] {
        let side = Self.side { ($0.life.model, $0.life.seconds) = (memory, seconds) }
        var outcomes: [ComparisonOutcome: Int] = [:]
        for seed in 1...12 as ClosedRange<UInt64> {
            outcomes[try ComparisonModel.compare(side, side, seed: seed).outcome, default: 0] += 1
        }
        return outcomes
    }

    @Test("calls two runs of one build the same", arguments: [MemoryModel.quiet, .filling])
    func oneBuild(memory: MemoryModel) throws {
        let outcomes = try Self.outcomes(of: memory, seconds: 60)
        #expect(outcomes == [.same: 12])
    }

    @Test(
        "never calls one of two runs of one build better or worse, however unsteady its memory",
        arguments: [MemoryModel.correlatedNoise, .creep, .steps, .warmUp, .sawTooth]
    )
    func oneUnsteadyBuild(memory: MemoryModel) throws {
        // A tooth of up to a minute can rise through a whole run of one, which nobody can tell from a leak.
        let outcomes = try Self.outcomes(of: memory, seconds: memory == .sawTooth ? 110 : 60)
        #expect(outcomes[.same, default: 0] + outcomes[.unknown, default: 0] == 12, "\(outcomes)")
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let metric: ComparedMetric
        let side: Side
        var testDescription: String { metric.title }
    }

    static let worsened = [
        Change(metric: .tasks, side: side { $0.life.tasksPerEvent = 0.001 }),
        Change(metric: .heap, side: side { $0.life.bytesPerEvent = 400 }),
        Change(metric: .rss, side: side { $0.life.bytesPerEvent = 400 }),
        Change(metric: .charge, side: side { $0.life.bytesPerEvent = 400 }),
        Change(metric: .peakRSS, side: side { $0.life.bytesPerEvent = 400 }),
        Change(metric: .lost, side: side { $0.lost = 3 }),
        Change(metric: .cpu, side: side { $0.cpuMicroseconds = 30 }),
        Change(metric: .latencyP50, side: side { $0.p50 = 32 }),
        Change(metric: .latencyP99, side: side { $0.p99 = 60 }),
        Change(metric: .throughput, side: side { $0.life.rate = 1_700 }),
    ]

    @Test("finds what was made worse, and the same change backwards better", arguments: worsened)
    func found(change: Change) throws {
        let worse = try ComparisonModel.compare(Side(), change.side)
        #expect(
            worse.line(change.metric)?.outcome == .worse,
            "\(String(describing: worse.line(change.metric)))"
        )
        #expect(worse.exitStatus == ExitStatus.expectationsNotMet.rawValue)
        #expect(worse.ship == nil)
        #expect(worse.headline.hasPrefix("Do not ship the candidate: "), "\(worse.headline)")
        let better = try ComparisonModel.compare(change.side, Side())
        #expect(better.line(change.metric)?.outcome == .better)
        #expect(better.exitStatus == 0)
        #expect(better.ship == "subject")
    }

    @Test("measures an injected leak to within a few percent")
    func estimate() throws {
        let leaky = Self.side { $0.life.bytesPerEvent = 400 }
        let effect = try #require(try ComparisonModel.compare(Side(), leaky).line(.heap)?.effect)
        #expect(abs(effect.estimate - 400) < 20 && effect.low > 350 && effect.high < 450, "\(effect)")
    }

    @Test("finds nothing worth mentioning in changes within the tolerances")
    func withinTolerances() throws {
        let slightly = Self.side {
            $0.cpuMicroseconds = 21
            $0.p50 = 21
            $0.p99 = 37
            $0.life.bytesPerEvent = 3
        }
        let result = try ComparisonModel.compare(Side(), slightly)
        #expect(result.outcome == .same, "\(result.headline)")
        #expect(result.ship == "subject")
    }

    @Test("follows the tolerances it is given")
    func tolerances() throws {
        let slower = Self.side { $0.cpuMicroseconds = 30 }
        var wide = Tolerances()
        try wide.change("cpu=80%")
        #expect(try ComparisonModel.compare(Side(), slower, tolerances: wide).line(.cpu)?.outcome == .same)
        var narrow = Tolerances()
        try narrow.change("p50=0ms")
        try narrow.change("p50=0.5%")
        let line = try ComparisonModel.compare(Side(), Side(), tolerances: narrow).line(.latencyP50)
        #expect(line?.outcome == .unknown)
    }

    @Test("believes what every window shows of two variants side by side, and not of two runs")
    func dearerAndDearer() throws {
        var sides = ["old", "new"].map { name in
            var side = Side()
            side.name = name
            return side
        }
        sides[0].role = .suspect
        var run = ComparisonModel.measures(sides)
        // As in files of before the report's figure was kept in them.
        for index in run.variants.indices { run.variants[index].cpuSecondsPerMillionEvents = nil }
        let cpu = run.variants[0].windows.cpuSeconds
        run.variants[0].windows.cpuSeconds = cpu.enumerated().map { index, seconds in
            seconds.map { $0 * (1.6 + 0.2 * Double(index)) }
        }
        let together = try #require(try ComparisonModel.compare(run, run).line(.cpu))
        #expect(together.outcome == .better)
        var (left, right) = (run, run)
        (left.run, left.variants) = ("a", [run.variants[0]])
        (right.run, right.variants) = ("b", [run.variants[1]])
        let apart = try #require(try ComparisonModel.compare(left, right).line(.cpu))
        let (within, between) = (try #require(together.effect), try #require(apart.effect))
        #expect(between.low < within.low && between.high > within.high, "\(within) \(between)")
    }

    @Test("weighs a cure against its price: a person decides")
    func price() throws {
        let leaky = Self.side { $0.life.bytesPerEvent = 20_000 }
        let costly = Self.side { $0.cpuMicroseconds = 60 }
        let result = try ComparisonModel.compare(leaky, costly)
        #expect(result.outcome == .mixed)
        #expect(result.exitStatus == ExitStatus.expectationsNotMet.rawValue)
        #expect(result.headline.hasPrefix("Ship the candidate if the price is right: "), "\(result.headline)")
        #expect(result.headline.contains("CPU/event +"))
        #expect(result.ship == "subject")
    }

    @Test("says that a smaller leak is no fix")
    func smallerLeak() throws {
        let result = try ComparisonModel.compare(
            Self.side { $0.life.bytesPerEvent = 20_000 },
            Self.side { $0.life.bytesPerEvent = 2_000 }
        )
        #expect(result.outcome == .better)
        #expect(result.ship == nil)
        #expect(result.headline.contains("but no fix: it leaks"), "\(result.headline)")
    }

    @Test("says when a leak comes that was not there, and when it is as before")
    func leaks() throws {
        let leaky = Self.side {
            $0.life.bytesPerEvent = 20_000
            $0.memoryLimit = 512 << 20
        }
        let comes = try ComparisonModel.compare(Self.side { $0.memoryLimit = 512 << 20 }, leaky)
        #expect(comes.line(.timeToOOM)?.outcome == .worse)
        let before = try ComparisonModel.compare(leaky, leaky)
        #expect(before.outcome == .same && before.ship == nil)
        #expect(before.line(.timeToOOM)?.outcome == .same)
        #expect(before.headline.contains("and no fix"), "\(before.headline)")
    }
}

@Suite("A comparison cannot tell")
struct UnknownComparisonTests {
    typealias Side = ComparisonModel.Side

    @Test("latencies that were not recorded over time, and goes on without them")
    func olderRecording() throws {
        var base = ComparisonModel.measures([Side()], run: "a")
        base.variants[0].windows.p50Millis = []
        base.variants[0].windows.p99Millis = []
        let candidate = ComparisonModel.measures([Side()], run: "b")
        let result = try ComparisonModel.compare(base, candidate)
        #expect(result.line(.latencyP99)?.outcome == .unknown)
        #expect(result.outcome == .same)
        let strict = try ComparisonModel.compare(base, candidate, isStrict: true)
        #expect(strict.outcome == .unknown)
        #expect(strict.exitStatus == ExitStatus.inconclusive.rawValue)
    }

    @Test("anything from a run that is too short")
    func shortRun() throws {
        var side = Side()
        side.life.seconds = 12
        let result = try ComparisonModel.compare(side, side)
        #expect(result.outcome == .unknown)
        #expect(result.exitStatus == ExitStatus.inconclusive.rawValue)
        #expect(result.headline.hasPrefix("Undecided: "), "\(result.headline)")
    }

    @Test("anything from an invalid run")
    func invalid() throws {
        var base = ComparisonModel.measures([Side()], run: "a")
        (base.valid, base.invalidBecause) = (false, ["the broker dropped events"])
        let result = try ComparisonModel.compare(base, ComparisonModel.measures([Side()], run: "b"))
        #expect(result.outcome == .unknown)
        #expect(result.notes.contains("the base is invalid: the broker dropped events"))
    }

    @Test("costs on two kinds of machines, but memory")
    func machines() throws {
        var other = Side()
        other.processor = "Arm, 8 cores"
        other.cpuMicroseconds = 60
        let result = try ComparisonModel.compare(Side(), other)
        #expect(result.line(.cpu)?.outcome == .unknown)
        #expect(result.line(.heap)?.outcome == .same)
        #expect(result.outcome == .same)
        #expect(result.notes.contains { $0.hasPrefix("processor differs") })
    }

    @Test("how much of a difference two brokers make, and says that they are two")
    func brokers() throws {
        var other = Side()
        other.broker = "external, 127.0.0.1:9092"
        let result = try ComparisonModel.compare(Side(), other)
        #expect(
            result.notes.contains(
                "broker differs: embedded in the base, external, 127.0.0.1:9092 in the candidate"
            )
        )
        #expect(try ComparisonModel.compare(other, other).notes.allSatisfy { !$0.hasPrefix("broker") })
    }

    @Test("of memory on two allocators, and says so")
    func allocators() throws {
        let base = ComparisonModel.measures([Side()], run: "a")
        var candidate = ComparisonModel.measures([Side()], run: "b")
        candidate.variants[0].allocator = "jemalloc 5.3.0"
        let notes = try ComparisonModel.compare(base, candidate).notes
        #expect(
            notes.contains {
                $0.hasPrefix("the allocators differ: the system's of ") && $0.contains("jemalloc 5.3.0")
            }
        )
        var other = candidate
        other.run = "c"
        let same = try ComparisonModel.compare(candidate, other).notes
        #expect(!same.contains { $0.contains("allocators") })
    }

    @Test("of groups with two protocols, and says so")
    func protocols() throws {
        let base = ComparisonModel.measures([Side()], run: "a")
        var candidate = ComparisonModel.measures([Side()], run: "b")
        candidate.variants[0].groupProtocol = "consumer"
        let notes = try ComparisonModel.compare(base, candidate).notes
        #expect(
            notes.contains {
                $0.hasPrefix("the protocols of the groups differ: classic of ")
                    && $0.contains(", consumer of ")
            }
        )
        var other = candidate
        other.run = "c"
        #expect(!(try ComparisonModel.compare(candidate, other).notes.contains { $0.contains("protocols") }))
    }

    @Test("costs on a machine that had no time for the lab, and then does not let the candidate pass")
    func overloaded() throws {
        var hog = Side()
        hog.producerDelay = 400
        let result = try ComparisonModel.compare(Side(), hog)
        #expect(result.line(.cpu)?.outcome == .unknown)
        #expect(result.outcome == .unknown)
        #expect(result.pairs.first?.because.contains { $0.contains("the machine was overloaded") } == true)
    }

    @Test("what variants side by side cost each other there, unless it shows all the same")
    func overloadedTogether() throws {
        var sides = ["old", "new"].map { name in
            var side = Side()
            (side.name, side.producerDelay, side.latencyScatter) = (name, 400, 3)
            return side
        }
        sides[0].role = .suspect
        let run = ComparisonModel.measures(sides)
        let result = try ComparisonModel.compare(run, run)
        #expect(result.line(.latencyP99)?.outcome == .unknown)
        #expect(result.line(.cpu)?.outcome == .same)
        #expect(result.outcome == .unknown)
    }

    @Test("a slower variant from a slower machine")
    func slowMachine() throws {
        var slow = Side()
        (slow.cpuMicroseconds, slow.producerCPU) = (30, 18)
        #expect(try ComparisonModel.compare(Side(), slow).line(.cpu)?.outcome == .unknown)
        var late = Side()
        (late.p99, late.producerDelay) = (60, 40)
        #expect(try ComparisonModel.compare(Side(), late).line(.latencyP99)?.outcome == .unknown)
    }

    @Test("what damaged measures hold, and does not fail over it")
    func damaged() throws {
        var base = ComparisonModel.measures([Side()], run: "a")
        base.windowSeconds = -1e308
        base.timeScale = 0
        base.producer.cpuSecondsPerMillionEvents = .leastNonzeroMagnitude
        base.producer.delayP99Millis = 1e308
        base.variants[0].lost = .min
        base.variants[0].peakRSSBytes = -1e308
        base.variants[0].windows.handled = [1e308, -1e308, nil, 0]
        base.variants[0].windows.heap.events = [nil]
        base.variants[0].windows.heap.bytes = Array(repeating: 1e308, count: 50)
        base.variants[0].tasks?.perEvent = Estimate(estimate: 1e308, low: 1e308, high: -1e308)
        base.variants[0].heap?.bytesPerEvent = Estimate(estimate: -1e308, low: 1e308, high: 1e308)
        let candidate = ComparisonModel.measures([Side()], run: "b")
        for result in [
            try ComparisonModel.compare(base, candidate), try ComparisonModel.compare(candidate, base),
        ] {
            #expect(!result.headline.isEmpty)
        }
    }
}
