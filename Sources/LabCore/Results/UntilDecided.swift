/// How a run ended that went on until its verdicts stood.
package struct UntilDecided: Codable, Hashable, Sendable {
    package enum Ending: String, Codable, Hashable, Sendable, CaseIterable {
        /// Every verdict stood.
        case decided
        /// The load lasted as long as it was allowed to.
        case atMost = "at-most"
        /// Somebody ended the run, or the lab did.
        case interrupted
    }

    /// A look at the verdicts while the load went on.
    package struct Look: Codable, Hashable, Sendable {
        /// Wall seconds since the first event was due.
        package var atSeconds: Double
        /// That each interval had, so that all looks together err no more often than one.
        package var confidence: Double
        /// Variants whose verdict did not stand.
        package var undecided: [String]

        package init(atSeconds: Double, confidence: Double, undecided: [String]) {
            self.atSeconds = atSeconds
            self.confidence = confidence
            self.undecided = undecided
        }
    }

    package var ended: Ending
    /// Wall seconds of load, as they were allowed.
    package var atMostSeconds: Double
    /// How many looks were planned.
    package var plannedLooks: Int
    package var looks: [Look]

    package init(ended: Ending, atMostSeconds: Double, plannedLooks: Int, looks: [Look]) {
        self.ended = ended
        self.atMostSeconds = atMostSeconds
        self.plannedLooks = plannedLooks
        self.looks = looks
    }

    /// Wall seconds since the first event was due; `nil` if not every verdict stood.
    package var decidedAfterSeconds: Double? { ended == .decided ? looks.last?.atSeconds : nil }

    /// Of the last look, with which the run is judged; `nil` if there was none.
    package var confidence: Double? { looks.last?.confidence }

    /// Variants whose verdict did not stand at the last look.
    package var undecided: [String] { looks.last?.undecided ?? [] }
}

extension UntilDecided {
    private enum CodingKeys: String, CodingKey {
        case ended
        case decidedAfterSeconds
        case atMostSeconds
        case plannedLooks
        case looks
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(ended, forKey: .ended)
        try container.encode(decidedAfterSeconds, forKey: .decidedAfterSeconds)
        try container.encode(atMostSeconds, forKey: .atMostSeconds)
        try container.encode(plannedLooks, forKey: .plannedLooks)
        try container.encode(looks, forKey: .looks)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            ended: try container.decode(Ending.self, forKey: .ended),
            atMostSeconds: try container.decode(Double.self, forKey: .atMostSeconds),
            plannedLooks: try container.decode(Int.self, forKey: .plannedLooks),
            looks: try container.decode([Look].self, forKey: .looks)
        )
    }
}
