import LabCore

/// The events due for one pod of a variant, in the course of a run.
struct PodLoad: Sendable {
    /// By wall seconds since the start of the run.
    private let due: Track
    private let replicas: Double

    /// The part of the load from whose rate what comes after it is told.
    private static let lastShare = 0.2

    init(_ variant: RecordedVariant, replicas: Int) {
        let scheduled = Track.counter(variant.series[.scheduled])
        due = scheduled.isEmpty ? Track.counter(variant.series[.produced]) : scheduled
        self.replicas = Double(max(1, replicas))
    }

    /// Wall seconds from `start` until so many events were due; beyond the load it goes on as it ended.
    ///
    /// - Returns: `nil` without a load to tell it from.
    func seconds(for events: Double, from start: Double) -> Double? {
        guard let before = due.interpolated(at: start), let total = due.values.last, total > before else {
            return nil
        }
        let wanted = before + events * replicas
        guard wanted > total else { return due.time(of: wanted).map { max(0, $0 - start) } }
        guard let end = due.time(of: total), let late = due.time(of: total * (1 - Self.lastShare)), end > late
        else { return nil }
        return end - start + (wanted - total) / (total * Self.lastShare / (end - late))
    }
}

extension Track {
    /// When a counter came to `value`, on the line between the neighbouring samples; `nil` if it never did.
    fileprivate func time(of value: Double) -> Double? {
        guard let index = values.firstIndex(where: { $0 >= value }) else { return nil }
        guard index > 0, values[index] > values[index - 1] else { return times[index] }
        let share = (value - values[index - 1]) / (values[index] - values[index - 1])
        return times[index - 1] + share * (times[index] - times[index - 1])
    }
}

extension VariantResult.TimeToOOM {
    /// Observed where pods were killed, else predicted from the line of their memory and the events that are due.
    ///
    /// - Parameters:
    ///   - limit: bytes; `nil` if there is none to predict for.
    ///   - lives: of pods with the same limit.
    ///   - metric: the charge if it was recorded, else RSS.
    ///   - growth: of that metric, bytes per event.
    ///   - due: events, for one pod.
    ///   - timeScale: incident seconds in a wall second.
    init(
        limit: Int64?,
        lives: [Life],
        metric: MetricName,
        growth: Estimate?,
        due: PodLoad,
        timeScale: Double
    ) {
        self.init()
        limitBytes = limit
        let killed = lives.compactMap { life in
            life.firstEvent.flatMap { first in
                life.firstKill.map { (from: first, seconds: max(0, $0 - first)) }
            }
        }
        // Later lives begin with the backlog that the first ones left.
        if let first = killed.min(by: { $0.from < $1.from }) {
            (seconds, observed) = (first.seconds * timeScale, true)
            return
        }
        guard let limit, let growth, growth.low > 0 else { return }
        let predicted = lives.compactMap { life -> Double? in
            guard let first = life.firstEvent, let base = life.base(of: metric, growth: growth.estimate)
            else { return nil }
            let events = (Double(limit) - base) / growth.estimate - life.events(at: first)
            return due.seconds(for: max(0, events), from: first)
        }
        seconds = median(predicted).flatMap { $0.isFinite ? $0 * timeScale : nil }
    }
}

extension Life {
    /// Where the line of a metric meets the first event: what has filled up by then is not there for the leak.
    fileprivate func base(of metric: MetricName, growth: Double) -> Double? {
        guard let usable else { return nil }
        let track = self[metric]
        let levels = (track.firstIndex(from: usable.from)..<track.firstIndex(from: usable.to.nextUp)).map {
            index in
            track.values[index] - growth * events(at: track.times[index])
        }
        return median(levels)
    }
}
