import LabCore

/// What a comparison of two variants comes to, as a person would tell it who has to decide on a release.
struct PairWords {
    private let pair: PairComparison
    private let base: String
    private let candidate: String

    init(_ pair: PairComparison) {
        self.pair = pair
        let names = (pair.base.variant.name, pair.candidate.variant.name)
        base = names.0 == names.1 ? "the base" : names.0
        candidate = names.0 == names.1 ? "the candidate" : names.1
    }

    var headline: String {
        guard pair.base.run.valid, pair.candidate.run.valid else {
            let place = pair.candidate.run.valid ? "base" : "candidate"
            return "Undecided: the run of the \(place) is invalid."
        }
        switch pair.outcome {
        case .better: return better
        case .same, .shown: return same
        case .worse: return worse
        case .mixed: return mixed
        case .unknown:
            let isRepeated = pair.base.isRepeated || pair.candidate.isRepeated
            let advice = isRepeated ? "Repeat more often" : "Run longer"
            return "Undecided: \(openThings). \(advice), or on a quieter machine."
        }
    }

    private var better: String {
        if pair.isCure { return "Ship \(candidate): \(cure), and \(nothingWorse)." }
        guard pair.candidate.isSafe else {
            return
                "\(capitalised(candidate)) is better than \(base), but no fix: it \(fault(pair.candidate))."
        }
        return "Ship \(candidate): better in \(titles(.better)), and \(nothingWorse)."
    }

    private var nothingWorse: String {
        let open = pair.lines(.unknown).map(\.metric.title)
        return open.isEmpty
            ? "nothing is worse" : "nothing is known to be worse (\(Self.list(open)) cannot be decided)"
    }

    private var same: String {
        guard pair.candidate.isSafe else {
            return
                "\(capitalised(candidate)) is the same as \(base), and no fix: it \(fault(pair.candidate))."
        }
        return
            "Nothing speaks against \(candidate): it is the same as \(base) within the tolerances, and keeps nothing per event."
    }

    private var worse: String {
        let isNewFault = pair.base.isSafe && !pair.candidate.isSafe
        guard isNewFault else { return "Do not ship \(candidate): \(worseThings)." }
        return "Do not ship \(candidate): it \(fault(pair.candidate)), which \(base) does not."
    }

    private var mixed: String {
        if pair.isCure { return "Ship \(candidate) if the price is right: \(cure), but \(worseThings)." }
        return "Do not ship \(candidate) as it is: \(worseThings); better in \(titles(.better))."
    }

    /// What the base does that the candidate does not.
    private var cure: String { "\(base) \(fault(pair.base)), \(candidate) does not" }

    private var worseThings: String {
        let things = pair.lines(.worse).map(told)
        if !things.isEmpty { return things.joined(separator: ", ") }
        return "it \(fault(pair.candidate))"
    }

    private var openThings: String {
        if pair.candidate.variant.verdict == .inconclusive {
            let reason = pair.candidate.variant.because.first.map { " (\($0))" } ?? ""
            return "\(candidate) came to no verdict\(reason)"
        }
        let titles = pair.lines(.unknown).map(\.metric.title)
        return titles.isEmpty ? "\(base) came to no verdict" : "\(Self.list(titles)) cannot be decided"
    }

    private func titles(_ outcome: ComparisonOutcome) -> String {
        let titles = pair.lines(outcome).map(\.metric.title)
        return titles.isEmpty ? "its verdict" : Self.list(titles)
    }

    /// Such as `keeps 1.000 tasks and 21.1 KiB of heap per event`.
    private func fault(_ side: ComparedSide) -> String { Self.fault(of: side) }

    static func fault(of side: ComparedSide) -> String {
        let variant = side.variant
        var faults: [String] = []
        if variant.verdict == .leaking {
            faults.append(leak(of: variant))
            if let seconds = variant.timeToOOM?.seconds?.estimate, let limit = variant.timeToOOM?.limitBytes {
                let time = ComparedMetric.timeToOOM.text(seconds)
                faults.append("reaches \(ByteCount.describe(Double(limit))) after \(time)")
            }
        } else if variant.flagged {
            faults.append(flag(of: variant))
        }
        if let lost = variant.lost, lost > 0 { faults.append("loses \(grouped(lost)) events") }
        if side.isFailing, let failed = variant.failedEvents { faults.append("fails \(failed.text)") }
        if faults.isEmpty {
            faults.append(variant.verdict == .inconclusive ? "came to no verdict" : "leaks nothing")
        }
        return list(faults)
    }

