import LabCore

/// The states of lag that were recorded of a variant, each lasting until the next reading.
struct LagHistory: Sendable {
    private let track: Track

    /// - Parameter series: severities; readings that are none are left out.
    init(_ series: Series?) {
        let readings = zip(series?.times ?? [], series?.values ?? []).filter {
            LagStatus(severity: $0.1) != nil
        }
        track = Track(Series(times: readings.map(\.0), values: readings.map(\.1)))
    }

    /// The last one that was read at `time` or before; `nil` if none was.
    func status(at time: Double) -> LagStatus? { track.value(at: time).flatMap { LagStatus(severity: $0) } }

    var worst: LagStatus? { track.values.max().flatMap { LagStatus(severity: $0) } }

    /// Wall seconds spent in a state; `nil` if none was ever read.
    func seconds(in status: LagStatus) -> Double? {
        guard !track.isEmpty else { return nil }
        let spans = zip(track.times, track.times.dropFirst()).map { $1 - $0 }
        return zip(track.values, spans).reduce(0) { total, reading in
            LagStatus(severity: reading.0) == status ? total + reading.1 : total
        }
    }
}
