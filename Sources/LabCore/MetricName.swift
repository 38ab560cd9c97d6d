/// The name of a recorded time series.
///
/// Incidents add their own; the ones below the lab records for every pod, variant or process.
package struct MetricName: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package var description: String { rawValue }

    package static func < (left: MetricName, right: MetricName) -> Bool { left.rawValue < right.rawValue }

    // Of a process, or of all processes of a pod together, read from outside.
    /// Resident set, bytes; what a fork has left to several processes counts once.
    package static let rss = MetricName("rss")
    /// Memory as a limit counts it: cgroup usage without inactive file pages, bytes.
    package static let charge = MetricName("charge")
    package static let threads = MetricName("threads")
    package static let descriptors = MetricName("descriptors")
    /// User and system time since the process started, seconds.
    package static let cpu = MetricName("cpu")
    /// Processes of a pod, recorded while it is more than one.
    package static let processes = MetricName("processes")
    /// Processes of a pod of which something could not be read, recorded while there are any.
    package static let processesUnread = MetricName("processesUnread")

    // Of a pod, from its telemetry page. Counts are since the start of the life.
    /// Live heap as the allocator counts it, bytes.
    package static let heap = MetricName("heap")
    package static let processed = MetricName("processed")
    package static let failed = MetricName("failed")
    /// Live tasks, all labelled sites together.
    package static let tasks = MetricName("tasks")
    /// Live instances, all labelled sites together.
    package static let instances = MetricName("instances")
    /// Events that ended while a task born of them still lives.
    package static let outliving = MetricName("outliving")

    /// Events whose handlers run at this instant.
    package static let inFlight = MetricName("inFlight")
    /// Times that the group gave the pod partitions.
    package static let rebalances = MetricName("rebalances")
    /// Partitions that the pod holds.
    package static let assigned = MetricName("assigned")
    /// Partitions of those that are paused, since the handler wants no more for now.
    package static let paused = MetricName("paused")
    /// What the pod's last rebalance cost it: from giving up its partitions, or from its start, to its first event
    /// after it was given some, milliseconds of wall time.
    package static let rebalanceStall = MetricName("rebalanceStall")
    /// What half, and 99 of 100, of the events that the pod finished since the reading before stayed below, from their
    /// intended send to the end of their handler, milliseconds of wall time; read about once a second.
    package static let latencyP50 = MetricName("latencyP50")
    package static let latencyP99 = MetricName("latencyP99")
    /// 1 from the moment the pod can receive events.
    package static let ready = MetricName("ready")
    /// What one reading of the heap took, nanoseconds.
    package static let heapReadCost = MetricName("heapReadCost")

    // Of a variant.
    /// Events that the broker has confirmed, since the start of the run.
    package static let produced = MetricName("produced")
    /// Events that were due by the schedule, since the start of the run.
    package static let scheduled = MetricName("scheduled")
    /// End offsets minus committed offsets, events.
    package static let lag = MetricName("lag")
    /// The severity of ``LagStatus``, 0 to 3.
    package static let lagStatus = MetricName("lagStatus")

    // Of the producer.
    /// The schedule's rate at this instant, whole events per second of wall time.
    package static let targetRate = MetricName("targetRate")

    /// The number of live tasks or instances of one labelled construction site.
    package static func live(site: String) -> MetricName { MetricName("live:" + site) }
    /// The number of tasks or instances that one labelled construction site has made.
    package static func created(site: String) -> MetricName { MetricName("created:" + site) }
}
