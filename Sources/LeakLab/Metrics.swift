import LabCore
import LabTelemetry

/// What a metric's numbers are in.
public enum MetricUnit: Sendable, Hashable, CaseIterable {
    /// Things.
    case count
    /// Bytes.
    case bytes
    /// Nanoseconds of wall time.
    case nanoseconds
    /// Microseconds of wall time.
    case microseconds
    /// Milliseconds of wall time.
    case milliseconds
    /// Seconds of wall time.
    case seconds

    var unit: LabCore.MetricUnit {
        switch self {
        case .count: .count
        case .bytes: .bytes
        case .nanoseconds: .nanoseconds
        case .microseconds: .microseconds
        case .milliseconds: .milliseconds
        case .seconds: .seconds
        }
    }

    /// How many of it a duration is; as they are for the units that are no time: seconds.
    func number(of duration: Duration) -> Int {
        let perSecond: Double =
            switch self {
            case .nanoseconds: 1e9
            case .microseconds: 1e6
            case .milliseconds: 1e3
            case .count, .bytes, .seconds: 1
            }
        return Int(min(max(duration.inSeconds * perSecond, 0), 1e15).rounded())
    }
}

/// A number that only rises, which the lab reads while it does.
///
/// From any thread, without a lock; two counters that are changed one after the other may be read in between. It can be
/// used for as long as the process lives.
public struct Counter: Sendable {
    private let value: LabTelemetry.Counter

    init(_ value: LabTelemetry.Counter) { self.value = value }

    /// Adds to it, relaxed and atomic; nothing if `amount` is negative.
    public func add(_ amount: Int = 1) { value.add(UInt64(max(0, amount))) }
}

/// A level, which the lab reads while it changes.
///
/// From any thread, without a lock, as a ``Counter``.
public struct Gauge: Sendable {
    private let value: LabTelemetry.Counter

    init(_ value: LabTelemetry.Counter) { self.value = value }

    /// Makes it this much; the last of several threads wins.
    public func set(_ level: Int) { value.store(UInt64(bitPattern: Int64(level))) }

    /// Raises it by this much.
    public func add(_ amount: Int = 1) { value.add(UInt64(bitPattern: Int64(amount))) }

    /// Lowers it by this much; it may go below zero.
    public func subtract(_ amount: Int = 1) { value.subtract(UInt64(bitPattern: Int64(amount))) }
}

/// A distribution, which the lab reads while it grows.
///
/// From any thread, without a lock and without an allocation.
public struct Histogram: Sendable {
    private let values: HistogramHandle
    private let unit: MetricUnit

    init(_ values: HistogramHandle, unit: MetricUnit) {
        self.values = values
        self.unit = unit
    }

    /// Counts a value in the histogram's unit; a negative one as 0.
    public func record(_ value: Int) { values.record(UInt64(max(0, value))) }

    /// Counts a duration, rounded to the histogram's unit; in seconds if that is no unit of time.
    public func record(_ duration: Duration) { record(unit.number(of: duration)) }
}
