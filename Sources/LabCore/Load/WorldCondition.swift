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
    /// This part of the requests that can have such an error is answered with it, from 0 to 1.
    case errors(BrokerError, share: Double)

    /// The same on the wall clock.
    package func scaled(by timeScale: TimeScale) -> WorldCondition {
        guard case .slow(let delay) = self else { return self }
        return .slow(timeScale.wall(delay))
    }

    /// As in a scenario, such as `down`, `slow 800ms`, `5%` or `errors NOT_COORDINATOR 5%`.
    package var text: String {
        switch self {
        case .normal: "normal"
        case .down: "down"
        case .slow(let delay): "slow \(delay.text)"
        case .share(let share): "\(abbreviated(share * 100))%"
        case .errors(let error, let share): "errors \(error.rawValue) \(abbreviated(share * 100))%"
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
        /// The embedded broker: `up`, `down`, `slow 800ms` or `errors NOT_COORDINATOR 5%`.
        case broker
    }

    /// What the phases of every scenario may change: the broker, as the variants' pods find it.
    package static let broker = WorldVariable(
        name: "broker",
        kind: .broker,
        help: "the embedded broker, as the variants' pods find it"
    )

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
        case .broker: "“up”, “down”, “slow 800ms” or “errors \(BrokerError.notCoordinator.rawValue) 5%”"
        }
    }

    /// Reads a condition as scenarios write it.
    /// - Returns: `nil` if the text is none of this kind, a delay is zero or longer than an hour, a share is not within
    ///   0 and 100 %, or an error has another name than those of ``BrokerError``.
    package func condition(parsing text: String) -> WorldCondition? {
        let words = text.split(separator: " ")
        switch (kind, words.count) {
        case (.service, 1) where text == "up", (.broker, 1) where text == "up": return .normal
        case (.service, 1) where text == "down", (.broker, 1) where text == "down": return .down
        case (.service, 2) where words[0] == "slow", (.broker, 2) where words[0] == "slow":
            let delay = Duration(parsing: String(words[1]))
            return delay.flatMap { (.nanoseconds(1) ... .seconds(3_600)).contains($0) ? .slow($0) : nil }
        case (.share, 1): return Self.share(parsing: text).map { .share($0) }
        case (.broker, 3) where words[0] == "errors":
            guard let error = BrokerError(rawValue: String(words[1])),
                let share = Self.share(parsing: String(words[2]))
            else { return nil }
            return share == 0 ? .normal : .errors(error, share: share)
        default: return nil
        }
    }

    private static func share(parsing text: String) -> Double? {
        guard text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) else {
            return nil
        }
        return percent / 100
    }
}
