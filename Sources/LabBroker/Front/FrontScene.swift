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
    var turns = GroupTurns()
    let traffic: FrontTraffic
    var faults = FaultSchedule([])
    private var faultsSince: UInt64 = 0
    /// What clients may ask.
    let offers: [KafkaRequest.Offer]
    /// In which version the mock is asked for its topics.
    let metadataVersion: Int16

    /// `assignsGroups`: the mock knows groups of KIP-848, which name topics by the numbers that it gave them.
    init(ports: [Int32: Int], topics: TopicRegistry, traffic: FrontTraffic, assignsGroups: Bool) {
        (self.ports, self.topics, self.traffic) = (ports, topics, traffic)
        offers = KafkaRequest.supported + (assignsGroups ? KafkaRequest.ofAssignedGroups : [])
        metadataVersion = assignsGroups ? ClusterView.withIDs : ClusterView.withoutIDs
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
