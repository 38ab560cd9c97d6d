package import LabCore
import LabScenario
import LabTelemetry
import Synchronization

/// Where acts are handed in, from any thread, for the stage that goes on: one after another, each with an answer.
package final class ActDesk: Sendable {
    /// An act that waits for its turn.
    struct Request: Sendable {
        let id: Int
        let words: [String]
        /// On the monotonic clock, nanoseconds.
        let sentAt: UInt64
    }

    private typealias Answer = CheckedContinuation<Result<ActDone, LabError>, Never>

    private struct State {
        var receiver: AsyncStream<Request>.Continuation?
        var waiting: [Int: Answer] = [:]
        var nextID = 0
    }

    /// That wait at the same time.
    private static let mostWaiting = 64
    private static let notNow = LabError.act(
        "the load does not go on",
        hint: "Acts are done from the first event of a run to its last."
    )

    private let state = Mutex(State())
    private let stop: StopSwitch

    package init(stop: StopSwitch) { self.stop = stop }

    /// Does something to the run.
    ///
    /// - Parameters:
    ///   - words: as ``RunAct`` reads them; blanks between them do not count.
    ///   - sentAt: on the monotonic clock, nanoseconds; `nil` for now.
    /// - Returns: what was done.
    /// - Throws: ``LabError`` if it was not; the run goes on.
    package func submit(_ words: [String], sentAt: UInt64? = nil) async throws(LabError) -> ActDone {
        let words = words.flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
        guard words != ["stop"] else {
            stop.stop(.interrupted)
            return ActDone(done: "The run ends.")
        }
        let now = MonotonicClock.nanoseconds
        let result = await withCheckedContinuation { continuation in
            let refusal = state.withLock { state -> LabError? in
                guard let receiver = state.receiver else { return Self.notNow }
                guard state.waiting.count < Self.mostWaiting else {
                    return .act("too many wait to be done", hint: "Send them one after another.")
                }
                state.nextID += 1
                state.waiting[state.nextID] = continuation
                receiver.yield(Request(id: state.nextID, words: words, sentAt: min(now, sentAt ?? now)))
                return nil
            }
            if let refusal { continuation.resume(returning: .failure(refusal)) }
        }
        return try result.get()
    }

    /// From now on acts are done, by whoever takes them out of the stream.
    func open() -> AsyncStream<Request> {
        let (stream, receiver) = AsyncStream.makeStream(of: Request.self)
        state.withLock { $0.receiver = receiver }
        return stream
    }

    func answer(_ request: Request, _ result: Result<ActDone, LabError>) {
        state.withLock { $0.waiting.removeValue(forKey: request.id) }?.resume(returning: result)
    }

    /// From now on acts are refused, those that wait included.
    func close() {
        let waiting = state.withLock { state in
            state.receiver?.finish()
            state.receiver = nil
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for answer in waiting { answer.resume(returning: .failure(Self.notNow)) }
    }
}
