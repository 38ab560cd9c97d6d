import LabCore
import Testing

@testable import LabAnalysis

@Suite("The thresholds of memory that a scenario sets")
struct MemoryThresholdTests {
    private func run(leaking bytesPerEvent: Double, _ thresholds: MemoryThresholds?) -> RunModel {
        var life = LifeModel(rate: 50_000, bytesPerEvent: bytesPerEvent)
        life.memory = [.heap]
        var run = RunModel.alone(life)
        run.memoryThresholds = thresholds
        return run
    }

    @Test(
        "A leak below the standards is found by lower ones, and none is found where there is none",
        arguments: [
            (1.0, nil, Verdict.bounded),
            (1, MemoryThresholds(bytesPerEvent: 0.25, oneOffBytes: 1 << 20), .leaking),
            (0, MemoryThresholds(bytesPerEvent: 0.25, oneOffBytes: 1 << 20), .bounded),
            // What a life keeps once does not come in a straight line.
            (1, MemoryThresholds(bytesPerEvent: 0.25, oneOffBytes: 8 << 20), .leaking),
        ]
    )
    func lowered(leak: Double, thresholds: MemoryThresholds?, expected: Verdict) {
        #expect(run(leaking: leak, thresholds).verdict == expected)
    }

    @Test("The evidence names the threshold that was held against it")
    func evidence() throws {
        let thresholds = MemoryThresholds(bytesPerEvent: 30, oneOffBytes: 0)
        let variant = try #require(run(leaking: 1, thresholds).result.variants.first)
        #expect(variant.evidence.first { $0.metric == "heap" }?.threshold == 30)
    }

    @Test("Without any, a recording is judged by the standards")
    func standards() {
        let settings = AnalysisSettings.standard
        #expect(settings.judging(RunHeader.empty) == settings)
    }
}
