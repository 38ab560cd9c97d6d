import LabCore

/// One run of a kill campaign: who is hit, how and when.
package struct KillRound: Sendable, Hashable, Codable {
    package enum Victim: String, Sendable, Codable, CaseIterable {
        case pod, broker, producer, guardian, lab
        case labAndGuardian = "lab and guardian"
    }

    package enum Blow: String, Sendable, Codable {
        /// SIGKILL.
        case kill
        /// SIGSTOP; broker, producer and lab go on after ``KillRound/pause``.
        case stop
    }

    package let number: Int
    package let seed: UInt64
    package let victim: Victim
    package let blow: Blow
    /// Within the first 50 ms of the victim's own life; else counted from the start of the lab.
    package let isAtBirth: Bool
    package let delayMilliseconds: Int

    /// How long a part that is stopped stands still: longer than the lab lets pass without a word.
    package static let pause = Duration.seconds(3)
    private static let birthMilliseconds = 50
    private static let latestMilliseconds = 7_000
    // Shares of all rounds.
    private static let (birthShare, stopShare) = (0.3, 0.3)

    /// Drawn from the seed and the number alone, so that any round can be had again.
    package init(number: Int, seed: UInt64) {
        self.number = number
        self.seed = seed
        var random = SplitMix64(seed: seed &* 1_000_003 &+ UInt64(number))
        // In turn, so that a short campaign has them all.
        victim = Victim.allCases[number % Victim.allCases.count]
        let mayStop = victim != .labAndGuardian
        blow = mayStop && random.nextUnit() < Self.stopShare ? .stop : .kill
        isAtBirth = random.nextUnit() < Self.birthShare
        let latest = isAtBirth ? Self.birthMilliseconds : Self.latestMilliseconds
        delayMilliseconds = Int(random.nextUnit() * Double(latest + 1))
    }

    /// Such as `broker stopped` or `lab and guardian killed, at birth`.
    package var words: String {
        "\(victim.rawValue) \(blow == .kill ? "killed" : "stopped")\(isAtBirth ? ", at birth" : "")"
    }

    package var delay: Duration { .milliseconds(delayMilliseconds) }
}
