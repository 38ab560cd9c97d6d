import LabCore

/// One row of the comparison; the raw value is its label in every report.
package enum ComparisonFigure: String, Sendable, Hashable, CaseIterable {
    case role
    case verdict
    case findings
    case produced
    case processed
    case lost
    case duplicated
    case failed
    case target
    case achieved
    case scheduleDelay = "delay p99"
    case tasksPerEvent = "tasks/event"
    case tasksLive = "tasks at end"
    case heapPerEvent = "heap/event"
    case rssPerEvent = "RSS/event"
    case chargePerEvent = "charge/event"
    case rssPeak = "RSS peak"
    case heapPeak = "heap peak"
    case timeToOOM = "time to OOM"
    case limit = "at limit"
    case oomKills = "OOM kills"
    case wavePeriod = "wave period"
    case latencyMedian = "latency p50"
    case latencyTail = "latency p99"
    case eventAge = "event age p99"
    case lagPeak = "lag peak"
    case lagFinal = "lag final"
    case lagStatus = "lag status"
    case cpu = "CPU/event"

    static let groups: [(title: String, figures: [ComparisonFigure])] = [
        ("Outcome", [.role, .verdict, .findings]),
        ("Events", [.produced, .processed, .lost, .duplicated, .failed]),
        ("Load", [.target, .achieved, .scheduleDelay]),
        ("Kept per event", [.tasksPerEvent, .tasksLive, .heapPerEvent, .rssPerEvent, .chargePerEvent]),
        ("Memory", [.rssPeak, .heapPeak, .timeToOOM, .limit, .oomKills, .wavePeriod]),
        ("Service", [.latencyMedian, .latencyTail, .eventAge, .lagPeak, .lagFinal, .lagStatus, .cpu]),
    ]

    /// Left out where no variant has it.
    func isKnown(of variants: [VariantResult]) -> Bool {
        switch self {
        case .wavePeriod: variants.contains { $0.wavePeriods != nil }
        case .eventAge: variants.contains { $0.eventAge.p99Seconds != nil }
        case .lagStatus: variants.contains { $0.lag.worstStatus != nil || $0.lag.status != nil }
        default: true
        }
    }

    /// What a reader cannot see from the label.
    var explanation: String {
        switch self {
        case .role: "What the variant is in this scenario; others are compared with the control."
        case .verdict: "Decided by effect size and its confidence interval."
        case .findings: "What is worth flagging besides growth."
        case .produced: "Confirmed by the broker."
        case .processed: "Produced and handled at least once."
        case .lost: "Produced and never handled; exact."
        case .duplicated:
            "Handled again; a lower bound, short by at most the pods' concurrency for each kill."
        case .failed: "The handler threw."
        case .target: "Mean of the schedule, incident time."
        case .achieved: "Mean of what was produced, incident time, and its share of the target."
        case .scheduleDelay: "How late the producer was against its schedule, wall time."
        case .tasksPerEvent: "Live tasks gained per processed event, exact."
        case .tasksLive: "Live tasks at the end of the run."
        case .heapPerEvent: "Live heap gained per processed event, as the allocator counts it."
        case .rssPerEvent: "Resident memory gained per processed event."
        case .chargePerEvent: "Memory as the limit counts it, gained per processed event."
        case .rssPeak: "Resident memory of all live pods together."
        case .heapPeak: "Live heap of all live pods together."
        case .timeToOOM:
            "From a pod's start until its charge reaches the limit, at the run's mean rate, incident time."
        case .limit: "The memory limit that the time to OOM is predicted for, per pod."
        case .oomKills:
            "Pods, and other processes of theirs, killed for exceeding their limit, and restarts of any kind."
        case .wavePeriod:
            "From the first event of a life to the first event of its pod’s next life, incident time."
        case .eventAge: "From the intended send time to the start of the handler, incident time."
        case .lagStatus: "While events were produced last, and the worst that was seen; incident time."
        case .latencyMedian, .latencyTail: "From the intended send time to the end of the handler, wall time."
        case .lagPeak, .lagFinal: "Events produced but not yet committed."
        case .cpu: "CPU time of the pods for each event."
        }
    }

    func cell(of variant: VariantResult, ratesIn unit: RateUnit?) -> Cell {
        switch self {
        case .role: .init(variant.roleText)
        case .verdict: .init(variant.verdictText, variant.verdictTone)
        case .findings: findingsCell(variant)
        case .produced: .init(grouped(variant.events.produced))
        case .processed: .init(grouped(variant.events.processed))
        case .lost: count(variant.events.lost, .bad)
        case .duplicated: count(variant.events.duplicated, .warning)
        case .failed: count(variant.events.failed, .warning)
        case .target, .achieved, .scheduleDelay: loadCell(variant.load, unit)
        case .tasksPerEvent, .tasksLive, .heapPerEvent, .rssPerEvent, .chargePerEvent: growthCell(variant)
        case .rssPeak, .heapPeak, .timeToOOM, .limit, .oomKills, .wavePeriod: memoryCell(variant)
        case .latencyMedian, .latencyTail, .eventAge, .lagPeak, .lagFinal, .lagStatus, .cpu:
            serviceCell(variant)
        }
    }
}

extension ComparisonFigure {
    private func findingsCell(_ variant: VariantResult) -> Cell {
        // What was looked for and is within its limit was not found.
        let found = variant.findings.filter { $0.limit == nil || $0.isBeyondLimit }
        guard !found.isEmpty else { return .init("none", .muted) }
        let kinds = found.map(\.kind.rawValue)
        let distinct = kinds.enumerated().filter { kinds.firstIndex(of: $0.element) == $0.offset }.map(
            \.element
        )
        return .init(
            distinct.joined(separator: ", "),
            found.contains(where: \.isBeyondLimit) ? .warning : .plain
        )
    }

