import LabCore

/// A verdict's reasons, as sentences for people; the figures that decided come first.
struct Because {
    let lives: LifeSet
    let signs: Signs
    let settings: AnalysisSettings

    /// What speaks for a verdict; if it is void because of an obstacle, what was found all the same.
    func sentences(for verdict: Verdict, isVoid: Bool) -> [String] {
        switch verdict {
        case .leaking: leakingCounts + leakingMemory + (signs.census?.sentences ?? [])
        case .bounded: boundedCounts + boundedMemory
        case .inconclusive: isVoid ? leakingCounts + leakingMemory + (signs.census?.sentences ?? []) : gaps
        }
    }

    /// What makes every verdict void; `nil` if nothing does.
    static func obstacle(to lives: LifeSet, load: ObservedLoad, settings: AnalysisSettings) -> String? {
        if !lives.lives.contains(where: { $0.handled > 0 }) { return "no event was handled" }
        if let pacing = load.pacing, pacing < settings.slowestPacing {
            return
                "the producer reached \(decimal((pacing * 100).rounded(.down), places: 0)) % of the rate that was due (at least "
                + "\(decimal(settings.slowestPacing * 100, places: 0)) % needed): "
                + (load.isHinderedByBroker
                    ? "the broker was away, or made the producer wait" : "this machine could not keep up")
        }
        return nil
    }

    private var leakingCounts: [String] {
        (signs.counts + signs.resources).filter { $0.growth.verdict == .leaking }
            .map { counted($0.metric, $0.growth) }
    }

    private func counted(_ metric: MetricName, _ growth: CountGrowth) -> String {
        guard let worst = growth.worst, let perEvent = growth.perEvent else { return "\(metric) grow" }
        let threshold = "threshold \(amount(worst.threshold, of: metric))"
        let place = growth.changes.count > 1 ? "at the end of a life" : "at the end"
        if metric == .outliving {
            return
                "\(grouped(wholeNumber(worst.growth))) of \(grouped(wholeNumber(worst.events))) events are outlived "
                + "by a task of their own \(place) (\(threshold))"
        }
        if metric.isInBytes {
            return "\(metric) grows by \(ByteCount.describe(perEvent.estimate)) per event "
                + "(\(amount(worst.growth, of: metric)) more \(place), \(threshold))"
        }
        let number =
            worst.topSite.map { "\(grouped($0.live)) of \($0.site)" }
            ?? "\(grouped(wholeNumber(worst.growth))) more"
        return
            "\(decimal(perEvent.estimate, places: 3)) \(metric) live per event (\(number) \(place), \(threshold))"
    }

    /// Bytes of a gauge of memory, else a whole number.
    private func amount(_ value: Double, of metric: MetricName) -> String {
        metric.isInBytes ? ByteCount.describe(value) : grouped(wholeNumber(value))
    }

    private var leakingMemory: [String] {
        let heap = [signs.heap].compactMap(\.self).filter { $0.verdict == .leaking }
        let resident = (signs.resident + signs.compared).filter { $0.verdict == .leaking }
        let outside =
            heap.isEmpty && signs.heap?.verdict == .bounded && !resident.isEmpty
            ? ["live heap does not grow: what grows was mapped outside of it, or is kept by the allocator"]
            : []
        return (heap + resident).compactMap { sign in grows(sign).map { "\(name(sign)) grows \($0)" } }
            + outside
    }

    private func name(_ sign: MemorySign) -> String { sign.metric.words }

    /// `20.6 KiB per event (20.5–20.7, threshold 8 B)`.
    private func grows(_ sign: MemorySign) -> String? {
        sign.growth.map { growth in
            let comparison = sign.against == "threshold" ? "" : " more than that of \(sign.against)"
            var since = ""
            if case .late(let second) = sign.shape { since = " from second \(wholeNumber(second)) on" }
            return "\(ByteCount.describe(growth.estimate.estimate)) per event\(comparison)\(since) "
                + "(\(interval(growth.estimate)), threshold \(ByteCount.describe(settings.bytesPerEvent)))"
        }
    }

