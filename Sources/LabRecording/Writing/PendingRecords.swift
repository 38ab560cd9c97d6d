import LabCore

/// One reading on its way into the file.
struct Sample: Sendable, Hashable {
    var subject: Int64
    var metric: Int64
    var at: Int64
    var value: Double
}

/// What was recorded and is not yet in the file: a bounded queue.
///
/// A plain value; the writer keeps it under a lock.
struct PendingRecords: Sendable {
    /// What one transaction writes.
    struct Batch: Sendable {
        var changes: [Change] = []
        var samples: [Sample] = []
        /// Samples and events that found the queue full.
        var dropped = 0

        var isEmpty: Bool { changes.isEmpty && samples.isEmpty && dropped == 0 }

        /// The latest moment that anything in it tells of.
        var latest: Int64 {
            let inSamples = samples.reduce(0) { max($0, $1.at) }
            return changes.reduce(inSamples) { max($0, $1.time ?? 0) }
        }
    }

    private struct Named: Hashable {
        var kind: SubjectRecord.Kind
        var name: String
    }

    /// At most this many samples wait, and events while no more changes than that do.
    ///
    /// Other changes are few and never dropped.
    let capacity: Int
    /// So many waiting samples are worth a transaction before its time.
    let batchSize: Int
    private var batch = Batch()
    private var subjects: [Named: Int64] = [:]
    private var metrics: [MetricName: Int64] = [:]
    private var described: Set<MetricName> = []
    private var lastSubject: Int64 = 0

    init(capacity: Int, batchSize: Int) {
        self.capacity = capacity
        self.batchSize = batchSize
    }

    /// - Returns: Whether the queue has just become worth a transaction.
    mutating func append(_ value: Double, of metric: MetricName, subject: Int64, at time: Int64) -> Bool {
        guard value.isFinite else { return false }
        guard batch.samples.count < capacity else {
            batch.dropped += 1
            return false
        }
        let sample = Sample(
            subject: subject,
            metric: number(of: metric),
            at: RunTime.plausible(time),
            value: value
        )
        batch.samples.append(sample)
        return batch.samples.count == batchSize
    }

    /// What a metric is counts from the first one who says it.
    mutating func describe(_ metric: MetricName, as description: MetricDescription) {
        guard described.insert(metric).inserted else { return }
        let record = MetricRecord(
            id: number(of: metric),
            name: metric.rawValue,
            kind: description.kind.rawValue,
            unit: description.unit.rawValue
        )
        append(.metric(record))
    }

    mutating func append(_ change: Change) {
        if case .event = change, batch.changes.count >= capacity {
            batch.dropped += 1
        } else {
            batch.changes.append(change)
        }
    }

    mutating func subject(of kind: SubjectRecord.Kind, name: String) -> Int64 {
        let named = Named(kind: kind, name: name)
        if let known = subjects[named] { return known }
        let new = nextSubject()
        subjects[named] = new
        append(.subject(SubjectRecord(id: new, kind: kind, name: name)))
        return new
    }

    /// A life is a new subject each time.
    mutating func subject(of life: LifeRecord) -> Int64 {
        var life = life
        life.subject = nextSubject()
        append(.lifeStarted(life))
        return life.subject
    }

    /// Everything that waits, which then waits no longer.
    mutating func take() -> Batch {
        defer { batch = Batch() }
        return batch
    }

    /// Takes back a batch that could not be written yet.
    ///
    /// What is beyond the capacity then is dropped and counted.
    mutating func putBack(_ earlier: Batch) {
        let later = take()
        batch = earlier
        batch.dropped += later.dropped
        for change in later.changes { append(change) }
        let room = max(0, capacity - batch.samples.count)
        batch.samples += later.samples.prefix(room)
        batch.dropped += max(0, later.samples.count - room)
    }

    private mutating func nextSubject() -> Int64 {
        lastSubject += 1
        return lastSubject
    }

    private mutating func number(of metric: MetricName) -> Int64 {
        if let known = metrics[metric] { return known }
        let new = Int64(metrics.count) + 1
        metrics[metric] = new
        append(.metric(MetricRecord(id: new, name: metric.rawValue)))
        return new
    }
}

/// Times that a recording can hold: 36 years before or after the start of the run, so that sums and differences of a
/// few of them cannot overflow.
enum RunTime {
    static let range: ClosedRange<Int64> = -(1 << 60)...(1 << 60)

    /// The nearest time that a recording can hold.
    static func plausible(_ time: Int64) -> Int64 { min(max(time, range.lowerBound), range.upperBound) }
}
