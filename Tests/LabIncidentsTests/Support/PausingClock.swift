import LabCore
import Synchronization

@testable import LabIncidents

/// A clock that stands still until it is told to go on, and that tasks can wait for.
final class PausingClock: Sendable {
    private struct Pause {
        let id: UInt64
        let end: UInt64
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: UInt64 = 1
        var pauses: [Pause] = []
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    var now: @Sendable () -> UInt64 {
        { self.state.withLock { $0.now } }
    }

    /// Incident time as this clock has it.
    func incidentClock(_ timeScale: TimeScale = .realTime) -> IncidentClock {
        IncidentClock(timeScale: timeScale, nanoseconds: now, pause: { [self] in await pause(for: $0) })
    }

    /// Tasks that wait.
    var waiting: Int { state.withLock { $0.pauses.count } }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += Self.nanoseconds(duration)
            let now = state.now
            defer { state.pauses.removeAll { $0.end <= now } }
            return state.pauses.filter { $0.end <= now }
        }
        for pause in due { pause.continuation.resume() }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        UInt64(duration / .nanoseconds(1))
    }

    /// As `Task.sleep`: returns when the clock has gone on so far, or when the task is cancelled.
    private func pause(for duration: Duration) async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled { return true }
                    let end = state.now + Self.nanoseconds(duration)
                    state.pauses.append(Pause(id: id, end: end, continuation: continuation))
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let pause = state.withLock { state in
                state.pauses.firstIndex { $0.id == id }.map { state.pauses.remove(at: $0) }
            }
            pause?.continuation.resume()
        }
    }
}
