import LabCore

@testable import LabAnalysis

/// One life with metrics of known levels, read at 10 Hz under a steady load of 1,000 events a second.
struct LevelModel: Sendable {
    /// At a second of the life.
    typealias Level = @Sendable (Double) -> Double

    var seconds = 60.0
    /// Wall seconds after the last event, if the pod was drained.
    var hold = 5.0
    var reason = "Completed"
    var levels: [MetricName: Level]

    init(_ levels: [MetricName: Level], seconds: Double = 60, hold: Double = 5, reason: String = "Completed")
    {
        self.levels = levels
        self.seconds = seconds
        self.hold = hold
        self.reason = reason
    }

    func recorded(index: Int = 0, start: Double = 0) -> RecordedLife {
        let times = (0...Int((seconds + hold) * 10)).map { Double($0) / 10 }
        let clock = times.map { nanoseconds(start + $0) }
        var series = levels.mapValues { level in Series(times: clock, values: times.map(level)) }
        series[.processed] = Series(
            times: clock,
            values: times.map { (min($0, seconds) * 1_000).rounded(.down) }
        )
        return RecordedLife(
            index: index,
            pid: 1,
            start: nanoseconds(start),
            end: nanoseconds(start + seconds + hold),
            exit: PodExit(reason: reason, code: reason == "Completed" ? 0 : 137),
            series: series,
            quiescentFrom: hold > 0 ? nanoseconds(start + seconds + 0.1) : nil
        )
    }

    /// The only finding of pods that live beside each other, with a warm-up of 10 s.
    static func finding(_ rule: FindingRule, in pods: LevelModel...) -> Finding? {
        let watched = WatchedMetrics(findings: [rule])
        let lives = pods.map {
            Life($0.recorded(), warmUp: 10, settings: .standard, watched: watched)
        }
        return VariantFindings(of: lives, timeScale: 1, settings: .standard).findings(for: [rule]).first
    }

    /// The result of a run of one variant with one pod.
    static func result(
        _ life: LevelModel,
        findings: [FindingRule] = [],
        resources: [String] = [],
        predictions: [Prediction] = []
    ) -> VariantResult? {
        var run = RunModel.alone(LifeModel()).recorded
        run.header.findings = findings
        run.header.resources = resources
        run.variants[0].header.predictions = predictions
        run.variants[0].pods[0].lives = [life.recorded()]
        return RunAnalysis().result(of: run).variants.first
    }

    static let mebibyte = 0x1p20
    static let flatHeap: Level = { _ in 20 * mebibyte }
}
