import LabCore
import Testing

@testable import LabAnalysis

@Suite("The census of live objects by size")
struct ObjectCensusTests {
    private static let size = MetricName.objects(ofBytes: 80)

    /// A life of a minute at 1,000 events/s, with one size class of a given course among quiet ones.
    private static func life(
        _ level: @escaping LevelModel.Level,
        seconds: Double = 60,
        more: [MetricName: LevelModel.Level] = [:]
    ) -> LevelModel {
        var levels: [MetricName: LevelModel.Level] = [.heap: LevelModel.flatHeap, .tasks: { _ in 3 }]
        for index in 1...36 {
            levels[.objects(ofBytes: 16 * index)] = { second in 500 + 8 * sine(second * Double(index) / 7) }
        }
        levels[size] = level
        return LevelModel(levels.merging(more) { $1 }, seconds: seconds)
    }

    private static func census(_ life: LevelModel, _ settings: AnalysisSettings = .standard) -> ObjectCensus?
    {
        ObjectCensus.over(
            [Life(life.recorded(), warmUp: 10, settings: settings)],
            against: nil,
            settings: settings
        )
    }

    /// One object more for every so many events.
    private static func leak(every events: Double, from start: Double = 700) -> LevelModel.Level {
        { second in start + (min(second, 60) * 1_000 / events).rounded(.down) }
    }

    @Test(
        "One object in 250 events is found where bytes are bounded, with its size, its pace and its interval"
    )
    func found() throws {
        let life = Self.life(Self.leak(every: 250))
        let census = try #require(Self.census(life))
        #expect(census.classes == 36 && census.tests == 36)
        let leak = try #require(census.leaks.first)
        #expect(census.leaks.count == 1 && leak.size == 80)
        let estimate = leak.growth.estimate
        #expect(estimate.low < 0.00401 && 0.00399 < estimate.high)
        #expect(estimate.high - estimate.low < 0.0005, "\(estimate)")
        let result = try #require(LevelModel.result(life))
        #expect(result.verdict == .leaking)
        let sentence = try #require(result.because.first { $0.contains("80 B") })
        #expect(sentence.hasPrefix("1 object of 80 B kept per 250 events (0.32 B per event; "), "\(sentence)")
        #expect(sentence.hasSuffix("tolerated 0.0005; 36 sizes looked at)"), "\(sentence)")
        let line = try #require(result.evidence.first { $0.metric == "objects:80" })
        #expect(line.says == "leaking" && line.threshold == 0.0005 && line.unit == "objects/event")
    }

