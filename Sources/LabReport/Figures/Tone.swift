import LabCore

/// What a piece of text wants to say by its colour; never the only thing that says it.
package enum Tone: Sendable, Hashable {
    case plain
    case muted
    case strong
    case good
    case warning
    case bad
    /// The colour of a variant's line in charts, by ``SeriesStyle/index``.
    case series(Int)
}

extension Verdict {
    /// A verdict's sign, so that colour is never needed to tell verdicts apart.
    package var sign: String {
        switch self {
        case .leaking: "▲"
        case .bounded: "✓"
        case .inconclusive: "?"
        }
    }

    /// Such as `▲ leaking`, or `! bounded, flagged` where a finding is beyond its limit.
    func text(flagged: Bool) -> String {
        flagged && self != .leaking ? "! \(rawValue), flagged" : "\(sign) \(rawValue)"
    }

    func tone(flagged: Bool) -> Tone { flagged && self == .bounded ? .warning : tone }

    package var tone: Tone {
        switch self {
        case .leaking: .bad
        case .bounded: .good
        case .inconclusive: .warning
        }
    }
}

extension LagStatus {
    package var tone: Tone {
        switch self {
        case .ok: .good
        case .lagging: .warning
        case .stalled, .stopped: .bad
        }
    }
}

extension VariantResult {
    package var verdictText: String { verdict.text(flagged: flagged) }
    package var verdictTone: Tone { verdict.tone(flagged: flagged) }

    /// Such as `fix, control`.
    var roleText: String { control ? "\(role.rawValue), control" : role.rawValue }
}

extension Evidence {
    /// The estimate with its interval and unit: `20.6 KiB/event (20.5 – 20.7)`.
    var estimateText: String {
        guard let estimate else { return Figure.unknown }
        let middle = Figure.measure(estimate.estimate, unit: unit)
        guard estimate.low != estimate.high else { return middle }
        let (low, high) = (
            Figure.measure(estimate.low, unit: unit), Figure.measure(estimate.high, unit: unit)
        )
        let texts = [middle, low, high].map { $0.split(separator: " ", maxSplits: 1) }
        if low == middle, high == middle { return middle }
        guard texts.allSatisfy({ $0.count == 2 && $0.last == texts[0].last }) else {
            return "\(middle) (\(low) – \(high))"
        }
        return "\(middle) (\(texts[1][0]) – \(texts[2][0]))"
    }

    var thresholdText: String { Figure.measure(threshold, unit: unit) }

    var windowText: String { windowSeconds.map { Figure.duration($0) } ?? "exact" }
}
