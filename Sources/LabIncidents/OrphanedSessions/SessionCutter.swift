import LabCore
import LabTelemetry
import Synchronization

/// Closes every stream that is shown to it a set time later, whatever becomes of its request.
///
/// One task for all of them, which ends with ``stop()``.
final class SessionCutter: Sendable {
    /// What the cutter measures time with, and how it lets time pass.
    struct Timer: Sendable {
        /// Nanoseconds of a clock that never goes back.
        let now: @Sendable () -> UInt64
        /// Returns after that much wall time, or when the task is cancelled.
        let pause: @Sendable (Duration) async -> Void
    }

    private struct Deadline {
        let stream: TunnelStream
        let time: UInt64
    }

    /// Below it the task would be busy with nothing but looking at the clock.
    private static let shortestPause = Duration.milliseconds(1)

    /// Nanoseconds.
    private let lifetime: UInt64
    private let timer: Timer
    private let cut: Counter
    private let site = Census.site("SessionCutter", kind: .task)
    /// By time, since all streams have the same to live.
    private let deadlines = Mutex<[Deadline]>([])
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Starts the task.
    ///
    /// `lifetime` is wall time; `cut` counts the streams that were still open at their time.
    init(lifetime: Duration, timer: Timer, cut: Counter) {
        self.lifetime = UInt64(clamping: lifetime.inNanoseconds)
        self.timer = timer
        self.cut = cut
        site.enter()
        // Lives as long as the handler, whose `shutDown` awaits it in `stop`.
        let task = Task { await self.run() }
        self.task.withLock { $0 = task }
    }

    func watch(_ stream: TunnelStream) {
        deadlines.withLock { deadlines in
            let (time, overflow) = timer.now().addingReportingOverflow(lifetime)
            deadlines.append(Deadline(stream: stream, time: overflow ? .max : time))
        }
    }

    /// Closes what is still open and ends the task.
    func stop() async {
        let task = task.withLock { $0 }
        task?.cancel()
        await task?.value
        close(before: .max)
    }

    private func run() async {
        while !Task.isCancelled {
            close(before: timer.now())
            await timer.pause(timeToNext())
        }
        site.leave()
    }

    /// Without a stream a whole lifetime: one that is shown meanwhile has no less to live.
    private func timeToNext() -> Duration {
        let next = deadlines.withLock { $0.first?.time }
        let now = timer.now()
        let rest = next.map { $0 > now ? $0 - now : 0 } ?? lifetime
        return max(Self.shortestPause, .nanoseconds(Int64(clamping: min(rest, lifetime))))
    }

    private func close(before time: UInt64) {
        let due = deadlines.withLock { deadlines in
            let count = deadlines.firstIndex { $0.time > time } ?? deadlines.count
            defer { deadlines.removeFirst(count) }
            return deadlines[..<count]
        }
        for deadline in due where deadline.stream.close() { cut.add() }
    }
}
