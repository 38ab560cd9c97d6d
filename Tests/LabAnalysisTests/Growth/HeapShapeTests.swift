import LabCore
import Testing

@testable import LabAnalysis

/// One life whose live heap has a known shape, read at 10 Hz under a steady load.
struct HeapModel: Sendable {
    var seconds = 300.0
    /// Events per wall second.
    var rate = 1_000.0
    /// Deviation of the readings, MiB, and the correlation of neighbouring ones.
    var noise = 0.2
    var correlation = 0.0
    var seed: UInt64 = 1
    var reason = "Completed"
    /// MiB at a second of the life.
    var mebibytes: @Sendable (Double) -> Double

    func recorded(index: Int = 0, start: Double = 0) -> RecordedLife {
        var random = Gaussian(seed: seed)
        var deviation = noise * random.next()
        let times = (0..<Int(seconds * 10)).map { Double($0) / 10 }
        let heap = times.map { time in
            deviation =
                correlation * deviation + noise * (1 - correlation * correlation).squareRoot() * random.next()
            return (mebibytes(time) + deviation) * 0x1p20
        }
        let clock = times.map { nanoseconds(start + $0) }
        return RecordedLife(
            index: index,
            pid: 1,
            start: nanoseconds(start),
            end: nanoseconds(start + seconds),
            exit: PodExit(reason: reason, code: reason == "Completed" ? 0 : 137),
            series: [
                .heap: Series(times: clock, values: heap),
                .processed: Series(times: clock, values: times.map { ($0 * rate).rounded(.down) }),
            ]
        )
    }

    /// Of pods that live beside each other, each life with noise of its own.
    static func findings(_ pods: [[HeapModel]], timeScale: Double = 1) -> [Finding] {
        let lives = pods.enumerated().flatMap { pod, lives in
            lives.enumerated().map { index, life in
                var life = life
                life.seed &+= UInt64(pod * 100 + index)
                let start = Double(index) * (life.seconds + 1)
                return Life(life.recorded(index: index, start: start), warmUp: 10, settings: .standard)
            }
        }
        return VariantFindings(of: lives, timeScale: timeScale, settings: .standard)
            .findings(for: FindingRule.standard)
    }

    /// Climbs by 12 MiB in `period`, of which the fall back takes the last `fall`.
    static func teeth(_ period: Double, fall: Double = 0.02) -> @Sendable (Double) -> Double {
        { time in
            let phase = (time / period + 0.3).truncatingRemainder(dividingBy: 1)
            return 20 + 12 * (phase < 1 - fall ? phase / (1 - fall) : (1 - phase) / fall)
        }
    }

    /// Grows by `growth` MiB in `seconds` seconds and then no more.
    static func filled(_ growth: Double, in seconds: Double) -> @Sendable (Double) -> Double {
        { 20 + growth * min(1, $0 / seconds) }
    }
}

