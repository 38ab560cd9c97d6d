/// When a pod is started again, and after how long; the kubelet's rules.
package struct RestartPolicy: Hashable, Sendable {
    package enum Condition: String, Hashable, Sendable, Codable, CaseIterable {
        case always
        case onFailure = "on-failure"
        case never
    }

    package var condition: Condition
    /// Wall time, as all durations here.
    package var initialDelay: Duration
    package var longestDelay: Duration
    /// A life of at least this long starts the doubling anew.
    package var resetAfter: Duration

    package init(
        condition: Condition,
        initialDelay: Duration = .seconds(10),
        longestDelay: Duration = .seconds(300),
        resetAfter: Duration = .seconds(600)
    ) {
        self.condition = condition
        self.initialDelay = initialDelay
        self.longestDelay = longestDelay
        self.resetAfter = resetAfter
    }
}

/// Decides after each life whether and when the next begins.
///
/// The first restart waits the initial delay, each further one twice as long up to the longest.
package struct BackOff: Hashable, Sendable {
    /// What a policy without any delay gets: a process that ends at once must not keep the machine busy.
    private static let shortestDelay = Duration.milliseconds(1)

    private let policy: RestartPolicy
    private var next: Duration

    package init(_ policy: RestartPolicy) {
        self.policy = policy
        next = max(policy.initialDelay, Self.shortestDelay)
    }

    /// - Returns: the delay before the next life; `nil` if there shall be none.
    package mutating func delay(after end: ChildProcess.End, lifeOf life: Duration) -> Duration? {
        switch policy.condition {
        case .never: return nil
        case .onFailure where end == .exited(0): return nil
        case .onFailure, .always: break
        }
        if life >= policy.resetAfter { next = max(policy.initialDelay, Self.shortestDelay) }
        defer { next = max(min(next * 2, policy.longestDelay), Self.shortestDelay) }
        return next
    }
}
