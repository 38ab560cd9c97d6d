import LabCore

extension Finding {
    /// Why it flags its variant, as a sentence for people; `nil` for one within its limit.
    var reason: String? {
        guard isBeyondLimit, let limit else { return nil }
        let beyond = "beyond the limit of \(unit.text(limit))" + (overruns.map { ", \($0)" } ?? "")
        let remark = (predicted == nil ? note : nil).map { " (\($0))" } ?? ""
        let prediction = predicted.map { ", predicted \(unit.text($0))\(differenceText)" } ?? ""
        return "\(told) \(beyond)\(prediction)\(remark)"
    }

    /// The value with what it is of.
    private var told: String {
        let value = unit.text(value)
        let name = MetricName(metric).words
        switch kind {
        case .spike: return "\(name) spikes to \(value) its baseline,"
        case .plateau: return "\(name) levels off at \(value),"
        case .sawTooth: return "\(name) falls back only every \(value),"
        case .imbalance: return "the busiest of \(name) has \(value) the mean,"
        case .stampede: return "\(value) \(name) at once,"
        case .rising: return "\(name) rose by \(value) with the events and never fell,"
        case .crashLoop: return "a pod crashed \(value) times and was started again,"
        case .oomKills: return "\(value) kills at the memory limit,"
        case .stalled: return "nothing was committed for \(value) though there was work,"
        case .notDrained: return "\(value) events were left when the run ended,"
        case .pileUp:
            let end = rising == true ? " and still rising at the end," : ","
            return "\(value) \(name) begun and not done\(end)"
        }
    }

    private var overruns: String? {
        guard kind != .sawTooth, let times else { return nil }
        return times == 1 ? "once" : "\(grouped(times)) times"
    }
}

extension MetricName {
    /// As sentences call it.
    var words: String {
        switch self {
        case .heap: "live heap"
        case .rss: "resident memory"
        case .heapOutside: "memory outside of the heap"
        default: rawValue
        }
    }
}

/// What was asked for and could not be looked at, or was predicted and not seen, as sentences for people.
struct Unseen {
    private let run: [ObservedVariant]

    init(_ run: [ObservedVariant]) { self.run = run }

    /// Metrics with a limit, and resources, that nobody told in the whole run: most likely their names are misspelt.
    var metrics: [String] {
        guard let watched = run.first?.watched else { return [] }
        let lives = run.flatMap(\.lives)
        let companions = run.compactMap(\.companion)
        let limited = watched.rules.filter { $0.limit != nil }.compactMap { rule in
            (lives + companions).contains { $0.tells(rule) }
                ? nil : (rule.metric, "its \(rule.kind.rawValue)")
        }
        let resources = watched.resources.filter { name in
            !MetricName.standardResources.contains(name) && !lives.contains { !$0[name].isEmpty }
        }
        return (limited + resources.map { ($0.rawValue, "a leak of it") }).map { metric, what in
            "no pod reported “\(metric)”, so that \(what) could not be looked for: is the name right?"
        }
    }

    /// Plateaus that were predicted, and that no pod of the variant came up to within the run.
    static func plateaus(of variant: ObservedVariant) -> [String] {
        variant.recorded.header.predictions.compactMap { prediction in
            let metric = MetricName(prediction.metric)
            let highest = variant.lives.compactMap { $0[metric].values.max() }.max()
            guard prediction.kind == .plateau, let highest, highest < prediction.value else { return nil }
            return "\(metric.words) is predicted to level off at \(metric.unit.text(prediction.value)) "
                + "(\(prediction.note)), and came to \(metric.unit.text(highest))"
        }
    }
}

extension Life {
    fileprivate func tells(_ rule: FindingRule) -> Bool {
        guard rule.kind == .imbalance else { return !self[MetricName(rule.metric)].isEmpty }
        return metrics.contains { $0.rawValue.hasPrefix(rule.metric + ".") && !self[$0].isEmpty }
    }
}
