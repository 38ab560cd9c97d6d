import LabCore

/// How many events were confirmed and not handled yet, while the rate was constant.
///
/// From the pods' own counts, not from commits, which come on an interval: those of a consumer that keeps up are behind by up to a
/// second of events.
struct Backlog: Sendable {
    /// Wall seconds since the start of the run.
    let from: Double
    let to: Double
    /// Events confirmed, and handled, in that time.
    let produced: Double
    let handled: Double
    /// The least of the last second; `nil` if nothing was read then.
    let end: Double?
    /// Against the least of the first second; `nil` if nothing was read then.
    let rise: Double?
    /// Events a second of wall time; `nil` with fewer than two windows.
    ///
    /// The slope in the middle of those between all pairs of windows (Theil 1950), each window standing by its least value.
    let growth: Double?

    var seconds: Double { to - from }

    init(of variant: RecordedVariant, from: Double, to: Double, rules: StepRules) {
        self.from = from
        self.to = to
        let confirmed = Track.counter(variant.series[.produced])
        let handlers = variant.pods.flatMap(\.lives).map { Track.counter($0.series[.processed]) }
        // A command's count is made of commits, and straight lines between them.
        func done(at time: Double) -> Double {
            handlers.reduce(0) { $0 + ($1.interpolated(at: time).flatMap { $0.isFinite ? $0 : nil } ?? 0) }
        }
        produced = (confirmed.value(at: to) ?? 0) - (confirmed.value(at: from) ?? 0)
        handled = done(at: to) - done(at: from)
        var track = Series()
        for (time, count) in zip(confirmed.times, confirmed.values) where (from...to).contains(time) {
            track.append(max(0, count - done(at: time)), at: Int64(time * 1e9))
        }
        let lag = Track(track)
        let shortest =
            variant.header.command == nil ? rules.shortestWindow : rules.shortestWindowOfCommand
        let count = max(2, min(rules.windows, Int((to - from) / shortest)))
        let width = (to - from) / Double(count)
        let minima = (0..<count).compactMap { index in
            let start = from + Double(index) * width
            return lag.minimum(from: start, to: start + width)
        }
        growth = TheilSen.slope(of: minima.map { WindowPoint(events: $0.time, bytes: $0.value) })
        let edge = max(1, shortest)
        end = lag.minimum(from: to - edge, to: to)?.value
        let start = lag.minimum(from: from, to: from + edge)?.value
        rise = end.flatMap { end in start.map { end - $0 } }
    }
}
