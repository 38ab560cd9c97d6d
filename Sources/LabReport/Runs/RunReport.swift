package import LabCore

/// What every report is made from: a recorded run, its result, and the figures of the real incident behind it.
///
/// Reports are pure functions of this value: the same value gives the same bytes on every machine, at any time.
package struct RunReport: Sendable, Hashable {
    package var recording: RecordedRun
    package var result: RunResult
    /// Figures of the original incident, shown beside the run's own.
    ///
    /// The label is that of a row of the comparison
    /// (such as `heap/event`) or free text, which is listed on its own.
    package var original: [LabelledValue]
    /// The scenario's file as it was named on the command line; `nil` for one that the program carries, and where nobody knows.
    package var scenarioFile: String?
    /// By variant, where its heap grew, as its profiles show it; empty without any.
    package var growth: [String: CallTree]

    package init(
        recording: RecordedRun,
        result: RunResult,
        original: [LabelledValue] = [],
        growth: [String: CallTree] = [:]
    ) {
        self.recording = recording
        self.result = result
        self.original = original
        self.growth = growth
    }

    package var header: RunHeader { recording.header }

    /// The header of a variant of the result; `nil` if the recording does not know it.
    func variantHeader(named name: String) -> VariantHeader? {
        header.variants.first { $0.name == name }
            ?? recording.variants.first { $0.header.name == name }?.header
    }

    /// Incident time per wall time; 1 where the recording holds nonsense.
    var timeScale: Double {
        header.timeScale.isFinite && header.timeScale > 0 ? header.timeScale : 1
    }

    /// That the scenario's first rate is written in; `nil` if that is not known.
    var rateUnit: RateUnit? { RateUnit.first(in: header.scenarioText, overrides: header.overrides) }

    /// Of the recording, nanoseconds of wall time.
    var end: Int64 { recording.end }

    /// How long the run took, in incident time and, where that differs, in wall time: `20 m (2 m at 10×)`.
    var durationText: String {
        let wall = Double(end) / 1e9
        guard timeScale != 1 else { return Figure.duration(wall) }
        return "\(Figure.duration(wall * timeScale)) (\(Figure.duration(wall)) at \(abbreviated(timeScale))×)"
    }
}
