/// Finds the load at which handling a batch takes longer than the interval to the next batch, and predicts it.
///
/// Told of every batch at its start. Below the tipping point a batch finds no row of an earlier one still running; it is
/// passed where that ends for good. Foretold is it by the rows that ended while no two batches overlapped: so many
/// cores, each busy for so long with one row, can do so many rows in a second and no more.
struct TippingPoint: Sendable {
    /// One batch, at the instant of its start.
    struct Batch: Sendable, Hashable {
        /// Since the clock began, seconds of incident time.
        var time: Double
        /// Rows that arrived since the batch before.
        var arrivals: Int
        /// Rows of earlier batches that are still running.
        var leftOver: Int
        /// Rows that ended since the batch before, and for how long cores were busy with them, seconds of incident time.
        var ended: Int
        var busy: Double
    }

    private let cores: Double
    private var recent: [(time: Double, arrivals: Int)] = []
    /// Whether the last batch found rows of an earlier one.
    private var isOverlapping = false
    private var endedAlone = 0
    private var busyAlone = 0.0

    /// Rows that arrived in a second, at the first of the batches that all found rows of an earlier one still running;
    /// `nil` while the last batch found none.
    private(set) var load: Double?

    /// Over so many batches the load is averaged.
    private static let averaged = 4

    init(cores: Int) { self.cores = Double(cores) }

    /// Rows in a second that keep all cores busy; `nil` before the first rows have ended.
    var predicted: Double? { busyAlone > 0 ? cores * Double(endedAlone) / busyAlone : nil }

    mutating func begin(_ batch: Batch) {
        recent.append((batch.time, batch.arrivals))
        if recent.count > Self.averaged { recent.removeFirst() }
        if batch.leftOver > 0 {
            isOverlapping = true
            load = load ?? presentLoad
            return
        }
        if !isOverlapping {
            endedAlone += batch.ended
            busyAlone += batch.busy
        }
        isOverlapping = false
        load = nil
    }

    /// Rows that arrive in a second at present; `nil` before there are two batches.
    var presentLoad: Double? {
        guard let first = recent.first, let last = recent.last, last.time > first.time else { return nil }
        return Double(recent.dropFirst().reduce(0) { $0 + $1.arrivals }) / (last.time - first.time)
    }
}
