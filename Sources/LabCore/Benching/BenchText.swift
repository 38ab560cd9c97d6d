/// Rates of benchmarks as people read them, whole from 100 a second on.
package enum RateText {
    /// Such as `12,400/s`.
    package static func of(_ perSecond: Double) -> String {
        guard perSecond.isFinite, abs(perSecond) < 1e15 else { return "–" }
        return (perSecond < 100 ? abbreviated(perSecond) : grouped(Int64(perSecond.rounded()))) + "/s"
    }
}

extension StepOutcome {
    /// One word.
    package var text: String {
        switch self {
        case .sustained: "sustained"
        case .failed: "failed"
        case .unreached: "load not reached"
        case .unknown: "not judged"
        }
    }
}

extension SustainedRate {
    /// Such as `12,400/s; failed at 12,800/s`, or `at least 64,000/s, limited by the producer or the broker`.
    package var text: String {
        let sustained = perSecond.map { RateText.of($0) }
        let failed = failedPerSecond.map { RateText.of($0) }
        switch limit {
        case .consumer:
            let low = sustained ?? failed.map { "below \($0)" } ?? "unknown"
            return low + (sustained == nil ? "" : failed.map { "; failed at \($0)" } ?? "")
        case .load:
            guard let sustained else { return "unknown: the load could not be made" }
            return "at least \(sustained), limited by the producer or the broker"
        case .highestAllowed:
            guard let sustained else { return "unknown" }
            return "at least \(sustained), the highest that was to be tried"
        case .ended, .unknown:
            let reason = limit == .ended ? "not searched to the end" : "steps could not be judged"
            let bracket = [sustained.map { "sustained \($0)" }, failed.map { "failed at \($0)" }]
            return (bracket.compactMap(\.self) + [reason]).joined(separator: "; ")
        }
    }
}