    private func interval(_ estimate: Estimate) -> String {
        let low = ByteCount.describe(estimate.low).split(separator: " ")
        let high = ByteCount.describe(estimate.high).split(separator: " ")
        let unit = ByteCount.describe(estimate.estimate).split(separator: " ").last
        if estimate.low >= 0, low.last == unit, high.last == unit, let from = low.first, let to = high.first {
            return "\(from)–\(to)"
        }
        return "\(ByteCount.describe(estimate.low)) to \(ByteCount.describe(estimate.high))"
    }

    /// Descriptors and threads, which every run judges, are told in the evidence alone.
    private var boundedCounts: [String] {
        let named = signs.resources.filter { !MetricName.standardResources.contains($0.metric) }
        return (signs.counts + named).compactMap { metric, growth in
            guard let worst = growth.worst else { return nil }
            let events = grouped(wholeNumber(worst.events))
            let threshold = "threshold \(amount(worst.threshold, of: metric))"
            let growth = wholeNumber(worst.growth)
            if metric == .outliving {
                return
                    "\(grouped(growth)) of \(events) events are outlived by a task of their own (\(threshold))"
            }
            if metric.isInBytes {
                let change = "\(ByteCount.describe(worst.growth.magnitude)) \(growth < 0 ? "less" : "more")"
                return
                    "\(change) of \(metric) after \(events) events than at the end of warm-up (\(threshold))"
            }
            let change = "\(grouped(growth.magnitude)) \(growth < 0 ? "fewer" : "more")"
            return
                "\(change) \(metric) live after \(events) events than at the end of warm-up (\(threshold))"
        }
    }

    private var boundedMemory: [String] {
        guard let heap = signs.heap else {
            let shown = (signs.resident + signs.compared).filter { $0.verdict == .bounded }
            return ["live heap was not measured"] + shown.compactMap(keepsLess)
        }
        let shape = signs.shape?.words ?? "does not"
        let resident = signs.resident.filter { $0.verdict == .leaking }.compactMap { sign in
            grows(sign).map {
                "\(name(sign)) grows \($0), but live heap \(shape): "
                    + (signs.garbage == nil ? "kept by the allocator" : "garbage, and room for it")
            }
        }
        return [keepsLess(heap)].compactMap(\.self) + resident
    }

    /// What was shown, with the room that is left for a leak.
    private func keepsLess(_ sign: MemorySign) -> String? {
        sign.bound.map { bound in
            let than = sign.against == "threshold" ? "" : " more than that of \(sign.against)"
            let room =
                "keeps less than \(ByteCount.describe(max(0.1, bound))) per event\(than) "
                + "(\(percent(settings.confidence)))"
            switch sign.shape {
            case .settled(let rise, let end):
                return "\(name(sign)) rose by \(ByteCount.describe(rise)) until second \(wholeNumber(end)), "
                    + "and \(room) from there on"
            case .returned(let kept):
                return "\(name(sign)) rose under load and was given back: "
                    + "\(ByteCount.describe(max(0, kept))) are kept when idle"
            case .teeth: return "\(name(sign)) falls back again and again; at its lows it \(room)"
            case .line, .late, .slowing, .paused, .unread, .unclear: return "\(name(sign)) \(room)"
            }
        }
    }

