import Synchronization

/// What has come to a front so far.
package struct FrontCounts: Hashable, Sendable {
    /// By kind, requests that were read wholly.
    package var requests: [KafkaRequest: Int] = [:]
    /// Requests whose answer was made late, spoiled or lost by a fault; a throttle and a broker that is down do not count.
    package var struck = 0

    package init() {}
}

/// Counts on the front's thread, and is asked by any.
final class FrontTraffic: Sendable {
    private let state = Mutex(FrontCounts())

    var counts: FrontCounts { state.withLock { $0 } }

    func saw(_ request: KafkaRequest) { state.withLock { $0.requests[request, default: 0] += 1 } }
    func hit() { state.withLock { $0.struck += 1 } }
}
