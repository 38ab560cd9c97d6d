import LabCore

@testable import LabAnalysis

/// How often memory that behaves like a model is called leaking, with and without a true leak.
struct Sensitivity: Sendable {
    var model: MemoryModel
    /// Wall seconds under load.
    var seconds: Double
    var bytesPerEvent = 0.0

    struct Alarms: Sendable {
        var runs = 0
        /// By live heap against the threshold.
        var heap = Words()
        /// By resident memory against a control of the same model, its noise, phase and steps independent.
        var paired = Words()

        var heapShare: Double { Double(heap.leaking) / Double(max(1, runs)) }
        var pairedShare: Double { Double(paired.leaking) / Double(max(1, runs)) }
        var boundedShare: Double { Double(heap.bounded) / Double(max(1, runs)) }
    }

    struct Words: Sendable {
        var leaking = 0
        var bounded = 0

        mutating func count(_ verdict: Verdict?) {
            if verdict == .leaking { leaking += 1 }
            if verdict == .bounded { bounded += 1 }
        }
    }

    func alarms(runs: Int) -> Alarms {
        var alarms = Alarms(runs: runs)
        let settings = AnalysisSettings.standard
        for run in 0..<runs {
            let own = life(seed: UInt64(run) * 2 + 1, bytesPerEvent)
            let control = ControlComparison(
                name: "control",
                control: [life(seed: UInt64(run) * 2 + 2, 0)],
                isLeaking: false
            )
            let heap = Courses([own], of: .heap, settings: settings) { life, windows in
                windows.minima(of: life[.heap], in: life)
            }.sign(.heap)
            let paired = control.sign(.heap, of: [own], settings: settings)
            alarms.heap.count(heap.verdict)
            alarms.paired.count(paired.verdict)
        }
        return alarms
    }

    private func life(seed: UInt64, _ bytesPerEvent: Double) -> Life {
        LifeModel(seconds: seconds, model: model, seed: seed, bytesPerEvent: bytesPerEvent, memory: [.heap])
            .life()
    }
}
