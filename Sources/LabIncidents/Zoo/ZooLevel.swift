import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How many units are held at a time: a pure function of the time since the first event.
///
/// No level is a leak: each has an end, is given back, or slows down without an end.
struct ZooLevel: Sendable, Hashable {
    enum Shape: String, CaseIterable, Sendable {
        case none
        /// A cache or pool that fills evenly and is full at ``at``.
        case fill
        /// The same, emptied at once at ``at``, and filling again.
        case emptied
        /// A pool that is full at ``at`` and half as large in the last tenth of the run.
        case capped
        /// Teeth of ``period``: batches that are collected and written out at once.
        case saw
        /// Held before the first event, and freed ``period`` after it.
        case startup
        /// Held for ``period`` from ``at`` on.
        case transient
        /// A table that is made once, at ``at``.
        case table
        /// units × log(1 + t / 30 s).
        case creep
        /// A queue that rises for ``period`` from ``at`` on and falls as slowly.
        case backlog
        /// Grows with the time and is given back whenever no event comes for a second.
        case rest
    }

    var shape = Shape.none
    /// At the full level.
    var units = 0
    /// Share of ``length``, more than 0 where something fills.
    var at = 0.5
    /// Seconds, more than 0.
    var period = 5.0
    /// Seconds of the whole run, more than 0.
    var length = 90.0

    static let none = ZooLevel()

    /// - Parameters:
    ///   - seconds: since the first event; `nil` before it.
    ///   - busy: seconds for which events have come without a rest; `nil` while none comes.
    /// - Returns: units, at least 0.
    func held(at seconds: Double?, busy: Double?) -> Int {
        guard let seconds else { return shape == .startup ? units : 0 }
        return Int((Double(units) * share(at: seconds, busy: busy)).rounded(.down))
    }

    /// Of the full level.
    private func share(at seconds: Double, busy: Double?) -> Double {
        let turn = at * length
        return switch shape {
        case .none: 0
        case .fill: filled(seconds, until: turn)
        case .emptied: seconds < turn ? filled(seconds, until: turn) : filled(seconds - turn, until: turn)
        case .capped: seconds < 0.9 * length ? filled(seconds, until: turn) : 0.5
        case .saw: seconds.truncatingRemainder(dividingBy: period) / period
        case .startup: seconds < period ? 1 : 0
        case .transient: seconds >= turn && seconds < turn + period ? 1 : 0
        case .table: seconds >= turn ? 1 : 0
        case .creep: log1p(seconds / 30)
        case .backlog: max(0, 1 - abs(seconds - turn - period) / period)
        case .rest: busy.map { $0 / length } ?? 0
        }
    }

    private func filled(_ seconds: Double, until turn: Double) -> Double {
        turn > 0 ? min(1, max(0, seconds / turn)) : 1
    }
}

extension ZooLevel {
    init(_ context: IncidentContext) {
        typealias Parameters = ZooParameters
        shape = context[Parameters.level]
        units = context[Parameters.levelUnits]
        at = context[Parameters.levelAt]
        period = context[Parameters.levelPeriod].inSeconds
        length = context[Parameters.length].inSeconds
    }
}
