import LabCore

/// Finds where the warm-up of a life ends: from where on its memory and its tasks follow a straight line.
///
/// White's rule MSER-5 (*An effective truncation heuristic for bias reduction in simulation output*, Simulation 69, 1997) leaves
/// out as many batches of five readings at the start as make the marginal standard error of what is left smallest: cutting
/// off a transient lowers the scatter, cutting off more raises the error by leaving fewer batches. White's error is that about a
/// mean. Here a leak must not look like a transient that never ends, so it is about the line that fits what is left best. As
/// White has it, an end in the later half is none: too little is left to tell it from noise.
struct WarmUpSearch: Sendable, Hashable {
    /// Wall seconds since the start of the run; `nil` if it was still going on half-way.
    let end: Double?

    private static let readingsPerBatch = 5
    /// More batches do not tell the moment any better than it can be used.
    private static let mostBatches = 240
    private static let fewestBatches = 16

    /// Fails if no track has enough readings between.
    ///
    /// - Parameters:
    ///   - tracks: what has to have settled.
    ///   - from: the first event, wall seconds since the start of the run.
    ///   - to: the last one.
    init?(_ tracks: [Track], from: Double, to: Double) {
        let ends = tracks.compactMap { Self.end(of: $0, from: from, to: to) }
        guard let latest = ends.max() else { return nil }
        end = latest.isFinite ? latest : nil
    }

    /// Infinite if the track had not settled half-way; `nil` if it has too few readings.
    private static func end(of track: Track, from: Double, to: Double) -> Double? {
        let batches = Self.batches(of: track, from: from, to: to)
        guard batches.count >= fewestBatches else { return nil }
        let errors = LineErrors(batches)
        // Half of the batches, and one to see whether it goes on falling.
        let half = batches.count / 2
        let cut = (0...half).min { errors.marginal(without: $0) < errors.marginal(without: $1) } ?? 0
        guard cut < half else { return .infinity }
        return cut == 0 ? from : batches[cut].time
    }

    private static func batches(of track: Track, from: Double, to: Double) -> [(time: Double, value: Double)]
    {
        let first = track.firstIndex(from: from)
        let last = max(first, track.firstIndex(from: to.nextUp))
        let size = max(readingsPerBatch, (last - first) / mostBatches)
        return stride(from: first, to: last - size + 1, by: size).map { start in
            let values = track.values[start..<(start + size)]
            return (track.times[start], values.reduce(0) { $0 + $1 / Double(size) })
        }
    }
}

/// The errors about the best line through the last batches, for any number of them, from sums that are made once.
private struct LineErrors {
    private var sums: [Sums]
    private let count: Int

    private struct Sums {
        var x = 0.0
        var y = 0.0
        var xx = 0.0
        var xy = 0.0
        var yy = 0.0
    }

    init(_ batches: [(time: Double, value: Double)]) {
        count = batches.count
        // About the last batch, so that no precision is lost to the level.
        let level = batches.last?.value ?? 0
        sums = Array(repeating: Sums(), count: batches.count + 1)
        for index in batches.indices.reversed() {
            let (x, y) = (Double(index - batches.count), batches[index].value - level)
            let rest = sums[index + 1]
            sums[index] = Sums(
                x: rest.x + x,
                y: rest.y + y,
                xx: rest.xx + x * x,
                xy: rest.xy + x * y,
                yy: rest.yy + y * y
            )
        }
    }

    /// The squared marginal standard error without the first `cut` batches: the summed squares about their line, over the square
    /// of their number.
    func marginal(without cut: Int) -> Double {
        let sum = sums[cut]
        let number = Double(count - cut)
        let (width, height) = (sum.xx - sum.x * sum.x / number, sum.yy - sum.y * sum.y / number)
        let shared = sum.xy - sum.x * sum.y / number
        let squares = width > 0 ? height - shared * shared / width : height
        return max(0, squares) / (number * number)
    }
}
