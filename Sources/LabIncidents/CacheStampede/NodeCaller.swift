import AsyncHTTPClient
import LabCore
import NIOCore
import NIOHTTP1

/// Calls a service on a node that was chosen.
struct NodeCaller: Sendable {
    enum Outcome: Sendable, Hashable {
        case succeeded
        /// The caller gave up; the callee may not know.
        case timedOut
        /// Nobody is there, or who is there answers that it cannot.
        case refused
    }

    let client: HTTPClient
    /// Of a call, wall time.
    let timeout: Duration
    /// Nanoseconds of the machine's monotonic clock.
    let now: @Sendable () -> UInt64

    /// Most bytes of an answer that are read.
    private static let answerLimit = 64 << 10

    /// The time-out begins here, however long it took to choose the node.
    ///
    /// The deadline goes along: whether the callee heeds it is the callee's affair.
    /// - Throws: only when the task is cancelled.
    func call(_ node: NodeList.Node) async throws -> Outcome {
        var request = HTTPClientRequest(url: node.url)
        let deadline = now() &+ UInt64(clamping: timeout.inNanoseconds)
        request.headers.add(name: QueueingBackend.deadlineHeader, value: String(deadline))
        do {
            let response = try await client.execute(request, timeout: .nanoseconds(timeout.inNanoseconds))
            _ = try await response.body.collect(upTo: Self.answerLimit)
            return response.status == .ok ? .succeeded : .refused
        } catch {
            try Task.checkCancellation()
            let isTimeout = (error as? HTTPClientError).map(Self.timeouts.contains) ?? false
            return isTimeout ? .timedOut : .refused
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .getConnectionFromPoolTimeout,
    ]
}
