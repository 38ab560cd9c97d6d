import LabCore
import LabTelemetry
import Synchronization

/// Closes every stream that is shown to it a set time later, whatever becomes of its request.
///
/// One task for all of them, which ends with ``stop()``.
final class SessionCutter: Sendable {
    private struct Deadline {
        let stream: TunnelStream
        let time: IncidentClock.Instant
    }

    private let lifetime: Duration
    private let clock: IncidentClock
    private let cut: Counter
    private let site = Census.site("SessionCutter", kind: .task)
    /// By time, since all streams have the same to live.
    private let deadlines = Mutex<[Deadline]>([])
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Starts the task.
    ///
    /// `lifetime` is of the clock's time; `cut` counts the streams that were still open at their time.
    init(lifetime: Duration, clock: IncidentClock, cut: Counter) {
        self.lifetime = lifetime
        self.clock = clock
        self.cut = cut
        site.enter()
        // Lives as long as the handler, whose `shutDown` awaits it in `stop`.
        let task = Task { await self.run() }
        self.task.withLock { $0 = task }
    }

    func watch(_ stream: TunnelStream) {
        deadlines.withLock { deadlines in
            deadlines.append(Deadline(stream: stream, time: clock.now.advanced(by: lifetime)))
        }
    }

    /// Closes what is still open and ends the task.
    func stop() async {
        let task = task.withLock { $0 }
        task?.cancel()
        await task?.value
        close { _ in true }
    }

    private func run() async {
        while !Task.isCancelled {
            let now = clock.now
            close { $0 <= now }
            try? await clock.sleep(until: timeToLook())
        }
        site.leave()
    }

    /// Without a stream a whole lifetime from now: one that is shown meanwhile has no less to live.
    private func timeToLook() -> IncidentClock.Instant {
        let next = deadlines.withLock { $0.first?.time }
        let soonest = clock.now.advanced(by: clock.minimumResolution)
        return next.map { max($0, soonest) } ?? clock.now.advanced(by: lifetime)
    }

    private func close(where isDue: (IncidentClock.Instant) -> Bool) {
        let due = deadlines.withLock { deadlines in
            let count = deadlines.firstIndex { !isDue($0.time) } ?? deadlines.count
            defer { deadlines.removeFirst(count) }
            return deadlines[..<count]
        }
        for deadline in due where deadline.stream.close() { cut.add() }
    }
}
