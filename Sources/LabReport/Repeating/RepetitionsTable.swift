import LabCore

/// What all reports show of several repetitions.
struct RepetitionsTable {
    struct Row {
        var title: String
        /// In the order of ``columns``.
        var cells: [String]
    }

    static let columns = ["mean", "98 % interval", "spread", "n"]

    let rows: [Row]

    init(_ variant: RepetitionsResult.Variant) {
        let lost = Row(
            title: ComparedMetric.lost.title,
            cells: [variant.lost.map { grouped($0) } ?? "unknown", "in all together", "", ""]
        )
        rows = [lost] + variant.figures.map(Self.row)
    }

    private static func row(_ figure: RepeatedFigure) -> Row {
        let metric = figure.metric
        let interval = figure.interval.map {
            $0.low == $0.high ? "exact" : "\(metric.text($0.low)) to \(metric.text($0.high))"
        }
        return Row(
            title: metric.title,
            cells: [
                figure.estimate.map(metric.text) ?? Figure.unknown, interval ?? Figure.unknown,
                figure.standardDeviation.map { "± \(metric.text($0))" } ?? Figure.unknown, "\(figure.n)",
            ]
        )
    }
}

extension RepetitionsResult {
    /// The outcome in one or two sentences.
    var headline: String {
        guard used > 0 else { return "No repetition was whole and valid: nothing is known of the variants." }
        guard valid else { return "Most repetitions are invalid: they say nothing about the variants." }
        let groups = Verdict.allCases.compactMap { verdict -> String? in
            let names = variants.filter { $0.verdict == verdict }.map(\.name)
            return names.isEmpty ? nil : "\(verdict.rawValue): \(names.joined(separator: ", "))"
        }
        let number = used == asked ? "\(used)" : "\(used) of \(asked)"
        return "Of \(number) repetitions, \(groups.joined(separator: "; "))."
    }

    /// Such as `service-per-event · rep-… · sequential · seeds from 1`.
    var facts: String {
        [scenario, id, schedule, "seeds from \(seed)"].joined(separator: " · ")
    }

    var exitText: String {
        "\(exitStatus): \(ExitStatus(rawValue: exitStatus)?.meaning ?? "unknown")"
    }

    /// Such as `4 of 5 expectations met`; `nil` for a scenario without any.
    var expectationsSummary: String? {
        guard !expectations.isEmpty else { return nil }
        let noun = expectations.count == 1 ? "expectation" : "expectations"
        return "\(expectations.count(where: \.met)) of \(expectations.count) \(noun) met"
    }
}

extension RepetitionsResult.Repetition {
    /// Such as `per-event leaking, singleton bounded`, then why it was not used.
    var outcome: String {
        let verdicts = verdicts.map { "\($0.variant) \($0.verdict.rawValue)" }.joined(separator: ", ")
        guard use != .used else { return verdicts }
        let reasons = because.isEmpty ? "" : ": \(because.joined(separator: "; "))"
        return "\(use.rawValue)\(reasons)"
    }
}

extension RepetitionsResult.Variant {
    var verdictText: String {
        flagged && verdict != .leaking
            ? "! \(verdict.rawValue), flagged" : "\(verdict.sign) \(verdict.rawValue)"
    }

    var tone: Tone { flagged && verdict == .bounded ? .warning : verdict.tone }

    /// `nil` where no growth was told.
    var detectableText: String? {
        smallestDetectableBytesPerEvent.map {
            "the smallest leak that these repetitions would have found: \(Figure.bytes($0)) per event"
        }
    }
}
