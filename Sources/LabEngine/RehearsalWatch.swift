import Foundation
import LabCore
import LabTelemetry
import Synchronization

/// Looks at a rehearsed pod from a thread of its own, and stops it when enough is known.
///
/// On a thread, since a handler may keep all of the global pool busy.
final class RehearsalWatch: Sendable {
    struct Limits {
        /// All there are.
        var events: UInt64
        /// From the first event on.
        var time: Duration
        /// Bytes.
        var growth: Int64
    }

    /// What is known of the pod at one instant.
    struct Mark {
        /// Seconds of the monotonic clock.
        var time: Double
        var events: UInt64
        var reading: RehearsalMeter.Reading
    }

    /// The three instants that the figures are made of.
    struct Course {
        var start: Mark
        /// When the first event was seen to be handled, seconds of the monotonic clock.
        var firstEvent: Double
        /// When caches and queues are filled for the most part.
        var begin: Mark
        var end: Mark
    }

    private static let lookInterval = 0.002
    /// Without any event until then there is nothing to be known.
    private static let patience = 4.0
    /// Of the events, or of the time, left out of growth and rate.
    private static let warmUp = 0.1

    private let limits: Limits
    private let isOver = Atomic(false)

    init(_ limits: Limits) { self.limits = limits }

    /// Raised when the pod is to stop.
    var stopFlag: StopFlag { StopFlag { self.isOver.load(ordering: .relaxed) } }

    /// Ends watching.
    func stop() { isOver.store(true, ordering: .relaxed) }

    /// Begins to look; to be called right before the pod starts.
    ///
    /// `finished` is called once, on the watching thread, with what was seen; with `nil` if the pod
    /// has handled nothing in time, or if it was stopped.
    func start(reading page: TelemetryReader, _ finished: @escaping @Sendable (Course?) -> Void) {
        var look = Look(page: page)
        let start = look.mark()
        Thread.detachNewThread { [self] in
            let course = follow(&look, from: start)
            stop()
            finished(course)
        }
    }

    private func follow(_ look: inout Look, from start: Mark) -> Course? {
        var course: Course?
        while !isOver.load(ordering: .relaxed) {
            Thread.sleep(forTimeInterval: Self.lookInterval)
            let mark = look.mark()
            guard var seen = course else {
                if mark.events > 0 {
                    course = Course(start: start, firstEvent: mark.time, begin: mark, end: mark)
                    if mark.events >= limits.events { return course }
                } else if mark.time - start.time > Self.patience {
                    return nil
                }
                continue
            }
            if isWarmingUp(seen) { seen.begin = mark }
            seen.end = mark
            course = seen
            if isEnough(seen) { return seen }
        }
        return nil
    }

    private func isWarmingUp(_ course: Course) -> Bool {
        Double(course.begin.events) < Self.warmUp * Double(limits.events)
            && course.begin.time - course.firstEvent < Self.warmUp * limits.time.inSeconds
    }

    private func isEnough(_ course: Course) -> Bool {
        if course.end.events >= limits.events { return true }
        if course.end.time - course.firstEvent >= limits.time.inSeconds { return true }
        guard let before = course.start.reading.resident, let now = course.end.reading.resident else {
            return false
        }
        return now - before >= limits.growth
    }
}

/// Takes marks.
private struct Look {
    var page: TelemetryReader
    private var meter = RehearsalMeter()

    init(page: TelemetryReader) { self.page = page }

    mutating func mark() -> RehearsalWatch.Mark {
        page.refresh()
        let processed = page.index(of: MetricName.processed.rawValue).map { page.value(of: $0) } ?? 0
        return RehearsalWatch.Mark(
            time: Double(MonotonicClock.nanoseconds) * 1e-9,
            events: UInt64(max(0, processed)),
            reading: meter.read()
        )
    }
}
