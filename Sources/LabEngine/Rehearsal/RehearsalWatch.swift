import LabCore
import LabTelemetry
import Synchronization

/// Conducts a rehearsed pod from a thread of its own: opens the gate when all events are fetched, and stops the pod
/// when enough is known.
///
/// On a thread, since a handler may keep all of the global pool busy.
final class RehearsalWatch: Sendable {
    struct Limits {
        /// All there are.
        var events: Int
        /// With the gate open.
        var time: Duration
        /// Bytes of anonymous memory since the gate opened.
        var growth: Int64
    }

    private static let lookInterval = Duration.milliseconds(2)
    /// Without an event until then there is nothing to be known.
    private static let patience = 4.0
    /// Fetching is over when so many looks in a row show no more CPU than this share of their time, or when it takes too
    /// long.
    private static let quietLooks = 8
    private static let quietShare = 0.2
    private static let longestFetch = Duration.milliseconds(400)
    /// Of the events, or of the time: in it caches fill.
    private static let warmUp = 0.1

    let gate = RehearsalGate()
    private let limits: Limits
    private let heapBytes: @Sendable () -> Double?
    private let thread = PeriodicThread("rehearsal", every: RehearsalWatch.lookInterval)
    /// For the pod, which looks between two events: no lock is to be in its way.
    private let isOver = Atomic(false)

    /// `heapBytes` returns the size of the live heap; `nil` where it is unknown.
    init(_ limits: Limits, heapBytes: @escaping @Sendable () -> Double?) {
        self.limits = limits
        self.heapBytes = heapBytes
    }

    /// Raised when the pod is to stop.
    var stopFlag: StopFlag { StopFlag { self.isOver.load(ordering: .relaxed) } }

    /// Ends watching and, behind the gate, the pod.
    func stop() {
        isOver.store(true, ordering: .relaxed)
        thread.stop()
        gate.open()
    }

    /// Begins to look; to be called right before the pod starts.
    ///
    /// `finished` is called once, on the watching thread, with what was seen; with `nil` if no event has come in time,
    /// or if the watch was stopped.
    func start(reading page: TelemetryReader, _ finished: @escaping @Sendable (RehearsalCourse?) -> Void) {
        var look = Look(page: page, heapBytes: heapBytes)
        let start = look.mark()
        thread.start { [self] _ in
            let course = follow(Look(page: page, heapBytes: heapBytes), from: start)
            stop()
            finished(course)
        }
    }

    private func follow(_ look: consuming Look, from start: RehearsalMark) -> RehearsalCourse? {
        guard let firstEvent = awaitFirstEvent(since: start, &look) else { return nil }
        awaitEndOfFetching()
        let opened = look.mark()
        gate.open()
        var warm = opened
        while thread.rest(for: Self.lookInterval) {
            let now = look.quickMark()
            if isEnough(now, since: opened) {
                return RehearsalCourse(
                    start: start,
                    firstEvent: firstEvent,
                    opened: opened,
                    warm: warm,
                    end: look.mark()
                )
            }
            if isWarmingUp(warm, since: opened) { warm = now }
        }
        return nil
    }

    /// - Returns: its time, in seconds of the monotonic clock.
    private func awaitFirstEvent(since start: RehearsalMark, _ look: inout Look) -> Double? {
        repeat {
            if let time = gate.firstEvent { return Double(time) * 1e-9 }
        } while look.quickMark().reading.time < start.reading.time + Self.patience
            && thread.rest(for: Self.lookInterval)
        return nil
    }

    private func awaitEndOfFetching() {
        let deadline = ContinuousClock.now + Self.longestFetch
        var (before, quiet) = (RehearsalMeter.cpuSeconds, 0)
        while quiet < Self.quietLooks, .now < deadline, thread.rest(for: Self.lookInterval) {
            let now = RehearsalMeter.cpuSeconds
            quiet = now - before < Self.quietShare * Self.lookInterval.inSeconds ? quiet + 1 : 0
            before = now
        }
    }

    private func isWarmingUp(_ warm: RehearsalMark, since opened: RehearsalMark) -> Bool {
        Double(warm.events) < Self.warmUp * Double(limits.events)
            && warm.reading.time - opened.reading.time < Self.warmUp * limits.time.inSeconds
    }

    private func isEnough(_ now: RehearsalMark, since opened: RehearsalMark) -> Bool {
        if now.events >= limits.events { return true }
        let time = now.reading.time - opened.reading.time
        // A slow handler is waited for, so that there is one event at least.
        if time >= limits.time.inSeconds, now.events > 0 || time >= Self.patience { return true }
        guard let before = opened.reading.resident, let after = now.reading.resident else { return false }
        return after - before >= Double(limits.growth)
    }
}

/// Takes marks.
private struct Look {
    var page: TelemetryReader
    let heapBytes: @Sendable () -> Double?
    private var meter = RehearsalMeter()

    init(page: TelemetryReader, heapBytes: @escaping @Sendable () -> Double?) {
        self.page = page
        self.heapBytes = heapBytes
    }

    mutating func mark() -> RehearsalMark {
        // First the reading, since that of the heap may take its time.
        var mark = quickMark()
        mark.heap = heapBytes()
        return mark
    }

    /// Without the heap.
    mutating func quickMark() -> RehearsalMark {
        page.refresh()
        let processed = page.index(of: MetricName.processed.rawValue).flatMap { page.value(of: $0) } ?? 0
        return RehearsalMark(events: Int(clamping: max(0, processed)), reading: meter.read())
    }
}
