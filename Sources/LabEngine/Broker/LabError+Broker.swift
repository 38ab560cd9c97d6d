package import Kafka
package import LabCore

extension LabError {
    /// The cluster does not let a client of the run do what it is there for.
    static func refused(_ client: String, _ reason: String) -> LabError {
        LabError(
            "\(client): the broker refuses it: \(reason)",
            hint: "docs/brokers.md lists the rights that a run needs.",
            exitStatus: .brokerUnavailable
        )
    }

    /// What the client library says, with what can be done about it.
    ///
    /// What the cluster does not answer, or does not allow, is exit status 6; a property that the library does not know, or
    /// a value that it does not take, is a mistake of the command line.
    package init(_ error: KafkaError) {
        let (hint, status) = Self.advice(on: error)
        self.init(error.description, hint: hint, exitStatus: status)
    }

    private static func advice(on error: KafkaError) -> (hint: String?, status: ExitStatus) {
        if error.operation == .configure {
            return ("librdkafka \(KafkaLibrary.version) names its properties in CONFIGURATION.md.", .usage)
        }
        switch error.code {
        case .ssl:
            return (
                "Is this the TLS listener, and does ssl.ca.location name who signed its certificate?",
                .brokerUnavailable
            )
        case .unsupportedFeature:
            return (
                "Is this a broker's address? A controller's port answers clients no questions.",
                .brokerUnavailable
            )
        case .policyViolation, .invalidConfig, .invalidReplication:
            return ("Change “topic” of the scenario's workload, or the cluster's rules.", .invalidScenario)
        case let code where code.isDamage:
            return (
                "It says nothing that Kafka's protocol has. Is this a Kafka broker's address, and the way there sound?",
                .brokerUnavailable
            )
        case let code where code.isRefusal:
            return (
                "Check name, password and rights; docs/brokers.md lists the rights that a run needs.",
                .brokerUnavailable
            )
        case let code where error.isUnreachable || ClusterPatience.isPassing(code):
            return (unreachable(error), .brokerUnavailable)
        default:
            return (nil, .labFailed)
        }
    }

    /// A refused connection or an unknown name is clear; what breaks later may be the library's own weakness.
    private static func unreachable(_ error: KafkaError) -> String {
        let question = "Is the broker up, and reachable at that address?"
        let isClear = error.code == .resolve || error.detail.contains("refused")
        guard !isClear, let limitation = KafkaLibrary.knownLimitation else { return question }
        return "\(question) If it is, know that \(limitation)."
    }
}
