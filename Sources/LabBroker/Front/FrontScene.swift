import LabCore
import LabTelemetry

/// What all sessions of a front share.
///
/// Belongs to its thread.
final class FrontScene {
    /// By the mock's number of a broker, the port at which the front stands before it.
    let ports: [Int32: Int]
    var topics: TopicRegistry
    var assignors = GroupAssignors()
    let traffic: FrontTraffic
    var faults = FaultSchedule([])
    private var faultsSince: UInt64 = 0

    init(ports: [Int32: Int], topics: TopicRegistry, traffic: FrontTraffic) {
        (self.ports, self.topics, self.traffic) = (ports, topics, traffic)
    }

    func apply(_ faults: [BrokerFault]) {
        self.faults = FaultSchedule(faults)
        faultsSince = MonotonicClock.nanoseconds
    }

    /// Since the faults were handed over.
    var faultTime: Duration { .nanoseconds(Int64(clamping: MonotonicClock.nanoseconds - faultsSince)) }

    /// When a fault begins or ends next, on the monotonic clock.
    var nextFaultChange: UInt64? {
        faults.nextChange(after: faultTime).map { faultsSince + UInt64(clamping: $0.inNanoseconds) }
    }
}
