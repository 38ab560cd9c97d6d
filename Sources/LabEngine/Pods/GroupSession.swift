import Kafka
package import LabCore
package import LabScenario

/// How members of groups stay in touch with their coordinator.
package enum GroupSession {
    /// How often a member of a session of that length shows itself: four times in it.
    package static func heartbeat(of timeout: Duration) -> Duration { timeout / 4 }

    /// The properties of a member.
    ///
    /// In the protocol of KIP-848 session, heartbeat and assignment are the broker's business, and librdkafka takes no
    /// property of them.
    static func properties(of pods: PodSettings) -> [LabelledValue] {
        switch pods.groupProtocol {
        case .consumer: [LabelledValue("group.protocol", "consumer")]
        case .classic:
            [
                LabelledValue("session.timeout.ms", milliseconds(pods.sessionTimeout)),
                LabelledValue("heartbeat.interval.ms", milliseconds(heartbeat(of: pods.sessionTimeout))),
                LabelledValue("partition.assignment.strategy", pods.assignor.rawValue),
            ]
        }
    }

    private static func milliseconds(_ duration: Duration) -> String {
        String(Int(duration.inSeconds * 1_000))
    }

    /// Why this library cannot do what `place` asks for; `nil` if it can.
    package static func refusal(of groupProtocol: PodSettings.GroupProtocol, at place: String) -> LabError? {
        guard groupProtocol == .consumer, !KafkaLibrary.hasConsumerProtocol else { return nil }
        return LabError(
            "\(place): librdkafka \(KafkaLibrary.version) does not speak the “consumer” protocol of groups, "
                + "\(KafkaLibrary.firstWithConsumerProtocol) does",
            hint:
                "Use a newer library, as docs/brokers.md has it under “Group protocols”, or write “classic”.",
            exitStatus: .capabilityMissing
        )
    }
}

extension Scenario {
    private var consumerProtocolVariants: [ScenarioVariant] {
        variants.filter { $0.command == nil && $0.pods.speaksConsumerProtocol }
    }

    /// Of the groups in which the broker assigns; `nil` if there are none.
    package var brokerSession: Duration? { consumerProtocolVariants.map(\.pods.sessionTimeout).max() }

    /// Why its groups cannot be had; `nil` if they can.
    ///
    /// `isEmbedded`: the broker is the lab's own, which has one session for all groups that it assigns.
    func groupRefusal(isEmbedded: Bool) -> LabError? {
        guard let first = consumerProtocolVariants.first else { return nil }
        if let refusal = GroupSession.refusal(of: first.pods.groupProtocol, at: "pods.protocol") {
            return refusal
        }
        guard isEmbedded,
            let other = consumerProtocolVariants.first(where: {
                $0.pods.sessionTimeout != first.pods.sessionTimeout
            })
        else { return nil }
        return LabError(
            "pods.sessionTimeout: \(first.pods.sessionTimeout.text) of \(first.name) and "
                + "\(other.pods.sessionTimeout.text) of \(other.name), but with “protocol: consumer” the session is the "
                + "broker's, and the embedded one has the same for all",
            hint: "Write one “sessionTimeout” under “pods” at the top of the file.",
            exitStatus: .invalidScenario
        )
    }
}

extension PodSettings {
    /// Whether its pods are members of a group in which the broker assigns.
    package var speaksConsumerProtocol: Bool { assignment == .group && groupProtocol == .consumer }
}