@Suite("The shape of live heap is found") struct HeapShapeTests {
    @Test(
        "A saw-tooth, with its period in incident time",
        arguments: [8.0, 20, 45, 70],
        [(0.2, 0.0), (1.0, 0.0), (0.5, 0.995)]
    )
    func sawTooth(period: Double, noise: (Double, Double)) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let model = HeapModel(
                noise: noise.0,
                correlation: noise.1,
                seed: seed,
                mebibytes: HeapModel.teeth(period)
            )
            let findings = HeapModel.findings([[model]], timeScale: 10)
            let finding = try #require(findings.first, "seed \(seed)")
            #expect(findings.count == 1)
            #expect(finding.kind == .sawTooth && finding.metric == "heap" && finding.limit == nil)
            #expect(abs(finding.value - period * 10) <= period * 1.5)
        }
    }

    @Test("A plateau, with its level", arguments: [12.0, 20, 200], [40.0, 150])
    func plateau(growth: Double, seconds: Double) throws {
        for seed in 1...2 as ClosedRange<UInt64> {
            let model = HeapModel(seed: seed, mebibytes: HeapModel.filled(growth, in: seconds))
            let findings = HeapModel.findings([[model]])
            let finding = try #require(findings.first, "seed \(seed)")
            #expect(findings.count == 1)
            #expect(finding.kind == .plateau && finding.metric == "heap" && finding.limit == nil)
            let level = (20 + growth) * 0x1p20
            #expect(abs(finding.value - level) <= level * 0.05)
        }
    }

    /// Teeth of 12 MiB that are 20 to 90 s long.
    private let irregular: @Sendable (Double) -> Double = { time in
        let falls = [-20.0, 40, 60, 150, 180, 270, 360]
        let next = falls.firstIndex { $0 > time } ?? 1
        return 20 + 12 * (time - falls[next - 1]) / (falls[next] - falls[next - 1])
    }

    @Test("Neither where a heap is flat, leaks, creeps or follows the load", arguments: [0.05, 0.5, 3])
    func neither(noise: Double) {
        let shapes: [@Sendable (Double) -> Double] = [
            { _ in 20 }, { 20 + $0 * 2 }, { 20 + $0 * 0.05 },
            // Sine and triangle: a load that swells and fades.
            { 20 + 6 * sine($0 / 40) }, HeapModel.teeth(40, fall: 0.5),
            // Two teeth are none, nor are falls at irregular distances.
            HeapModel.teeth(140),
            irregular,
            // A step at the end of the run.
            { $0 < 240 ? 20 : 40 },
        ]
        for (index, shape) in shapes.enumerated() {
            for seed in 1...2 as ClosedRange<UInt64> {
                for correlation in [0, 0.995] {
                    let model = HeapModel(
                        noise: noise,
                        correlation: correlation,
                        seed: seed,
                        mebibytes: shape
                    )
                    let findings = HeapModel.findings([[model]])
                    #expect(findings.isEmpty, "shape \(index), seed \(seed), correlation \(correlation)")
                }
            }
        }
    }

    @Test("None in the verdict's models of a leak and of none, the saw-tooth and what fills up apart")
    func models() {
        let shapeless = MemoryModel.allCases.filter { ![.sawTooth, .warmUp, .filling, .steps].contains($0) }
        for model in shapeless {
            for leak in [0, 21_000.0] {
                for seed in 1...2 as ClosedRange<UInt64> {
                    let life = LifeModel(seconds: 110, model: model, seed: seed, bytesPerEvent: leak)
                    let findings = RunModel.alone(life).result.variants.flatMap(\.findings)
                    #expect(findings.isEmpty, "\(model), leak \(leak), seed \(seed)")
                }
            }
        }
    }

    @Test("Climb, kill, restart is no saw-tooth, and a life that was killed full has not levelled off")
    func waves() {
        let climb = HeapModel(seconds: 30, reason: "OOMKilled") { 20 + 4 * $0 }
        #expect(HeapModel.findings([Array(repeating: climb, count: 8)]).isEmpty)
        let full = HeapModel(reason: "OOMKilled", mebibytes: HeapModel.filled(40, in: 100))
        #expect(HeapModel.findings([[full]]).isEmpty)
        #expect(WaveModel().recorded().allSatisfy { $0.series[.heap] == nil || $0.exit?.code == 137 })
    }

    @Test("A load that fades away does not make a leak a plateau") func fadingLoad() {
        var life = HeapModel { 20 + 0.2 * min($0, 100) }.recorded()
        let times = life.series[.processed]?.times ?? []
        let events = times.map { min(Double($0) / 1e9, 100) * 1_000 + max(0, Double($0) / 1e9 - 100) * 0.1 }
        life.series[.processed] = Series(times: times, values: events.map { $0.rounded(.down) })
        let lives = [Life(life, warmUp: 10, settings: .standard)]
        #expect(
            VariantFindings(of: lives, timeScale: 1, settings: .standard)
                .findings(for: FindingRule.standard).isEmpty
        )
    }

    @Test("Half of the pods must show it, and the median of those is told") func pods() throws {
        let flat = HeapModel { _ in 20 }
        let (short, long) = (
            HeapModel(mebibytes: HeapModel.teeth(20)), HeapModel(mebibytes: HeapModel.teeth(30))
        )
        #expect(HeapModel.findings([[flat], [flat], [short]]).isEmpty)
        let finding = try #require(HeapModel.findings([[flat], [short], [long], [flat]]).first)
        #expect(abs(finding.value - 25) < 1.5)
    }

    @Test("The result tells them, and findings without a limit flag nothing") func flags() throws {
        var run = RunModel.alone(LifeModel()).recorded
        run.header.timeScale = 10
        run.variants[0].pods[0].lives = [HeapModel(mebibytes: HeapModel.teeth(20)).recorded()]
        let variant = try #require(RunAnalysis().result(of: run).variants.first)
        #expect(variant.findings.map(\.kind) == [.sawTooth] && !variant.flagged)
        #expect(abs((variant.findings.first?.value ?? 0) - 200) < 30)
    }

    @Test(
        "What levels off before the last third is bounded, if what it does afterwards leaves no room for a leak",
        arguments: [20.0, 200],
        [0.35, 0.5, 0.65]
    )
    func bounded(growth: Double, share: Double) throws {
        var run = RunModel.alone(LifeModel()).recorded
        let shape = HeapModel.filled(growth, in: 10 + 290 * share)
        for (noise, allowed) in [(0.05, [Verdict.bounded]), (0.5, [.bounded, .inconclusive])] {
            run.variants[0].pods[0].lives = [
                HeapModel(noise: noise, correlation: 0.95, mebibytes: shape).recorded()
            ]
            let variant = try #require(RunAnalysis().result(of: run).variants.first)
            #expect(variant.findings.map(\.kind) == [.plateau])
            #expect(allowed.contains(variant.verdict), "\(variant.because)")
        }
    }

    @Test("A few readings have no shape", arguments: [0, 1, 2, 5, 14]) func few(count: Int) {
        var life = HeapModel(mebibytes: HeapModel.teeth(20)).recorded()
        let heap = life.series[.heap] ?? Series()
        let kept = (0..<count).map { $0 * 200 }
        life.series[.heap] = Series(times: kept.map { heap.times[$0] }, values: kept.map { heap.values[$0] })
        let lives = [Life(life, warmUp: 10, settings: .standard)]
        #expect(
            VariantFindings(of: lives, timeScale: 1, settings: .standard)
                .findings(for: FindingRule.standard).isEmpty
        )
    }
}
