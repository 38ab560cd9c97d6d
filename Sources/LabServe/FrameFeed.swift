import LabCore
import LabReport
import LabTelemetry
import NIOCore
import Synchronization

/// Makes the frames of one run, on a thread of its own for as long as somebody looks, and keeps the newest.
///
/// Viewers wait for a frame that is newer than the last one they took: who is slow skips frames, and nothing is queued.
final class FrameFeed: Sendable {
    /// One event of the stream, the same bytes for all viewers.
    struct Frame: Sendable {
        let number: Int
        let event: ByteBuffer
        let isLast: Bool
    }

    private struct Waiter {
        var number: Int
        var continuation: CheckedContinuation<Frame?, Never>
    }

    private struct State {
        var latest: Frame?
        var made = 0
        var viewers = 0
        var thread: PeriodicThread?
        var nextWaiter = 0
        var waiters: [Int: Waiter] = [:]
    }

    private let source: any FrameSource
    private let state = Mutex(State())

    init(_ source: any FrameSource) { self.source = source }

    var viewers: Int { state.withLock { $0.viewers } }

    /// Somebody looks from now on; each call is followed by one of ``leave()``.
    func enter() {
        let thread = state.withLock { state -> PeriodicThread? in
            state.viewers += 1
            guard state.thread == nil, state.latest?.isLast != true else { return nil }
            let thread = PeriodicThread("page", every: .milliseconds(500))
            state.thread = thread
            return thread
        }
        thread?.start { [self] in work($0) }
    }

    /// The thread ends with the last viewer.
    func leave() {
        let thread = state.withLock { state -> PeriodicThread? in
            state.viewers -= 1
            guard state.viewers == 0 else { return nil }
            defer { state.thread = nil }
            return state.thread
        }
        thread?.stop()
    }

    /// Makes the next frame at once.
    func wake() { state.withLock { $0.thread }?.wake() }

    /// The newest frame, once it is newer than `number`; `nil` if the calling task is cancelled.
    func next(after number: Int) async -> Frame? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let (isOver, frame) = state.withLock { state -> (Bool, Frame?) in
                    if let latest = state.latest, latest.number > number { return (true, latest) }
                    if Task.isCancelled { return (true, nil) }
                    state.waiters[id] = Waiter(number: number, continuation: continuation)
                    return (false, nil)
                }
                if isOver { continuation.resume(returning: frame) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: nil)
        }
    }

    // MARK: - On the thread

    private func work(_ thread: PeriodicThread) {
        var began: ContinuousClock.Instant
        repeat {
            began = .now
            if round(thread) { return }
        } while thread.rest(for: source.rest(after: .now - began))
    }

    /// - Returns: whether it was the last one.
    private func round(_ thread: PeriodicThread) -> Bool {
        let text: String
        var isLast = false
        do {
            if let frame = try source.frame() {
                isLast = frame.isFinal
                text = "event: frame\ndata: \(try JSONText.line(frame))\n"
            } else {
                text = "event: wait\ndata: {}\n\n"
            }
        } catch {
            isLast = true
            text = "event: failure\ndata: \(PageAnswer.line(ofProblem: "\(error)"))\n"
        }
        publish(text, isLast: isLast, from: thread)
        return isLast
    }

    private func publish(_ text: String, isLast: Bool, from thread: PeriodicThread) {
        let waiters = state.withLock { state -> [(Waiter, Frame)] in
            // One that nobody waits for any more has been replaced.
            guard state.thread === thread else { return [] }
            state.made += 1
            let end = isLast ? "event: end\ndata: {}\n\n" : ""
            let event = ByteBuffer(string: "id: \(state.made)\n\(text)\(end)")
            let frame = Frame(number: state.made, event: event, isLast: isLast)
            state.latest = frame
            defer { state.waiters = [:] }
            return state.waiters.values.map { ($0, frame) }
        }
        for (waiter, frame) in waiters { waiter.continuation.resume(returning: frame) }
    }
}
