import LabCore
import Testing

@testable import LabAnalysis

/// Few seeds of what ``SensitivityTable`` measures over a thousand.
@Suite("False alarms and sensitivity")
struct SensitivityTests {
    static let lengths: [Double] = [60, 110]

    /// Of live heap.
    ///
    /// Teeth of up to 60 s can rise through a whole run of 60 s, about one in ten; growth that levels off under noise,
    /// 3 %; steps, 1 %. docs/verdict.md has the table.
    @Test("Memory that does not leak", arguments: MemoryModel.allCases, lengths)
    func falseAlarms(model: MemoryModel, seconds: Double) {
        let alarms = Sensitivity(model: model, seconds: seconds).alarms(runs: 50)
        let allowed =
            switch model {
            case .sawTooth: seconds == 60 ? 9 : 2
            case .creep, .steps: 3
            case .quiet, .correlatedNoise, .warmUp, .filling: 0
            }
        #expect(alarms.heap.leaking <= allowed)
        #expect(alarms.paired.leaking <= (model == .sawTooth || model == .steps ? 1 : 0))
    }

    @Test("A leak of 21,000 bytes per event is always found", arguments: MemoryModel.allCases, lengths)
    func reference(model: MemoryModel, seconds: Double) {
        let alarms = Sensitivity(model: model, seconds: seconds, bytesPerEvent: 21_000).alarms(runs: 20)
        #expect(alarms.heap.leaking == 20)
        #expect(alarms.paired.leaking == 20)
    }

    /// docs/verdict.md has the table.
    @Test(
        "A leak of 80 bytes per event is found",
        arguments: [
            (.quiet, 60, 0.96, 0.96), (.quiet, 110, 0.98, 0.98), (.correlatedNoise, 60, 0.4, 0.3),
            (.correlatedNoise, 110, 0.9, 0.85), (.creep, 60, 0.8, 0.3), (.creep, 110, 0.9, 0.85),
        ] as [(MemoryModel, Double, Double, Double)]
    )
    func eighty(model: MemoryModel, seconds: Double, heap: Double, paired: Double) {
        let alarms = Sensitivity(model: model, seconds: seconds, bytesPerEvent: 80).alarms(runs: 50)
        #expect(alarms.heapShare >= heap)
        #expect(alarms.pairedShare >= paired)
    }

    /// What rises by less than 8 MiB is a leak if it is seen to be a straight line.
    @Test(
        "A leak of 32 bytes per event is found where memory is quiet, and nowhere called bounded",
        arguments: MemoryModel.allCases,
        lengths
    )
    func thirtyTwo(model: MemoryModel, seconds: Double) {
        let alarms = Sensitivity(model: model, seconds: seconds, bytesPerEvent: 32).alarms(runs: 50)
        if model == .quiet { #expect(alarms.heapShare == 1) }
        #expect(alarms.heap.bounded <= (model == .correlatedNoise ? 1 : 0))
    }

    @Test("A leak just above the smallest detectable is found, half of it is not")
    func promise() throws {
        let growth = try #require(
            Growth.over([LifeModel(seconds: 110, memory: [.heap]).life()], of: .heap, settings: .standard)
        )
        let smallest = growth.smallestDetectable(.standard)
        let model = Sensitivity(model: .quiet, seconds: 110, bytesPerEvent: 1.05 * smallest)
        #expect(model.alarms(runs: 50).heapShare >= 0.8)
        var half = model
        half.bytesPerEvent = smallest / 2
        #expect(half.alarms(runs: 50).heapShare <= 0.1)
    }

    private func sign(_ lives: [Life]) -> MemorySign {
        Courses(lives, of: .heap, settings: .standard) { life, windows in
            windows.minima(of: life[.heap], in: life)
        }.sign(.heap)
    }

    @Test("Lives too short for windows of their own are pooled, and show a leak") func pooled() throws {
        let lives = (0..<8).map { LifeModel.killed(after: 3, leaking: 21_000).life(start: Double($0) * 10) }
        let pool = sign(lives)
        let growth = try #require(pool.growth)
        #expect(abs(growth.estimate.estimate - 21_000) < 200)
        #expect(pool.verdict == .leaking)
        #expect(sign(Array(lives.prefix(1))).growth == nil)
    }

    @Test("Short lives that do not leak raise no alarm when pooled, and show nothing else", arguments: 1...10)
    func pooledFalseAlarms(seed: Int) {
        let lives = (0..<8).map { index in
            var model = LifeModel.killed(after: 3)
            model.model = .correlatedNoise
            model.seed = UInt64(seed * 100 + index)
            return model.life(start: Double(index) * 10)
        }
        #expect(sign(lives).verdict == .inconclusive)
    }
}
