/// What the process tells its caller when it ends; part of the command line's contract.
package enum ExitStatus: Int32, CaseIterable, Sendable {
    case success = 0
    /// The lab itself could not do its job.
    case labFailed = 1
    case expectationsNotMet = 2
    case inconclusive = 3
    case invalidScenario = 4
    case capabilityMissing = 5
    case brokerUnavailable = 6
    case usage = 64
    case interrupted = 130

    /// One line for `leaklab help exit-status` and the documentation.
    package var meaning: String {
        switch self {
        case .success: "everything went as expected"
        case .labFailed: "the lab itself failed"
        case .expectationsNotMet:
            "an expectation is not met, or without any a suspect is not flagged, or another variant is, or loses or fails events"
        case .inconclusive: "the run is invalid or inconclusive"
        case .invalidScenario: "the scenario is invalid"
        case .capabilityMissing: "a capability is missing on this machine"
        case .brokerUnavailable: "the broker is unavailable"
        case .usage: "the command line is wrong"
        case .interrupted: "interrupted"
        }
    }
}