    @Test("What a thread takes at once, and a table that is made on the way, hide no leak")
    func jumps() throws {
        let leak = Self.leak(every: 250)
        let census = try #require(
            Self.census(Self.life { leak($0) + ($0 < 44 ? 0 : 100) - ($0 < 21 ? 0 : 60) })
        )
        let estimate = try #require(census.leaks.first).growth.estimate
        #expect(estimate.low < 0.00401 && 0.00399 < estimate.high, "\(estimate)")
    }

    @Test("An object per event is counted in the plural of its pace")
    func many() throws {
        let census = try #require(Self.census(Self.life(Self.leak(every: 0.5))))
        #expect(
            census.sentences.first?.hasPrefix("2 objects of 80 B kept per event (160 B per event; ")
                == true
        )
    }

    private static let courses: [(String, LevelModel.Level)] = [
        ("nothing that moves", { _ in 700 }),
        ("a bounded cache that fills until second 35", { 700 + 40 * min($0, 35) }),
        ("a cache that fills slower and slower", { 700 + 3_000 * (1 - exponential(-$0 / 15)) }),
        ("a hash table that doubles", { second in Double([14.0, 21, 33, 51].count { second >= $0 }) }),
        (
            "the cache of a thread that is filled and emptied",
            { 700 + 200 * ($0 / 13).truncatingRemainder(dividingBy: 1) }
        ),
        (
            "the caches of threads that begin one after the other",
            { 700 + 200 * (($0 - 12) / 12).rounded(.down).clamped(0...3) }
        ),
        (
            "buffers of partitions that are assigned on the way",
            { 700 + (($0 - 12) / 8).rounded(.down).clamped(0...4) * 12 }
        ),
        ("a table that is made once", { $0 < 30 ? 700 : 5_700 }),
        ("two tables", { 700 + ($0 < 22 ? 0 : 2_000) + ($0 < 41 ? 0 : 2_000) }),
        ("a pool that follows the load up and down", { 700 + 900 * sine($0 / 40) }),
        ("a pool that grows to its size and stays", { 700 + min(400, 20 * max(0, $0 - 15)) }),
        ("what is given back when the pod falls idle", { $0 <= 60 ? 700 + 4 * $0 : 700 }),
        ("growth below what is tolerated", { 100_000 + ($0 * 1_000 / 2_500).rounded(.down) }),
        ("growth by fewer objects than a thread may keep", { 700 + (2 * $0).rounded(.down) }),
    ]

    @Test("What is bounded, comes once, or is given back is not flagged", arguments: courses.indices)
    func harmless(index: Int) throws {
        let (name, level) = Self.courses[index]
        let census = try #require(Self.census(Self.life(level)))
        #expect(census.leaks.isEmpty, "\(name): \(census.sentences)")
        #expect(LevelModel.result(Self.life(level))?.verdict == .bounded, "\(name)")
    }

    @Test("Of 200 lives with 40 classes that move by themselves, hardly any is flagged")
    func family() {
        var alarms = 0
        for seed in 1...200 {
            var levels: [MetricName: LevelModel.Level] = [.heap: LevelModel.flatHeap]
            for index in 1...40 {
                var random = Gaussian(seed: UInt64(seed * 1_000 + index))
                var (level, course) = (0.0, [Double]())
                for _ in 0...650 {
                    level = 0.97 * level + 12 * random.next()
                    course.append(2_000 + level.rounded())
                }
                let readings = course
                levels[.objects(ofBytes: 16 * index)] = { readings[min(650, Int($0 * 10))] }
            }
            if Self.census(LevelModel(levels))?.leaks.isEmpty == false { alarms += 1 }
        }
        #expect(alarms <= 4, "\(alarms) of 200")
    }

    @Test("More classes ask for more: the same rise is found among few and among very many with wider arms")
    func corrected() throws {
        let few = LevelModel([.heap: LevelModel.flatHeap, Self.size: Self.leak(every: 200)])
        let alone = try #require(Self.census(few)?.leaks.first)
        let among = try #require(Self.census(Self.life(Self.leak(every: 200)))?.leaks.first)
        #expect(among.growth.estimate.low <= alone.growth.estimate.low)
    }

    // MARK: - Beside a control

    private static func verdicts(_ suspect: Double, _ control: Double) -> [VariantResult] {
        var run = RunModel(variants: [
            RunModel.Variant(name: "subject", role: .suspect),
            RunModel.Variant(name: "other", isControl: true),
        ])
        run.memoryThresholds = MemoryThresholds(bytesPerEvent: 8, oneOffBytes: 4 << 20, objectsPerEvent: 0.01)
        var recorded = run.recorded
        for (index, pace) in [suspect, control].enumerated() {
            let level: LevelModel.Level = { 700 + (min($0, 60) * 1_000 * pace).rounded(.down) }
            recorded.variants[index].pods[0].lives = [life(level).recorded()]
        }
        return RunAnalysis().result(of: recorded).variants
    }

    @Test("What the control keeps too is not held against the other")
    func paired() throws {
        let alike = Self.verdicts(0.012, 0.008)
        #expect(alike.map(\.verdict) == [.bounded, .bounded], "\(alike.map(\.because))")
        let more = Self.verdicts(0.03, 0.008)
        #expect(more.map(\.verdict) == [.leaking, .bounded])
        let line = try #require(more[0].evidence.first { $0.metric == "objects:80" })
        #expect(line.against == "other")
        #expect(
            more[0].because.contains { $0.contains("kept per 45 events more than by other") },
            "\(more[0].because)"
        )
        #expect(Self.verdicts(0.03, 0.03).map(\.verdict) == [.leaking, .leaking])
    }

    @Test("What a scenario tolerates in bytes beyond the standard, it tolerates in objects of that size")
    func tolerated() {
        var settings = AnalysisSettings.standard
        #expect(settings.objectsPerEvent(ofBytes: 80) == 0.0005)
        settings.bytesPerEvent = 88
        #expect(settings.objectsPerEvent(ofBytes: 80) == 1)
        #expect(Self.census(Self.life(Self.leak(every: 2)), settings)?.leaks.isEmpty == true)
    }

    @Test("The census never makes bounded what is open elsewhere")
    func open() throws {
        let rising: LevelModel.Level = { 20 * LevelModel.mebibyte + 3e5 * max(0, $0 - 50) }
        let life = Self.life({ _ in 700 }, more: [.heap: rising])
        #expect(try #require(LevelModel.result(life)).verdict == .inconclusive)
    }

    @Test(
        "Of a command with workers, neither objects nor live heap are judged: an agent reads the first process alone"
    )
    func workers() throws {
        func foreign(_ processes: Double, hasAgent: Bool = true) -> Life {
            var more: [MetricName: LevelModel.Level] = [.processes: { _ in processes }]
            if hasAgent { more[.agentTime] = { $0 / 1_000 } }
            let model = Self.life(Self.leak(every: 250), more: more)
            return Life(model.recorded(), warmUp: 10, settings: .standard, isForeign: true)
        }
        #expect(foreign(2)[.heap].isEmpty && foreign(2)[Self.size].isEmpty)
        #expect(!foreign(1)[.heap].isEmpty && !foreign(1)[Self.size].isEmpty)
        // A heap that the program reports by itself is whole.
        #expect(!foreign(2, hasAgent: false)[.heap].isEmpty)
    }

    @Test("A command's bounded heap passes only if what lies outside of it is shown too")
    func outside() throws {
        func verdict(_ outside: @escaping LevelModel.Level) -> Verdict? {
            var run = RunModel.alone(LifeModel()).recorded
            run.variants[0].header.command = CommandHeader(text: "consumer", tasks: .threads)
            let model = LevelModel([
                .heap: LevelModel.flatHeap, .heapOutside: outside, .threads: { _ in 4 },
                .agentTime: { $0 / 1_000 },
                // Begins to rise: too little to judge by.
                .rss: { 60 * LevelModel.mebibyte + 3e5 * max(0, $0 - 50) },
            ])
            run.variants[0].pods[0].lives = [model.recorded()]
            return RunAnalysis().result(of: run).variants.first?.verdict
        }
        #expect(verdict { _ in 3e6 } == .bounded)
        #expect(verdict { 3e6 + 3e5 * max(0, $0 - 50) } == .inconclusive)
    }
}

extension Double {
    fileprivate func clamped(_ range: ClosedRange<Double>) -> Double {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
