import LabCore

/// The waves of one segment, and what is needed to compare them with others.
struct ObservedWaves: Sendable {
    /// Without the ratio.
    let result: VariantResult.Waves
    /// Bytes that growth has to fill until a pod is killed: the limit minus what a life needs without it.
    let room: Double?
    let replicas: Int
    /// Events due for the variant in a wall second, while its pods went from life to life; `nil` if unknown.
    let arrivals: Double?

    /// - Parameters:
    ///   - segment: whose lives are looked at.
    ///   - due: events due for the variant since the start of the run.
    ///   - timeScale: incident seconds in a wall second.
    init(of segment: ObservedSegment, due: Track, timeScale: Double) {
        let lives = segment.lives.lives.filter(\.wasOOMKilled)
        let cycles = segment.lives.pods.flatMap(Cycle.all)
        let limit = segment.header.memoryLimit
        var waves = VariantResult.Waves()
        waves.lives = lives.count
        waves.periodSeconds = median(cycles.map { $0.seconds * timeScale })
        waves.eventsToOOM = median(lives.map(\.handled))
        let climbs = lives.compactMap { life in Climb(of: life).map { (life: life, climb: $0) } }
        let predictions = climbs.compactMap { life, climb in
            limit.flatMap(climb.events(untilReaching:)).map { (observed: life.handled, events: $0) }
        }
        // The few lives that were long enough to be predicted do not stand for the rest.
        let predicted = predictions.count * 2 >= lives.count ? predictions : []
        waves.predictedEventsToOOM = median(predicted.map(\.events))
        let errors = predicted.map { abs($0.events - $0.observed) / $0.observed * 100 }.filter(\.isFinite)
        waves.medianErrorPercent = median(errors)
        waves.worstErrorPercent = errors.max()
        waves.predictedPeriodSeconds = Self.predictedSeconds(
            waves.predictedEventsToOOM,
            lives: lives,
            cycles: cycles
        ).map { $0 * timeScale }
        result = waves
        replicas = segment.header.replicas
        let base = median(climbs.map(\.climb.base))
        room = limit.flatMap { limit in base.map { Double(limit) - $0 } }
        arrivals = median(cycles.compactMap { $0.rate(of: due) })
    }

    /// The predicted events at the rate of a pod that lives, and the gap until its next life goes on; wall time.
    private static func predictedSeconds(_ events: Double?, lives: [Life], cycles: [Cycle]) -> Double? {
        let rates = lives.compactMap { life -> Double? in
            guard let first = life.firstEvent, let end = life.end, end > first, life.handled > 0 else {
                return nil
            }
            return life.handled / (end - first)
        }
        guard let events, let rate = median(rates), let gap = median(cycles.map(\.gap)) else { return nil }
        return events / rate + gap
    }

    /// This period over another, as it was and as it had to be expected.
    ///
    /// Between two kills of a pod that keeps up lie the events that fill its room, at its share of the arrivals; the
    /// gap is not felt, as what is late is made up for.
    func ratio(to other: ObservedWaves, called name: String) -> VariantResult.Ratio? {
        guard let own = result.periodSeconds, let period = other.result.periodSeconds, period > 0,
            let ownRoom = bytesOfAllPods, let otherRoom = other.bytesOfAllPods
        else { return nil }
        let rates = arrivals.flatMap { own in other.arrivals.map { $0 / own } } ?? 1
        let ratio = VariantResult.Ratio(
            against: name,
            observed: own / period,
            predicted: ownRoom / otherRoom * rates
        )
        return ratio.observed.isFinite && ratio.predicted.isFinite ? ratio : nil
    }

    /// The room of all pods together, which their common arrivals fill.
    private var bytesOfAllPods: Double? {
        room.flatMap { $0 > 0 && replicas > 0 ? $0 * Double(replicas) : nil }
    }
}

/// From the first event of a life that memory ended to the first event of the next one of its pod; wall seconds.
private struct Cycle {
    let from: Double
    let end: Double
    let to: Double

    var seconds: Double { to - from }
    /// Nobody handled the pod's events.
    var gap: Double { to - end }

    static func all(in pod: [Life]) -> [Cycle] {
        let busy = pod.filter { $0.firstEvent != nil }
        return zip(busy, busy.dropFirst()).compactMap { life, next in
            guard life.wasOOMKilled, let from = life.firstEvent, let end = life.end, let to = next.firstEvent,
                from < end, end <= to
            else { return nil }
            return Cycle(from: from, end: end, to: to)
        }
    }

    /// Per wall second; `nil` if unknown or zero.
    func rate(of count: Track) -> Double? {
        guard let first = count.interpolated(at: from), let last = count.interpolated(at: to), last > first
        else {
            return nil
        }
        return (last - first) / seconds
    }
}
