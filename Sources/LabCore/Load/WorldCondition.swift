/// How one part of what an incident's handlers talk to is doing: what a phase of a scenario may change besides the load.
package enum WorldCondition: Hashable, Sendable, Codable {
    /// As it should be; for a share, none.
    case normal
    /// Reachable for nobody.
    case down
    /// Every answer comes that much later; in incident time in scenarios, in wall time inside a run.
    case slow(Duration)
    /// This part of all, from 0 to 1.
    case share(Double)

    /// The same on the wall clock.
    package func scaled(by timeScale: TimeScale) -> WorldCondition {
        guard case .slow(let delay) = self else { return self }
        return .slow(timeScale.wall(delay))
    }

    /// As in a scenario, such as `down`, `slow 800ms` or `5%`.
    package var text: String {
        switch self {
        case .normal: "normal"
        case .down: "down"
        case .slow(let delay): "slow \(delay.text)"
        case .share(let share): "\(abbreviated(share * 100))%"
        }
    }
}

/// A part of an incident's world that a scenario's phases may change.
package struct WorldVariable: Hashable, Sendable, Codable {
    package enum Kind: String, Hashable, Sendable, Codable {
        /// Something that answers: `up`, `down`, or `slow 800ms`.
        case service
        /// A part of all: `5%`.
        case share
    }

    /// Lower case, hyphens; for a member of several with its number, such as `backend-2`.
    package let name: String
    package let kind: Kind
    /// A fragment that states the effect.
    package let help: String

    package init(name: String, kind: Kind, help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    /// What it takes, for messages.
    package var notation: String {
        switch kind {
        case .service: "“up”, “down” or “slow 800ms”"
        case .share: "a share from “0%” to “100%”"
        }
    }

    /// Reads a condition as scenarios write it.
    /// - Returns: `nil` if the text is none of this kind, a delay is zero or longer than an hour, or a share is not within
    ///   0 and 100 %.
    package func condition(parsing text: String) -> WorldCondition? {
        let words = text.split(separator: " ")
        switch (kind, words.count) {
        case (.service, 1) where text == "up": return .normal
        case (.service, 1) where text == "down": return .down
        case (.service, 2) where words[0] == "slow":
            let delay = Duration(parsing: String(words[1]))
            return delay.flatMap { (.nanoseconds(1) ... .seconds(3_600)).contains($0) ? .slow($0) : nil }
        case (.share, 1) where text.hasSuffix("%"):
            let share = Double(text.dropLast()).map { $0 / 100 }
            return share.flatMap { (0...1).contains($0) ? .share($0) : nil }
        default: return nil
        }
    }
}
