package import LabBroker
package import LabCore
package import LabScenario
package import LabTelemetry

/// How an embedded broker learns what a scenario's phases make of it: a small file that appears whole, read every 20 ms.
package enum BrokerCondition {
    private static let period = Duration.milliseconds(20)

    /// - Throws: ``LabError`` if the file cannot be written.
    static func write(_ condition: WorldCondition, to path: String) throws(LabError) {
        try Announcement.write(condition == .normal ? "up" : condition.text, to: path)
    }

    /// Follows the file with a thread of its own and applies what it says to the front, until the thread is stopped.
    ///
    /// As long as the file is not there, and if it says what nobody knows, nothing changes.
    package static func follow(_ path: String, front: BrokerFront) -> PeriodicThread {
        let thread = PeriodicThread("condition", every: period)
        thread.start { thread in
            var last: String?
            repeat {
                guard let text = Announcement.read(path), text != last else { continue }
                last = text
                if let condition = WorldVariable.broker.condition(parsing: text) {
                    front.apply(faults(for: condition))
                }
            } while thread.rest()
        }
        return thread
    }

    /// What the front does under a condition.
    static func faults(for condition: WorldCondition) -> [BrokerFault] {
        switch condition {
        case .normal, .share: []
        case .down: [BrokerFault(.down)]
        case .slow(let delay): [BrokerFault(.delay(delay))]
        case .errors(let error, let share):
            [
                BrokerFault(
                    .error(error.code),
                    requests: requests(for: error),
                    occurrence: .share(share, seed: seed)
                )
            ]
        }
    }

    /// The same requests of every run are hit, as far as they come in the same order.
    private static let seed: UInt64 = 1

    /// Those that a broker answers with such an error.
    private static func requests(for error: BrokerError) -> Set<KafkaRequest> {
        switch error {
        case .leaderNotAvailable, .notLeader: [.produce, .fetch, .listOffsets]
        case .requestTimedOut: [.produce, .fetch, .listOffsets, .offsetCommit]
        case .coordinatorLoading, .notCoordinator:
            [.joinGroup, .syncGroup, .heartbeat, .leaveGroup, .offsetCommit, .offsetFetch]
        case .coordinatorNotAvailable: [.findCoordinator, .joinGroup, .offsetCommit, .offsetFetch]
        case .unknownMember: [.syncGroup, .heartbeat, .offsetCommit]
        case .rebalanceInProgress: [.syncGroup, .heartbeat, .offsetCommit]
        }
    }
}

extension Scenario {
    /// Whether any phase has a broker that is not as it should be.
    package var disturbsBroker: Bool { firstDisturbance != nil }

    private var firstDisturbance: LoadPhase? {
        workload.phases.first { $0.world[WorldVariable.broker.name] != nil }
    }

    /// Why the scenario cannot run on a broker that is not the lab's own; `nil` if it can.
    package var externalBrokerRefusal: LabError? {
        firstDisturbance.map { phase in
            LabError(
                "workload.phases.\(phase.name).world.broker: only the embedded broker can be "
                    + "“\(phase.world[WorldVariable.broker.name]?.text ?? "")”",
                hint: "Run without --bootstrap-servers, or do to your broker what you want it to suffer.",
                exitStatus: .invalidScenario
            )
        }
    }
}
