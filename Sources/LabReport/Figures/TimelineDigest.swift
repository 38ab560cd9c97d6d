import LabCore

/// The timeline as `kubectl get events` tells it: what repeats is one line with a count.
struct TimelineDigest: Sendable, Hashable {
    struct Line: Sendable, Hashable {
        var isWarning: Bool
        var reason: String
        /// In the order of their first event; several only where the pods of a variant are taken together.
        var objects: [String]
        /// Of the last event.
        var message: String
        /// Nanoseconds of wall time.
        var first: Int64
        var last: Int64
        var count: Int
    }

    /// In the order of their first event.
    private(set) var lines: [Line] = []
    /// How many events there were.
    let total: Int

    /// Events of the same reason and object are one line up to the next of `breaks`, after which things are looked at
    /// anew.
    ///
    /// - Parameters:
    ///   - events: in any order; those of times that cannot be are left out.
    ///   - breaks: ascending, nanoseconds of wall time.
    ///   - owners: by object, who they belong to: objects of one owner count as one.
    init(_ events: [TimelineEvent], breaks: [Int64] = [], owners: [String: String] = [:]) {
        let events = events.filter { Series.reportableTimes.contains($0.at) }.sorted { $0.at < $1.at }
        total = events.count
        var open: [Key: Int] = [:]
        for event in events {
            let key = Key(
                reason: event.reason,
                object: owners[event.object] ?? event.object,
                isWarning: event.isWarning,
                era: breaks.count { $0 <= event.at }
            )
            if let index = open[key], !Self.singular.contains(event.reason) {
                lines[index].add(event)
            } else {
                open[key] = lines.count
                lines.append(Line(event))
            }
        }
    }

    private struct Key: Hashable {
        var reason: String
        var object: String
        var isWarning: Bool
        var era: Int
    }

    /// Each of these tells something else.
    private static let singular: Set<String> = ["Phase", "Step", "Scaled", "LimitChanged", "RolledOut"]
}

extension TimelineDigest.Line {
    fileprivate init(_ event: TimelineEvent) {
        isWarning = event.isWarning
        reason = event.reason
        objects = [event.object]
        message = event.message
        first = event.at
        last = event.at
        count = 1
    }

    fileprivate mutating func add(_ event: TimelineEvent) {
        last = event.at
        message = event.message
        count += 1
        if !objects.contains(event.object) { objects.append(event.object) }
    }

    /// Such as `x12 over 45 s`; `nil` for a single event.
    func repetition(timeScale: Double) -> String? {
        guard count > 1 else { return nil }
        guard last > first else { return "x\(grouped(count))" }
        return "x\(grouped(count)) over \(Figure.duration(Double(last - first) / 1e9 * timeScale))"
    }

    /// The object, or how many of them there are and the first.
    var objectText: String {
        guard let first = objects.first, objects.count > 1 else { return objects.first ?? "" }
        return "\(first) and \(grouped(objects.count - 1)) more"
    }
}

extension RunReport {
    /// The whole timeline, the pods of a variant taken together.
    var timelineDigest: TimelineDigest {
        var owners: [String: String] = [:]
        for variant in recording.variants {
            for pod in variant.pods { owners["pod/\(pod.name)"] = "pods of \(variant.header.name)" }
        }
        return TimelineDigest(recording.timeline, breaks: timelineBreaks, owners: owners)
    }

    /// Where things are looked at anew: at phases and steps.
    var timelineBreaks: [Int64] { (header.phases.map(\.start) + steps.map(\.at)).sorted() }
}