    /// What the verdict rests on, such as `leaks 1.000 tasks and 20.6 KiB of heap per event`.
    private static func leak(of variant: VariantMeasures) -> String {
        let kept = variant.decisiveLeaks.compactMap { amount(of: $0, in: variant) }
        guard kept.isEmpty else { return "leaks \(list(kept)) per event" }
        return "leaks" + (variant.because.first.map { " (\($0))" } ?? "")
    }

    /// `nil` where no amount is known.
    private static func amount(of metric: String, in variant: VariantMeasures) -> String? {
        func bytes(_ growth: VariantMeasures.Growth?, _ what: String) -> String? {
            (growth?.bytesPerEvent?.estimate).map { "\(ByteCount.describe($0)) of \(what)" }
        }
        switch MetricName(metric) {
        case .tasks:
            return (variant.tasks?.perEvent.estimate).map { "\(ComparedMetric.tasks.text($0)) tasks" }
        case .heap: return bytes(variant.heap, "heap")
        case .rss: return bytes(variant.rss, "memory")
        case .charge: return bytes(variant.charge, "charged memory")
        default:
            let resource = variant.resources.first { $0.name == metric }
            return (resource?.perEvent?.estimate).map { "\(ComparedMetric.tasks.text($0)) \(metric)" }
        }
    }

    /// Such as `is flagged (stampede of refreshesInFlight 26, limit 8)`.
    private static func flag(of variant: VariantMeasures) -> String {
        let beyond = variant.findings.filter(\.isBeyondLimit).map { finding in
            let line = ComparedMetric.finding(finding.name)
            let limit = finding.limit.map { ", limit \(line.text($0))" } ?? ""
            return "\(line.title) \(line.text(finding.value))\(limit)"
        }
        return beyond.isEmpty ? "is flagged" : "is flagged (\(beyond.joined(separator: "; ")))"
    }

    /// One sentence for each outcome that a line has, and of what cannot be decided one for each reason.
    var because: [String] {
        [
            sentence("better", pair.lines(.better).map(told)),
            sentence("worse", pair.lines(.worse).map(told)),
            sentence("the same within the tolerances", pair.lines(.same).map(\.metric.title)),
        ]
        .compactMap(\.self) + open
    }

    private var open: [String] {
        let lines = pair.lines(.unknown)
        let wide = lines.filter { $0.note == nil }.map {
            "\($0.metric.title) (\($0.intervalText), tolerance \($0.toleranceText))"
        }
        let notes = lines.compactMap(\.note)
        let reasons = notes.indices.filter { notes.firstIndex(of: notes[$0]) == $0 }.map { notes[$0] }
        let grouped = reasons.map { reason in
            "cannot be decided: "
                + PairWords.list(lines.filter { $0.note == reason }.map(\.metric.title)) + ", since \(reason)"
        }
        return [sentence("cannot be decided, since the interval is too wide", wide)].compactMap(\.self)
            + grouped
    }

    private func sentence(_ lead: String, _ things: [String]) -> String? {
        things.isEmpty ? nil : "\(lead): \(things.joined(separator: ", "))"
    }

    /// Such as `CPU/event +18 % (32.1 µs → 38.0 µs)`.
    private func told(_ line: ComparisonResult.Line) -> String {
        let values = "\(line.baseText) → \(line.candidateText)"
        guard !line.metric.isKept, line.effect != nil else { return "\(line.metric.title) \(values)" }
        return "\(line.metric.title) \(line.effectText) (\(values))"
    }

    private func capitalised(_ text: String) -> String {
        text.hasPrefix("the ") ? "The " + text.dropFirst(4) : text
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ things: [String]) -> String {
        guard let last = things.last, things.count > 1 else { return things.first ?? "" }
        return things.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension VariantMeasures {
    /// What a leak is made of, without what only follows from it; of files of before it was kept, what is beyond its threshold.
    fileprivate var decisiveLeaks: [String] {
        let counted = leaking.isEmpty ? leakingByFigures : leaking
        let heap = MetricName.heap.rawValue
        let resident = [MetricName.rss.rawValue, MetricName.charge.rawValue]
        let isFirst = counted.first { resident.contains($0) }
        return counted.filter { metric in
            !resident.contains(metric) || (metric == isFirst && !counted.contains(heap))
        }
    }

    private var leakingByFigures: [String] {
        func grows(_ growth: Growth?) -> Bool {
            guard let growth, let low = growth.bytesPerEvent?.low else { return false }
            return low > (growth.thresholdBytesPerEvent ?? MemoryThresholds.standard.bytesPerEvent)
        }
        let tasks = (tasks?.perEvent.estimate ?? 0) >= 0.001 ? [MetricName.tasks] : []
        let memory: [MetricName] = grows(heap) ? [.heap] : grows(rss) ? [.rss] : []
        return (tasks + memory).map(\.rawValue)
    }
}
