/// How the rate develops within one phase.
package enum LoadShape: Hashable, Sendable, Codable {
    case constant(EventRate)
    /// A straight line from the first rate at the phase's start to the second at its end.
    case ramp(from: EventRate, to: EventRate)
    /// `base`, interrupted once in every period by `peak`, which lasts `lasting` and sits in the middle of its period.
    /// The last period is cut off where the phase ends.
    case spikes(base: EventRate, peak: EventRate, every: Duration, lasting: Duration)
    /// As it was recorded; the phase may end before the curve does.
    case curve(RateCurve)

    /// The same curve on another clock: rates are multiplied by the factor, durations divided.
    func scaled(by timeScale: TimeScale) -> LoadShape {
        switch self {
        case .constant(let rate):
            .constant(timeScale.wall(rate))
        case .ramp(let from, let to):
            .ramp(from: timeScale.wall(from), to: timeScale.wall(to))
        case .spikes(let base, let peak, let every, let lasting):
            .spikes(
                base: timeScale.wall(base),
                peak: timeScale.wall(peak),
                every: timeScale.wall(every),
                lasting: timeScale.wall(lasting)
            )
        case .curve(let curve):
            .curve(curve.scaled(by: timeScale))
        }
    }

    var isValid: Bool {
        func usable(_ rate: EventRate) -> Bool { rate.perSecond.isFinite && rate.perSecond >= 0 }
        switch self {
        case .constant(let rate):
            return usable(rate)
        case .ramp(let from, let to):
            return usable(from) && usable(to)
        case .spikes(let base, let peak, let every, let lasting):
            return usable(base) && usable(peak) && every > .zero && lasting >= .zero && lasting <= every
        case .curve(let curve):
            return curve.isValid
        }
    }

    /// Such as `ramp 200/s → 7.23M/h`.
    package var summary: String {
        switch self {
        case .constant(let rate): rate == .zero ? "pause" : rate.text
        case .ramp(let from, let to): "ramp \(from.text) → \(to.text)"
        case .spikes(let base, let peak, let every, let lasting):
            "\(base.text), spikes of \(peak.text) for \(lasting.text) every \(every.text)"
        case .curve(let curve):
            "recorded rate, \(grouped(curve.points.count)) points up to \(abbreviated(curve.peak))/s"
        }
    }
}

/// A stretch of the load with one shape.
package struct LoadPhase: Hashable, Sendable, Codable {
    package var name: String
    package var duration: Duration
    package var shape: LoadShape
    /// What is not as it should be meanwhile in the incident's world, by the variable's name.
    package var world: [String: WorldCondition]

    package init(
        name: String,
        duration: Duration,
        shape: LoadShape,
        world: [String: WorldCondition] = [:]
    ) {
        self.name = name
        self.duration = duration
        self.shape = shape
        self.world = world
    }

    /// The phase on the wall clock, if this one is in incident time.
    package func scaled(by timeScale: TimeScale) -> LoadPhase {
        LoadPhase(
            name: name,
            duration: timeScale.wall(duration),
            shape: shape.scaled(by: timeScale),
            world: world.mapValues { $0.scaled(by: timeScale) }
        )
    }

    /// Such as `200/s` or `200/s, database down`.
    package var summary: String {
        ([shape.summary] + world.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" })
            .joined(separator: ", ")
    }

    /// The events and fraction of an event that the phase asks for.
    package var events: Double {
        let curve = LoadCurve(self)
        return curve.events(until: curve.seconds)
    }

    var isValid: Bool {
        duration > .zero && duration <= LoadProfile.longestPhase && shape.isValid
    }
}

/// A phase's curve in plain numbers: seconds and events since its start.
///
/// Each function is the closed form of the rate's integral or of its inverse.
struct LoadCurve: Hashable, Sendable {
    private enum Form: Hashable, Sendable {
        /// `slope` in events per second per second; zero for a constant rate.
        case line(start: Double, slope: Double)
        case spikes(SpikeTrain)
        case recorded(RateCurveTable)
    }

    let seconds: Double
    private let form: Form

    init(_ phase: LoadPhase) {
        seconds = phase.duration.inSeconds
        form =
            switch phase.shape {
            case .constant(let rate):
                .line(start: rate.perSecond, slope: 0)
            case .ramp(let from, let to):
                .line(start: from.perSecond, slope: (to.perSecond - from.perSecond) / seconds)
            case .spikes(let base, let peak, let every, let lasting):
                .spikes(
                    SpikeTrain(
                        base: base.perSecond,
                        peak: peak.perSecond,
                        period: every.inSeconds,
                        width: lasting.inSeconds
                    )
                )
            case .curve(let curve):
                .recorded(RateCurveTable(curve))
            }
    }

    func rate(at time: Double) -> Double {
        switch form {
        case .line(let start, let slope): max(0, start + slope * time)
        case .spikes(let train): train.rate(at: time)
        case .recorded(let table): table.rate(at: time)
        }
    }

    func events(until time: Double) -> Double {
        switch form {
        case .line(let start, let slope): (start + slope * time / 2) * time
        case .spikes(let train): train.events(until: time)
        case .recorded(let table): table.events(until: time)
        }
    }

    /// The earliest time at which the integral reaches `events`, never outside the phase.
    func time(of events: Double) -> Double {
        let time =
            switch form {
            // The root of slope/2·t² + start·t = events in the form that loses no digits when slope is small.
            case .line(let start, let slope):
                2 * events / (start + max(0, start * start + 2 * slope * events).squareRoot())
            case .spikes(let train): train.time(of: events)
            case .recorded(let table): table.time(of: events)
            }
        return time.isNaN ? 0 : min(max(0, time), seconds)
    }
}

/// A base rate with one spike in the middle of each period, continued for ever.
private struct SpikeTrain: Hashable, Sendable {
    let base: Double
    let peak: Double
    let period: Double
    let width: Double

    private var lead: Double { (period - width) / 2 }
    private var eventsInLead: Double { base * lead }
    private var eventsInSpike: Double { peak * width }
    private var eventsInPeriod: Double { 2 * eventsInLead + eventsInSpike }

    func rate(at time: Double) -> Double {
        let within = time - (time / period).rounded(.down) * period
        return within >= lead && within < lead + width ? peak : base
    }

    func events(until time: Double) -> Double {
        let periods = (time / period).rounded(.down)
        let within = time - periods * period
        let inSpike = min(max(0, within - lead), width)
        return periods * eventsInPeriod + inSpike * peak + (within - inSpike) * base
    }

    func time(of events: Double) -> Double {
        let periods = max(0, (events / eventsInPeriod).rounded(.up) - 1)
        let rest = events - periods * eventsInPeriod
        let within =
            if rest <= eventsInLead {
                base > 0 ? rest / base : 0
            } else if rest <= eventsInLead + eventsInSpike {
                lead + (rest - eventsInLead) / peak
            } else {
                lead + width + (base > 0 ? (rest - eventsInLead - eventsInSpike) / base : 0)
            }
        return periods * period + min(max(0, within), period)
    }
}
