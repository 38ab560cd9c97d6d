extension VariantResult {
    /// What was found out between two steps of a variant's scenario.
    package struct Segment: Codable, Hashable, Sendable {
        package var name: String
        package var handler: String
        package var replicas: Int
        @NullCoded package var memoryLimitBytes: Int64?
        /// Seconds of incident time since the start of the run: when its first pod started, and when its last one
        /// ended or the run did.
        package var from: Double
        package var to: Double
        /// Events that its pods handled, those handled twice counted twice.
        package var handled: Int
        package var verdict: Verdict
        package var because: [String]
        package var flagged: Bool
        @NullCoded package var tasksPerEvent: Estimate?
        @NullCoded package var heapBytesPerEvent: Estimate?
        @NullCoded package var chargeBytesPerEvent: Estimate?
        @NullCoded package var cpuSecondsPerMillionEvents: Double?
        /// Lives after the first of each pod.
        package var restarts: Int
        package var oomKills: Int
        package var peakLag: Int
        package var waves: Waves

        package init(name: String, handler: String, replicas: Int, memoryLimitBytes: Int64?) {
            self.name = name
            self.handler = handler
            self.replicas = replicas
            self.memoryLimitBytes = memoryLimitBytes
            from = 0
            to = 0
            handled = 0
            verdict = .inconclusive
            because = []
            flagged = false
            restarts = 0
            oomKills = 0
            peakLag = 0
            waves = Waves()
        }
    }

    /// Climb, kill, restart, climb: the lives that memory ended, and what their first halves predicted.
    package struct Waves: Codable, Hashable, Sendable {
        /// Lives that were OOM-killed.
        package var lives = 0
        /// From the first event of a life to the first event of the next one of its pod, median, incident time.
        @NullCoded package var periodSeconds: Double?
        @NullCoded package var predictedPeriodSeconds: Double?
        /// Events that a life handled before it was killed, median.
        @NullCoded package var eventsToOOM: Double?
        /// The same from the growth of the charge in the first half of each life.
        @NullCoded package var predictedEventsToOOM: Double?
        /// How far the prediction of a life was off, percent of what was observed: the median and the worst of all
        /// lives.
        @NullCoded package var medianErrorPercent: Double?
        @NullCoded package var worstErrorPercent: Double?
        /// The period against that of the segment or variant which this one was to improve on.
        @NullCoded package var ratio: Ratio?
        package init() {}
    }

    /// One period over another.
    package struct Ratio: Codable, Hashable, Sendable {
        /// Such as `production.start` or `per-event`.
        package var against: String
        package var observed: Double
        package var predicted: Double

        package init(against: String, observed: Double, predicted: Double) {
            self.against = against
            self.observed = observed
            self.predicted = predicted
        }
    }

    /// The exact books of one partition.
    package struct Partition: Codable, Hashable, Sendable {
        package var partition: Int32
        package var produced: Int
        /// `null` for a command, here and below.
        @NullCoded package var lost: Int?
        @NullCoded package var duplicated: Int?
        @NullCoded package var failed: Int?
        package var endOffset: Int64
        @NullCoded package var committedOffset: Int64?
        package var peakLag: Int
        package var finalLag: Int
        /// The first runs of lost offsets, both ends included.
        package var lostOffsets: [OffsetRange]

        package init(_ books: PartitionBooks) {
            partition = books.partition
            produced = books.counts.produced
            lost = books.counts.lost
            duplicated = books.counts.duplicated
            failed = books.counts.failed
            endOffset = books.endOffset
            committedOffset = books.committedOffset < 0 ? nil : books.committedOffset
            peakLag = books.peakLag
            finalLag = books.lag
            lostOffsets = books.lostOffsets.map { OffsetRange(from: $0.lowerBound, to: $0.upperBound) }
        }

        mutating func forgetSingleEvents() {
            (lost, duplicated, failed) = (nil, nil, nil)
            lostOffsets = []
        }
    }

    package struct OffsetRange: Codable, Hashable, Sendable {
        package var from: Int64
        package var to: Int64

        package init(from: Int64, to: Int64) {
            self.from = from
            self.to = to
        }
    }
}

/// How a consumer keeps up, in Burrow's words.
package enum LagStatus: String, Codable, Sendable, CaseIterable, Comparable {
    /// It keeps up, or catches up.
    case ok
    /// It commits, and falls behind.
    case lagging
    /// It is alive and commits nothing new, though there is something to do.
    case stalled
    /// Nobody is there to commit, though there is something to do.
    case stopped

    package static func < (left: LagStatus, right: LagStatus) -> Bool { left.severity < right.severity }

    /// From 0 for `ok` to 3 for `stopped`: how the state is recorded as a series.
    package var severity: Int {
        switch self {
        case .ok: 0
        case .lagging: 1
        case .stalled: 2
        case .stopped: 3
        }
    }

    /// - Returns: `nil` for what is no severity.
    package init?(severity: Double) {
        guard let status = Self.allCases.first(where: { Double($0.severity) == severity }) else { return nil }
        self = status
    }
}

/// What to do with an event whose handler throws.
package enum HandlerErrorPolicy: Hashable, Sendable, Codable {
    /// Count it as failed and go on.
    case skip
    /// Hand it to the handler again, up to so many times more; then count it as failed and go on.
    case retry(limit: Int)
    /// Count it as failed and end the pod with exit code 1, the event uncommitted.
    case stop
}
