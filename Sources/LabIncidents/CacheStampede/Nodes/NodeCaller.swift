import LabCore
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

    let client: LoopbackClient
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
        let deadline = now() &+ UInt64(clamping: timeout.inNanoseconds)
        do {
            return try await client.get(
                QueueingBackend.callPath,
                from: node.port,
                headers: [QueueingBackend.deadlineHeader: String(deadline)],
                within: timeout
            ) { answer in
                _ = try await answer.collect(upTo: Self.answerLimit)
                return answer.status == .ok ? .succeeded : .refused
            }
        } catch {
            try Task.checkCancellation()
            return error as? LoopbackError == .timedOut ? .timedOut : .refused
        }
    }
}
