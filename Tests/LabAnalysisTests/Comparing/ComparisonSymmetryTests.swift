import LabCore
import Testing

@testable import LabAnalysis

@Suite("A comparison the other way round")
struct ComparisonSymmetryTests {
    private typealias Side = ComparisonModel.Side

    private static func side(_ number: UInt64) -> Side {
        var random = SplitMix64(seed: number)
        func draw(_ low: Double, _ high: Double) -> Double {
            low + (high - low) * Double(random.next() % 10_000) / 10_000
        }
        var side = Side()
        side.life.seed = number
        (side.cpuMicroseconds, side.cpuScatter) = (draw(5, 60), draw(0.01, 1.5))
        (side.p50, side.p99, side.latencyScatter) = (draw(0.2, 60), draw(5, 400), draw(0.01, 1.2))
        side.life.bytesPerEvent = number.isMultiple(of: 2) ? 0 : draw(0, 3_000)
        side.life.tasksPerEvent = number.isMultiple(of: 3) ? draw(0, 1) : 0
        (side.producerDelay, side.producerCPU) = (draw(0.1, 40), draw(8, 20))
        side.memoryLimit = 512 << 20
        return side
    }

    private static let opposite: [ComparisonOutcome: ComparisonOutcome] = [
        .better: .worse, .worse: .better, .same: .same, .unknown: .unknown, .shown: .shown,
    ]

    private static func check(_ base: RunMeasures, _ candidate: RunMeasures) throws {
        let forth = try #require(try ComparisonModel.compare(base, candidate).pairs.first)
        let back = try #require(try ComparisonModel.compare(candidate, base).pairs.first)
        #expect(forth.lines.map(\.metric) == back.lines.map(\.metric))
        for (line, other) in zip(forth.lines, back.lines) {
            #expect(opposite[line.outcome] == other.outcome, "\(line)\n\(other)")
            guard let effect = line.effect, let inverse = other.effect else {
                #expect((line.effect == nil) == (other.effect == nil))
                continue
            }
            if line.metric.isKept {
                #expect(
                    isLike(effect.low, -inverse.high, effect) && isLike(effect.high, -inverse.low, effect)
                )
            } else if let left = line.base, let right = other.base {
                #expect(
                    effect.low >= -left && effect.low <= effect.estimate && effect.estimate <= effect.high
                )
                #expect(
                    abs((1 + effect.low / left) * (1 + inverse.high / right) - 1) < 1e-6,
                    "\(line)\n\(other)"
                )
            }
        }
    }

    private static func isLike(_ left: Double, _ right: Double, _ effect: Estimate) -> Bool {
        abs(left - right) <= 1e-6 * (1 + abs(effect.low) + abs(effect.high))
    }

    @Test(
        "says the opposite of two runs, with reciprocal intervals of which none takes away more than there is"
    )
    func runs() throws {
        for number in 1...12 as ClosedRange<UInt64> {
            let base = ComparisonModel.measures([Self.side(2 * number)], run: "a", seed: number)
            let candidate = ComparisonModel.measures([Self.side(2 * number + 1)], run: "b", seed: number + 50)
            try Self.check(base, candidate)
        }
    }

    @Test("says the opposite of series of runs")
    func series() throws {
        for number in 1...3 as ClosedRange<UInt64> {
            func series(_ name: String, _ first: UInt64) throws -> RunMeasures {
                let runs = (0..<3 as Range<UInt64>).map { index in
                    var side = Self.side(first)
                    side.life.seed = first + index
                    return ComparisonModel.measures([side], run: "\(name)\(index)", seed: first + index)
                }
                return try RunMeasures.merging(runs, as: name)
            }
            try Self.check(series("a", 10 * number), series("b", 10 * number + 5))
        }
    }

    @Test("says the opposite of two variants of one run")
    func oneRun() throws {
        var sides = [Self.side(4), Self.side(7)]
        (sides[0].name, sides[1].name) = ("old", "new")
        sides[0].role = .suspect
        let run = ComparisonModel.measures(sides)
        func pair(_ base: Int, _ candidate: Int) -> PairComparison {
            PairComparison(
                ComparedSide(run: run, variant: run.variants[base]),
                ComparedSide(run: run, variant: run.variants[candidate]),
                tolerances: Tolerances(),
                isStrict: false,
                settings: .standard
            )
        }
        let outcomes = zip(pair(0, 1).lines, pair(1, 0).lines).map { ($0.outcome, $1.outcome) }
        #expect(!outcomes.isEmpty && outcomes.allSatisfy { Self.opposite[$0] == $1 }, "\(outcomes)")
    }
}

@Suite("The figures of a comparison")
struct ComparisonFigureTests {
    @Test("are those of the run's report")
    func figures() throws {
        var recording = ComparisonModel.recording([ComparisonModel.Side()])
        recording.variants[0].pods[0].lives[0].latency.record(30_000, count: 900)
        recording.variants[0].pods[0].lives[0].latency.record(80_000, count: 100)
        let result = RunAnalysis().result(of: recording)
        let measures = RunMeasures(of: recording, result: result)
        var other = measures
        other.run = "b"
        let comparison = try ComparisonModel.compare(measures, other)
        let variant = try #require(result.variants.first)
        for (metric, reported) in [
            (ComparedMetric.cpu, variant.cpu.secondsPerMillionEvents),
            (.latencyP50, variant.latency.p50Millis),
            (.latencyP99, variant.latency.p99Millis), (.peakRSS, variant.rss.peakBytes?.rounded()),
        ] {
            let line = try #require(comparison.line(metric))
            #expect(line.base == reported && reported != nil, "\(line)")
            #expect(line.outcome == .same)
        }
    }

    @Test("that the whole run and its windows tell differently leave a line unknown, with both in its note")
    func disagreement() throws {
        let base = ComparisonModel.measures([ComparisonModel.Side()], run: "a")
        var candidate = ComparisonModel.measures([ComparisonModel.Side()], run: "b")
        var sound = base
        sound.variants[0].p99Millis = 35
        candidate.variants[0].p99Millis = 350
        let line = try #require(try ComparisonModel.compare(sound, candidate).line(.latencyP99))
        #expect(line.outcome == .unknown)
        #expect(line.note?.hasPrefix("it differs by +900 % over the whole run, and by ") == true, "\(line)")
    }
}
