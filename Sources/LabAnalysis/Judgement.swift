import LabCore

/// What the signs of a set of lives come to.
struct Judgement: Sendable {
    let verdict: Verdict
    /// What makes the verdict void.
    let obstacle: String?
    let reasons: [String]
    let signs: Signs

    /// - Parameters:
    ///   - lives: those that are judged together.
    ///   - control: `nil` for the control itself, and in a run without one.
    ///   - resources: what is judged as tasks are.
    ///   - load: of the whole run, without which nothing was as it was asked for.
    ///   - settings: the thresholds.
    init(
        of lives: LifeSet,
        against control: ControlComparison?,
        resources: [MetricName],
        load: ObservedLoad,
        settings: AnalysisSettings
    ) {
        signs = Signs(of: lives, against: control, resources: resources, settings: settings)
        obstacle = Because.obstacle(to: lives, load: load, settings: settings)
        verdict = obstacle == nil ? signs.verdict : .inconclusive
        reasons = Because(lives: lives, signs: signs, settings: settings)
            .sentences(for: verdict, isVoid: obstacle != nil)
    }

    var because: [String] { [obstacle].compactMap(\.self) + reasons }

    /// What would decide it, as a sentence; `nil` where memory leaves nothing open.
    func undecided(_ settings: AnalysisSettings, timeScale: Double) -> String? {
        if let garbage = signs.garbage, signs.heap?.growth == nil {
            return garbage.outlook(fewest: settings.fewestWindows)
        }
        return outlook(settings)?.sentence(timeScale: timeScale)
    }

    private func outlook(_ settings: AnalysisSettings) -> Outlook? {
        ([signs.heap].compactMap(\.self) + signs.resident).lazy.compactMap { Outlook($0, settings: settings) }
            .first
    }

    /// The size of a leak that would have been found; `nil` without a growth to tell it from.
    func smallestDetectable(_ settings: AnalysisSettings) -> Double? {
        (signs.heap?.growth ?? (signs.compared + signs.resident).compactMap(\.growth).first)?
            .smallestDetectable(settings)
    }
}

/// The judgements of a variant's segments, taken together.
///
/// One segment that leaks makes the variant leak; it is bounded only if every segment is. A segment that is too short
/// to be judged leaves the variant open, since a gate must not pass what nobody looked at.
struct SegmentJudgements: Sendable {
    private let parts: [(segment: ObservedSegment, judgement: Judgement)]

    init(_ parts: [(segment: ObservedSegment, judgement: Judgement)]) { self.parts = parts }

    /// Those on which the variant's verdict rests.
    private var judged: [(segment: ObservedSegment, judgement: Judgement)] {
        parts.count == 1 ? parts : parts.filter { $0.segment.exemption == nil }
    }

    var verdict: Verdict {
        let verdicts = Set(judged.map(\.judgement.verdict))
        if verdicts.contains(.leaking) { return .leaking }
        return verdicts == [.bounded] ? .bounded : .inconclusive
    }

    /// Of the segments that decide, each sentence under its segment's name if there are several.
    ///
    /// An obstacle of the whole variant is told first and once.
    func because(obstacle: String?) -> [String] {
        let deciding = judged.filter { $0.judgement.verdict == verdict }
        let reasons = deciding.flatMap { segment, judgement in
            let own = judgement.obstacle == obstacle ? judgement.reasons : judgement.because
            return parts.count == 1 ? own : own.map { "\(segment.header.name): \($0)" }
        }
        return [obstacle].compactMap(\.self) + reasons
    }

    /// Live heap was read in every segment that decides, and shown to be bounded.
    var showsBoundedHeap: Bool { judged.allSatisfy { $0.judgement.signs.heap?.verdict == .bounded } }

    /// What would decide the segments that are open; each under its segment's name if there are several.
    func undecided(_ settings: AnalysisSettings, timeScale: Double) -> [String] {
        judged.filter { $0.judgement.verdict == .inconclusive }.compactMap { segment, judgement in
            judgement.undecided(settings, timeScale: timeScale).map { sentence in
                parts.count == 1 ? sentence : "\(segment.header.name): \(sentence)"
            }
        }
    }

    /// Of all segments, each line under its segment's name if there are several.
    func evidence(_ settings: AnalysisSettings) -> [Evidence] {
        parts.flatMap { segment, judgement in
            judgement.signs.evidence(settings).map { line in
                guard parts.count > 1 else { return line }
                var named = line
                named.against += ", \(segment.header.name)"
                return named
            }
        }
    }

    /// Of the segment that could see least.
    func smallestDetectable(_ settings: AnalysisSettings) -> Double? {
        judged.compactMap { $0.judgement.smallestDetectable(settings) }.max()
    }
}