    private func loadCell(_ load: VariantResult.Load, _ unit: RateUnit?) -> Cell {
        switch self {
        case .target: return .init(Figure.rate(perHour: load.targetPerHour, in: unit))
        case .scheduleDelay: return .init(Figure.milliseconds(load.scheduleDelayP99Millis))
        default:
            let rate = Figure.rate(perHour: load.achievedPerHour, in: unit)
            guard load.targetPerHour > 0, rate != Figure.unknown else { return .init(rate) }
            let share = load.achievedPerHour / load.targetPerHour
            return .init("\(rate) · \(Figure.percent(share))", share < 0.95 ? .warning : .plain)
        }
    }

    private func growthCell(_ variant: VariantResult) -> Cell {
        let tone: Tone = variant.verdict == .leaking ? .bad : .plain
        switch self {
        case .tasksPerEvent:
            let perEvent = variant.tasks.perEvent?.estimate
            return .init(Figure.perEvent(perEvent), (perEvent ?? 0) >= 0.001 ? tone : .plain)
        case .tasksLive: return .init(grouped(variant.tasks.end))
        case .heapPerEvent: return bytesPerEvent(variant.heap, tone)
        case .rssPerEvent: return bytesPerEvent(variant.rss, tone)
        default: return bytesPerEvent(variant.charge, tone)
        }
    }

    /// Coloured only where the interval is clear of zero.
    private func bytesPerEvent(_ memory: VariantResult.Memory, _ tone: Tone) -> Cell {
        guard let growth = memory.bytesPerEvent else { return .init(Figure.unknown, .muted) }
        return .init(Figure.bytes(growth.estimate), growth.low > 0 && growth.estimate >= 1 ? tone : .plain)
    }

    private func memoryCell(_ variant: VariantResult) -> Cell {
        switch self {
        case .rssPeak: return .init(Figure.bytes(variant.rss.peakBytes))
        case .heapPeak: return .init(Figure.bytes(variant.heap.peakBytes))
        case .limit: return .init(Figure.bytes(variant.timeToOOM.limitBytes.map(Double.init)))
        case .timeToOOM:
            if let seconds = variant.timeToOOM.seconds { return .init(Figure.duration(seconds), .bad) }
            return variant.verdict == .bounded ? .init("not in sight") : .init(Figure.unknown, .muted)
        case .wavePeriod:
            guard let periods = variant.wavePeriods else { return .init("none", .muted) }
            return .init(periods, .bad)
        default:
            let kills = variant.oomKills
            let restarts = variant.restarts
            guard kills != 0 || restarts != 0 else { return .init("0", .muted) }
            let noun = restarts == 1 ? "restart" : "restarts"
            let ofWorkers = variant.workerOOMKills
            let share = ofWorkers > 0 ? " (\(grouped(ofWorkers)) of workers)" : ""
            return .init(
                "\(grouped(kills))\(share) · \(grouped(restarts)) \(noun)",
                kills > 0 ? .bad : .warning
            )
        }
    }

    private func serviceCell(_ variant: VariantResult) -> Cell {
        switch self {
        case .latencyMedian: .init(Figure.milliseconds(variant.latency.p50Millis))
        case .latencyTail: .init(Figure.milliseconds(variant.latency.p99Millis))
        case .lagPeak: .init(grouped(variant.lag.peak))
        case .lagFinal: lagFinalCell(variant)
        case .eventAge: .init(Figure.duration(variant.eventAge.p99Seconds))
        case .lagStatus: .init(variant.lag.statusText, variant.lag.worstStatus?.tone ?? .muted)
        default: .init(Figure.microseconds(variant.cpu.secondsPerMillionEvents))
        }
    }

    /// What was left, and why it was not waited for any longer.
    private func lagFinalCell(_ variant: VariantResult) -> Cell {
        guard let drain = variant.drain, drain.outcome != .drained, variant.lag.final != 0 else {
            return count(variant.lag.final, .warning)
        }
        let ending = "\(drain.outcome.words) after \(Figure.duration(drain.seconds.rounded()))"
        return .init("\(grouped(variant.lag.final)) · \(ending)", .warning)
    }

    /// Of a command nobody knows what became of an event.
    private func count(_ value: Int?, _ tone: Tone) -> Cell {
        guard let value else { return .init("unknown", .muted) }
        return .init(grouped(value), value == 0 ? .muted : tone)
    }
}

extension Drain.Outcome {
    var words: String {
        switch self {
        case .drained: "drained"
        case .stalled: "stood still"
        case .abandoned: "no pod left"
        case .cutOff: "cut off"
        case .interrupted: "interrupted"
        }
    }
}

extension VariantResult.Lag {
    /// Such as `ok`, or `ok, stalled 18 s` with the worst state that was seen and how long it lasted.
    var statusText: String {
        guard let status else { return worstStatus?.rawValue ?? Figure.unknown }
        guard let worst = worstStatus, worst != status else { return status.rawValue }
        let seconds: Double? =
            switch worst {
            case .ok: nil
            case .lagging: laggingSeconds
            case .stalled: stalledSeconds
            case .stopped: stoppedSeconds
            }
        return [status.rawValue + ",", worst.rawValue, seconds.map { Figure.duration($0) }].compactMap(\.self)
            .joined(separator: " ")
    }
}
