import LabCore
import LabTelemetry

/// How a cluster takes its time: what it has acknowledged is so a while later.
///
/// A KRaft broker answers CreateTopics before it knows the topic, knows it before it leads its partitions, and still
/// names a topic that it has agreed to delete. For a first third of its pause a new topic is unknown, then it has no
/// leaders; for a first half of its pause a deleted one is still named, then its name cannot be used again yet.
package struct TopicSettling: Sendable {
    /// What is not yet so.
    enum Stage: Hashable {
        case unknown
        case leaderless
        case stillNamed
        case nameInUse
    }

    private struct Course {
        let begin: UInt64
        let pause: UInt64
        let isNew: Bool
    }

    private let pauses: [Duration]
    private let now: @Sendable () -> UInt64
    private var taken = 0
    private var courses: [String: Course] = [:]
    private var end: UInt64 = 0

    /// - Parameter pauses: each topic that is made takes the next of them, and each that is deleted, over and over;
    ///   without any all is so at once.
    package init(_ pauses: [Duration] = []) {
        self.init(pauses) { MonotonicClock.nanoseconds }
    }

    /// `now`: nanoseconds since a fixed instant.
    init(_ pauses: [Duration], now: @escaping @Sendable () -> UInt64) {
        (self.pauses, self.now) = (pauses, now)
    }

    /// Whether anything may not be so yet.
    var isUnderWay: Bool { end > 0 && now() < end }

    mutating func note(made name: String) { note(name, isNew: true) }
    mutating func note(deleted name: String) { note(name, isNew: false) }

    private mutating func note(_ name: String, isNew: Bool) {
        guard !pauses.isEmpty else { return }
        let pause = UInt64(clamping: pauses[taken % pauses.count].inNanoseconds)
        taken += 1
        let course = Course(begin: now(), pause: pause, isNew: isNew)
        courses[name] = course
        end = max(end, course.begin + course.pause)
    }

    /// `nil` once all is as it was acknowledged.
    func stage(of name: String) -> Stage? {
        guard isUnderWay, let course = courses[name] else { return nil }
        let elapsed = now() - course.begin
        guard elapsed < course.pause else { return nil }
        if course.isNew { return elapsed < course.pause / 3 ? .unknown : .leaderless }
        return elapsed < course.pause / 2 ? .stillNamed : .nameInUse
    }
}
