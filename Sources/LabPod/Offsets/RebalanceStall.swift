/// How long rebalances keep one pod from working, nanoseconds of CLOCK_MONOTONIC.
///
/// A pod without partitions stands still: one that has just started, and one that has given up all it had, which
/// under an eager protocol is every rebalance. Its stall lasts from then until it takes its first event under a new
/// assignment, less the time in which it had partitions and no event was due.
///
/// A pod that keeps some partitions, as most do under a cooperative protocol, goes on with them. Its stall is what the
/// rebalance's callbacks took on the polling thread, and nothing if no event was waiting after them: next to 0, unless
/// handlers that are under way or an absent coordinator hold the callbacks up.
struct RebalanceStall: Sendable, Equatable {
    private enum State: Sendable, Equatable {
        case working
        case standing(since: UInt64, assignedAt: UInt64?)
    }

    private var state: State
    /// What the callbacks of the present rebalance have taken so far, of a pod that works.
    private var interruption: UInt64 = 0

    /// The pod starts, without partitions.
    init(startingAt start: UInt64) { state = .standing(since: start, assignedAt: nil) }

    /// Whether the next event ends a stall.
    var endsWithNextEvent: Bool {
        if case .standing(_, .some) = state { true } else { false }
    }

    /// The pod has given up its last partition, and began to do so at `start`.
    mutating func gaveUpAll(at start: UInt64) {
        switch state {
        case .working: state = .standing(since: start, assignedAt: nil)
        case .standing(let since, _): state = .standing(since: since, assignedAt: nil)
        }
    }

    /// Callbacks have kept the polling thread for so long while events were waiting.
    mutating func interrupted(for duration: UInt64) {
        if state == .working { interruption += duration }
    }

    /// The pod was given partitions, or its group has settled without a change for it.
    /// - Returns: what the rebalance cost a pod that went on; `nil` for one that stands still.
    mutating func assigned(holdingAny: Bool, at now: UInt64) -> UInt64? {
        switch state {
        case .working:
            defer { interruption = 0 }
            return interruption
        case .standing(let since, let assignedAt):
            if holdingAny { state = .standing(since: since, assignedAt: assignedAt ?? now) }
            return nil
        }
    }

    /// The pod takes an event, which has been waiting for a consumer for `age`; `nil` if that is unknown.
    /// - Returns: the stall that ends with it; `nil` if there was none.
    mutating func tookEvent(at now: UInt64, age: UInt64?) -> UInt64? {
        guard case .standing(let since, let assignedAt?) = state else { return nil }
        state = .working
        interruption = 0
        let dueAt = age.map { now.clampedSubtracting($0) } ?? assignedAt
        return now.clampedSubtracting(since).clampedSubtracting(dueAt.clampedSubtracting(assignedAt))
    }
}

extension UInt64 {
    /// The difference, and 0 where it would be negative.
    fileprivate func clampedSubtracting(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
