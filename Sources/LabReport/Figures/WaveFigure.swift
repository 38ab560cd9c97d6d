import LabCore

/// A prediction beside what came of it.
struct WaveFigure: Sendable, Hashable {
    /// Whose it is, such as `production, mitigation`.
    var owner: String
    var name: String
    var predicted: String
    var observed: String
    /// How far the prediction was off.
    var error: String

    /// Of every segment in which pods were killed, in order.
    static func all(of result: RunResult) -> [WaveFigure] {
        result.variants.flatMap { variant in
            variant.segments.filter { $0.waves.lives > 0 }.flatMap { figures(of: $0, in: variant) }
        }
    }

    private static func figures(
        of segment: VariantResult.Segment,
        in variant: VariantResult
    ) -> [WaveFigure] {
        let owner = variant.owner(of: segment)
        let waves = segment.waves
        let events = WaveFigure(
            owner: owner,
            name: "events to OOM per life",
            predicted: count(waves.predictedEventsToOOM),
            observed: count(waves.eventsToOOM),
            error: lifeError(waves)
        )
        let period = WaveFigure(
            owner: owner,
            name: "wave period",
            predicted: Figure.duration(waves.predictedPeriodSeconds),
            observed: Figure.duration(waves.periodSeconds),
            error: error(waves.predictedPeriodSeconds, waves.periodSeconds)
        )
        let ratio = waves.ratio.map { ratio in
            WaveFigure(
                owner: owner,
                name: "period ÷ that of \(ratio.against)",
                predicted: times(ratio.predicted),
                observed: times(ratio.observed),
                error: error(ratio.predicted, ratio.observed)
            )
        }
        return [events, period, ratio].compactMap(\.self)
    }

    private static func lifeError(_ waves: VariantResult.Waves) -> String {
        guard let median = Figure.sane(waves.medianErrorPercent) else { return Figure.unknown }
        guard let worst = Figure.sane(waves.worstErrorPercent) else { return percent(median) }
        return "\(percent(median)), worst \(percent(worst))"
    }

    private static func error(_ predicted: Double?, _ observed: Double?) -> String {
        guard let predicted = Figure.sane(predicted), let observed = Figure.sane(observed), observed != 0,
            let share = Figure.sane((predicted - observed) / observed * 100)
        else { return Figure.unknown }
        return (share > 0 ? "+" : "") + percent(share)
    }

    private static func percent(_ value: Double) -> String { "\(decimal(value, places: 1)) %" }

    private static func count(_ value: Double?) -> String {
        Figure.sane(value).map { grouped(Int64($0.rounded())) } ?? Figure.unknown
    }

    private static func times(_ value: Double) -> String {
        Figure.sane(value).map { "\(decimal($0, places: 1))×" } ?? Figure.unknown
    }
}

extension VariantResult {
    /// The variant's name, and the segment's if there are several.
    func owner(of segment: Segment) -> String {
        segments.count > 1 ? "\(name), \(segment.name)" : name
    }

    /// Such as `24.1 s → 5 m 2 s`: the periods of the segments in which pods were killed.
    var wavePeriods: String? {
        let periods = segments.filter { $0.waves.lives > 0 }.compactMap(\.waves.periodSeconds)
        return periods.isEmpty ? nil : periods.map { Figure.duration($0) }.joined(separator: " → ")
    }
}

extension RunResult {
    /// How the ratio of two periods comes about, in words and letters; `nil` if no two were compared.
    var ratioExplanation: String? {
        let segments = variants.flatMap(\.segments)
        guard segments.contains(where: { $0.waves.ratio != nil }) else { return nil }
        let formula = fourfold ? "4·(4·L − b) ÷ (L − b), somewhat above 16" : "k·(m·L − b) ÷ (L − b)"
        let change =
            fourfold
            ? "Four times the pods and four times the limit" : "k times the pods and m times the limit"
        return
            "\(change) make a wave \(formula) times as long: L is the limit before, b what an idle pod is "
            + "charged. Another rate of events is allowed for."
    }

    /// Whether what was compared had four times the pods and four times the limit.
    private var fourfold: Bool {
        variants.contains { variant in
            zip(variant.segments, variant.segments.dropFirst()).contains { before, after in
                guard let old = before.memoryLimitBytes, let new = after.memoryLimitBytes else {
                    return false
                }
                return after.waves.ratio != nil && Double(new) == 4 * Double(old)
                    && Double(after.replicas) == 4 * Double(before.replicas)
            }
        }
    }
}
