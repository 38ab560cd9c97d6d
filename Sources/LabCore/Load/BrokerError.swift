/// An error of Kafka's protocol that a scenario's broker may answer with in the place of what is asked for.
package enum BrokerError: String, Hashable, Sendable, Codable, CaseIterable {
    case leaderNotAvailable = "LEADER_NOT_AVAILABLE"
    case notLeader = "NOT_LEADER_OR_FOLLOWER"
    case requestTimedOut = "REQUEST_TIMED_OUT"
    case coordinatorLoading = "COORDINATOR_LOAD_IN_PROGRESS"
    case coordinatorNotAvailable = "COORDINATOR_NOT_AVAILABLE"
    case notCoordinator = "NOT_COORDINATOR"
    case unknownMember = "UNKNOWN_MEMBER_ID"
    case rebalanceInProgress = "REBALANCE_IN_PROGRESS"

    /// As the protocol has it.
    package var code: Int16 {
        switch self {
        case .leaderNotAvailable: 5
        case .notLeader: 6
        case .requestTimedOut: 7
        case .coordinatorLoading: 14
        case .coordinatorNotAvailable: 15
        case .notCoordinator: 16
        case .unknownMember: 25
        case .rebalanceInProgress: 27
        }
    }
}
