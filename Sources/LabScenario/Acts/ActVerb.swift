/// What can be done to a run while it goes on, by the word that asks for it.
package enum ActVerb: String, Hashable, Sendable, CaseIterable {
    case rate
    case limit
    case scale
    case rollout
    case world
    case next
    case pause
    case resume
    case profile
    case stop

    /// How it is written: `scale [VARIANT] PODS`.
    package var usage: String {
        switch self {
        case .rate: "rate RATE, or rate FACTORx"
        case .limit: "limit [VARIANT] SIZE"
        case .scale: "scale [VARIANT] PODS"
        case .rollout: "rollout VARIANT HANDLER"
        case .world: "world NAME: CONDITION"
        case .next: "next"
        case .pause: "pause"
        case .resume: "resume"
        case .profile: "profile [POD]"
        case .stop: "stop"
        }
    }

    /// What it does, in a sentence.
    package var help: String {
        switch self {
        case .rate: "Set the rate until the next phase, or multiply what is planned."
        case .limit: "Replace the pods with pods under this limit; “none” for no limit."
        case .scale: "Let the variant have so many pods."
        case .rollout: "Replace the pods with pods that run another handler."
        case .world: "Change what handlers talk to until the next phase: “database: down”."
        case .next: "Let what is planned next happen now, and the rest as much sooner."
        case .pause: "Let no event come until “resume”; all that is planned waits."
        case .resume: "Let the load go on where it was paused."
        case .profile: "Take heap profiles, and name the code whose memory grows."
        case .stop: "End the run early; what was recorded is kept and judged."
        }
    }

    /// An example of its own.
    package var example: String {
        switch self {
        case .rate: "rate 5000/s"
        case .limit: "limit 256MiB"
        case .scale: "scale per-event 4"
        case .rollout: "rollout per-event singleton"
        case .world: "world 'database: down'"
        case .next, .pause, .resume, .profile, .stop: rawValue
        }
    }
}