    /// Why there is too little to judge by.
    private var gaps: [String] {
        var gaps: [String] = []
        if !lives.lives.contains(where: { $0.usable != nil }) {
            return ["no life went on handling events after its warm-up: run longer, or warm up shorter"]
        }
        if let garbage = signs.garbage, signs.heap?.growth == nil {
            gaps.append(garbage.doubt)
        } else if signs.heap == nil {
            gaps.append("live heap was not measured")
        }
        gaps += ([signs.heap].compactMap(\.self) + signs.resident).filter { $0.verdict != .bounded }.map(
            doubt
        )
        if signs.heap?.verdict == .bounded, signs.isPartial {
            gaps.append(
                "what the program holds outside of its heap was not shown to be bounded"
                    + (signs.outside.map { ": \(doubt($0))" } ?? "")
            )
        }
        if signs.heap == nil, signs.counts.isEmpty { gaps.append("no tasks or instances were counted") }
        for (metric, growth) in signs.counts + signs.resources where growth.verdict == .inconclusive {
            gaps.append(
                growth.changes.isEmpty
                    ? "\(metric) were not counted in a life that went on after its warm-up"
                    : "\(metric) rose with the load and stopped with it: let the load go on"
            )
        }
        return gaps
    }

    /// Why a memory metric decides nothing.
    private func doubt(_ sign: MemorySign) -> String {
        guard let growth = sign.growth else {
            if sign.metric == .heap, let garbage = signs.garbage {
                return
                    "live heap was read after \(garbage.readings) collections, and \(settings.fewestWindows) are needed"
            }
            return "\(name(sign)) was read in fewer than \(settings.fewestWindows) windows: run longer"
        }
        let rate = "\(ByteCount.describe(growth.estimate.estimate)) per event (\(interval(growth.estimate)))"
        switch sign.shape {
        case .slowing: return "\(name(sign)) grows \(rate), but slower and slower: run longer"
        case .paused(let end):
            return "\(name(sign)) rose until second \(wholeNumber(end)) and paused there: run longer"
        case .unread: return "\(name(sign)) was not read over a large part of the events"
        case .teeth:
            return
                "\(name(sign)) falls back again and again, and its lows are too few to judge by: run longer"
        case .line,
            .late where sign.verdict == .leaking:
            let isGarbage = signs.garbage?.explainsRise ?? false
            return "\(name(sign)) grows \(rate), "
                + (isGarbage ? "which may be garbage" : "and nothing else does")
        default:
            if let bound = sign.bound, bound <= settings.bytesPerEvent {
                return "\(name(sign)) ended higher than it began: \(rate)"
            }
            guard growth.estimate.high > settings.bytesPerEvent else {
                return "\(name(sign)) does not grow, but in so few events a leak of up to "
                    + "\(ByteCount.describe(sign.bound ?? growth.estimate.high)) per event would not show"
            }
            return
                "\(name(sign)) may grow by more than \(ByteCount.describe(settings.bytesPerEvent)): \(rate)"
        }
    }

    /// `nil` if no life was OOM-killed.
    static func kills(in lives: LifeSet) -> String? {
        let kills = lives.oomKills
        guard kills > 0 else { return nil }
        let words =
            "its pods were killed \(grouped(kills)) \(kills == 1 ? "time" : "times") at the memory limit"
        let ofWorkers = lives.workerKills
        guard ofWorkers > 0 else { return words }
        return "\(words), \(grouped(ofWorkers)) of these another process than the pod's first one"
    }

    /// `nil` if of every life that crashed something was read.
    ///
    /// A life that dies between two readings says nothing of its memory, and must not be taken for one that was looked at.
    static func unread(in lives: LifeSet) -> String? {
        let unread = lives.lives.count { $0.hasCrashed && $0.handled == 0 }
        guard unread > 0 else { return nil }
        return
            "\(grouped(unread)) of \(grouped(lives.lives.count)) lives ended before an event of theirs was seen to be handled: "
            + "what they did is unread"
    }

    /// `nil` if every event that was produced was handled.
    ///
    /// Of a command it is known only what its group committed.
    static func losses(_ ledger: LedgerCounts, isForeign: Bool) -> String? {
        guard ledger.lost > 0 else { return nil }
        return "\(grouped(ledger.lost)) events were produced and never \(isForeign ? "committed" : "handled")"
    }
}
