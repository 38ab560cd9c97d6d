import LabCore

/// How the memory charge of a life that memory ended rose in the first half of it, and how far that would have gone.
///
/// The half is that of the events which the life handled. Of its readings the later half counts: at the start the
/// client library's buffers fill, and what rises only once would be taken for more of what goes on.
struct Climb: Sendable, Hashable {
    /// Bytes per event.
    let slope: Double
    /// Bytes without the growth: where the line of the climb meets the first event.
    let base: Double

    /// Fewer readings in the first half predict nothing; and so many are regressed at least.
    private static let fewestReadings = 4
    /// About so many are regressed at most, evenly spread.
    private static let mostReadings = 200

    /// Fails without enough readings of the charge, or if it did not rise.
    init?(of life: Life) {
        let points = Self.firstHalf(of: life)
        guard points.count >= Self.fewestReadings else { return nil }
        let late = Array(points.suffix(max(Self.fewestReadings, (points.count + 1) / 2)))
        guard let slope = TheilSen.slope(of: late), slope > 0,
            let base = median(late.map { $0.bytes - slope * $0.events }), base.isFinite
        else { return nil }
        self.slope = slope
        self.base = base
    }

    /// Events that a life would handle until the charge reaches `limit`; `nil` if it begins beyond.
    func events(untilReaching limit: Int64) -> Double? {
        let events = (Double(limit) - base) / slope
        return events > 0 && events.isFinite ? events : nil
    }

    private static func firstHalf(of life: Life) -> [WindowPoint] {
        guard let firstEvent = life.firstEvent else { return [] }
        let charge = life[.charge]
        var points: [WindowPoint] = []
        for index in charge.firstIndex(from: firstEvent)..<charge.times.count {
            let events = life.events(at: charge.times[index])
            guard events <= life.handled / 2 else { break }
            guard events > points.last?.events ?? 0 else { continue }
            points.append(WindowPoint(events: events, bytes: charge.values[index]))
        }
        guard !points.isEmpty else { return [] }
        let step = max(1, points.count / mostReadings)
        return stride(from: (points.count - 1) % step, to: points.count, by: step).map { points[$0] }
    }
}
