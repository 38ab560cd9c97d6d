import LabTelemetry

/// Finds out which part of the lab stood still, from when it last gave a sign of life.
///
/// A value that reads neither clock nor file. Times are CLOCK_MONOTONIC, nanoseconds.
struct StallDetector: Sendable {
    /// A part that works all the time.
    enum Part: Hashable, Sendable, Comparable {
        case lab
        case broker
        case producer
        /// Of a variant.
        case companion(String)
    }

    struct Limits: Sendable {
        /// Shorter ones are not worth a word.
        var noted: UInt64 = 1_000_000_000
        /// From here on a stall spoils what was measured.
        var spoiling: UInt64 = 2_000_000_000
        /// A part that stands still for so long is taken for dead.
        var final: UInt64 = 10_000_000_000
    }

    struct Stall: Hashable, Sendable {
        var part: Part
        /// The last sign of life.
        var from: UInt64
        /// At least so long, in nanoseconds.
        var length: UInt64
        var isSpoiling: Bool
    }

    enum Finding: Hashable, Sendable {
        /// It is over, or whoever looks will not look again.
        case stall(Stall)
        /// It goes on, and no end is to be expected.
        case standsStill(Stall)

        var stall: Stall {
            switch self {
            case .stall(let stall), .standsStill(let stall): stall
            }
        }
    }

    private struct Watched: Sendable {
        var from: UInt64
        /// The longest silence since then.
        var silence: UInt64 = 0
        var isGivenUp = false
    }

    private let limits: Limits
    private var watched: [Part: Watched] = [:]
    private var lastLook: UInt64?

    init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Takes what is known at one instant; the parts that are not in `readings` are not watched any more.
    ///
    /// A part that has not given a sign of life counts from the first look on. The time from one look to the next is the
    /// lab's own silence, and nobody else's: what others did meanwhile is not known.
    mutating func look(at now: UInt64, _ readings: [Part: Heartbeat.Reading]) -> [Finding] {
        var findings: [Finding] = []
        if let lastLook {
            findings += stall(Watched(from: lastLook, silence: now - min(lastLook, now)), of: .lab)
        }
        lastLook = now
        for (part, known) in watched where readings[part] == nil {
            watched[part] = nil
            findings += stall(known, of: part)
        }
        for (part, reading) in readings.sorted(by: { $0.key < $1.key }) {
            findings += look(at: now, part, reading)
        }
        return findings
    }

    /// Nobody will look again.
    mutating func end() -> [Finding] {
        defer { watched = [:] }
        return watched.sorted { $0.key < $1.key }.flatMap { stall($0.value, of: $0.key) }
    }

    private mutating func look(at now: UInt64, _ part: Part, _ reading: Heartbeat.Reading) -> [Finding] {
        let beat: UInt64
        switch reading {
        case .finished: beat = now
        case .none: beat = watched[part]?.from ?? now
        // A time to come is none.
        case .beat(let time): beat = min(time, now)
        }
        guard var known = watched[part], known.from == beat else {
            let before = watched.updateValue(Watched(from: beat, silence: now - beat), forKey: part)
            return before.map { stall($0, of: part) } ?? []
        }
        known.silence = now - beat
        defer { watched[part] = known }
        guard known.silence >= limits.final, !known.isGivenUp else { return [] }
        known.isGivenUp = true
        return [.standsStill(Stall(part: part, from: beat, length: known.silence, isSpoiling: true))]
    }

    private func stall(_ known: Watched, of part: Part) -> [Finding] {
        guard known.silence >= limits.noted, !known.isGivenUp else { return [] }
        let isSpoiling = known.silence >= limits.spoiling
        return [
            .stall(Stall(part: part, from: known.from, length: known.silence, isSpoiling: isSpoiling))
        ]
    }
}
