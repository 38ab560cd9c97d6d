import Foundation
import LabCore
import LabTelemetry

extension ClusterTime {
    /// The monotonic clock.
    static let system = ClusterTime(
        now: { .nanoseconds(Int64(clamping: MonotonicClock.nanoseconds)) },
        pause: { Thread.sleep(forTimeInterval: $0.inSeconds) }
    )
}
