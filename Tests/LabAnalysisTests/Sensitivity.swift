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
        var heap = 0
        /// By resident memory against a control of the same model, its noise, phase and steps independent.
        var paired = 0

        var heapShare: Double { Double(heap) / Double(max(1, runs)) }
        var pairedShare: Double { Double(paired) / Double(max(1, runs)) }
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
            let heap = Growth.over([own], of: .heap, settings: settings)
            let paired = control.growth(of: .heap, in: [own], settings: settings)
            if heap?.verdict(settings) == .leaking { alarms.heap += 1 }
            if paired?.verdict(settings) == .leaking { alarms.paired += 1 }
        }
        return alarms
    }

    private func life(seed: UInt64, _ bytesPerEvent: Double) -> Life {
        LifeModel(seconds: seconds, model: model, seed: seed, bytesPerEvent: bytesPerEvent, memory: [.heap])
            .life()
    }
}
