/// One run as it was recorded: everything that analysis and reports are made from.
///
/// Times are nanoseconds of wall time since the start of the run.
package struct RecordedRun: Sendable, Hashable {
    package var header: RunHeader
    package var state: RunState
    /// The lab died before it could end the run: its books were never closed.
    ///
    /// False while the run goes on.
    package var isCutOff: Bool
    package var variants: [RecordedVariant]
    /// Series of the lab, the broker and the producer, by process name.
    package var processes: [String: [MetricName: Series]]
    package var timeline: [TimelineEvent]
    /// How late the producer was against its schedule, microseconds of wall time.
    package var scheduleDelay: HistogramSnapshot
    /// Why the run says nothing, in words; empty for a valid run.
    package var invalidBecause: [String]
    /// When the producer had nothing left to send, and when every variant had caught up; `nil` if it never came to it.
    package var productionEnded: Int64?
    /// What pods and companions said of their metrics; empty in recordings of before they were asked.
    package var metrics: [MetricName: MetricDescription]
    /// Of a run that went on until its verdicts stood; `nil` for one whose length was given.
    package var until: UntilDecided?

    package init(
        header: RunHeader,
        state: RunState,
        variants: [RecordedVariant] = [],
        processes: [String: [MetricName: Series]] = [:],
        timeline: [TimelineEvent] = [],
        scheduleDelay: HistogramSnapshot = HistogramSnapshot(),
        invalidBecause: [String] = [],
        productionEnded: Int64? = nil,
        metrics: [MetricName: MetricDescription] = [:],
        until: UntilDecided? = nil,
        isCutOff: Bool = false
    ) {
        self.header = header
        self.state = state
        self.isCutOff = isCutOff
        self.variants = variants
        self.processes = processes
        self.timeline = timeline
        self.scheduleDelay = scheduleDelay
        self.invalidBecause = invalidBecause
        self.productionEnded = productionEnded
        self.metrics = metrics
        self.until = until
    }
}

extension RecordedRun {
    /// The last instant that the recording knows of, nanoseconds of wall time; as planned if nothing was recorded.
    package var end: Int64 {
        var latest: Int64 = 0
        for event in timeline { latest = max(latest, event.at) }
        for series in processes.values.flatMap(\.values) {
            latest = max(latest, series.times.last ?? 0)
        }
        for variant in variants {
            for series in variant.series.values { latest = max(latest, series.times.last ?? 0) }
            for life in variant.pods.flatMap(\.lives) {
                latest = max(latest, life.start, life.end ?? 0)
                for series in life.series.values { latest = max(latest, series.times.last ?? 0) }
            }
        }
        let planned = header.phases.map(\.end).max() ?? 0
        return min(max(0, latest > 0 ? latest : planned), Series.reportableTimes.upperBound)
    }
}

/// What is known of a run before it starts.
package struct RunHeader: Sendable, Hashable, Codable {
    package var id: String
    /// Wall-clock time of the run's zero, nanoseconds since 1970.
    package var startedAt: Int64
    package var scenario: String
    package var title: String
    package var incident: String
    /// The scenario file as it was read, overrides not applied.
    package var scenarioText: String
    /// `--set`, `--seed` and the like, as given.
    package var overrides: [String]
    package var seed: UInt64
    package var timeScale: Double
    package var broker: BrokerDescription
    /// How memory is limited and charged: `cgroup v2`, `cgroup v1`, `watchdog`, `none`.
    package var memoryControl: String
    /// Machine and versions, in the order to be shown.
    package var environment: [LabelledValue]
    /// The configuration that matters, defaults included, in the order to be shown.
    package var configuration: [LabelledValue]
    package var variants: [VariantHeader]
    package var phases: [PhaseHeader]
    /// Wall seconds between two samples.
    package var sampleInterval: Double
    /// Leading wall seconds that the verdict leaves out.
    package var warmUp: Double
    /// The limit that time to OOM is told for where a pod has none.
    package var oomLimit: Int64?
    /// The growth of memory that is no leak; `nil` in recordings of before there was a choice.
    package var memoryThresholds: MemoryThresholds?
    package var expectations: [String]
    /// In the place of an incident's name in runs of commands alone.
    package static let noIncident = "none"
    /// Of the environment's value that names the pods' allocator, if it is not the system's.
    package static let allocatorLabel = "allocator of the pods"

    /// What is looked for besides growth; empty in recordings of before there was a choice.
    @AddedList package var findings: [FindingRule]
    /// Gauges of the incident's that are judged as tasks are.
    @AddedList package var resources: [String]
    /// `nil` in recordings that are older than forms.
    package var form: ScenarioForm?
    /// The warm-up of each life lasts as long as it took, ``warmUp`` at least; `nil` in older recordings.
    package var findsWarmUp: Bool?
    /// What was done to the run while it went on, in order; the phases and the segments are those that came of it.
    @AddedList package var acts: [RecordedAct]

    package init(
        id: String,
        startedAt: Int64,
        scenario: String,
        title: String,
        incident: String,
        scenarioText: String,
        overrides: [String],
        seed: UInt64,
        timeScale: Double,
        broker: BrokerDescription,
        memoryControl: String,
        environment: [LabelledValue],
        configuration: [LabelledValue],
        variants: [VariantHeader],
        phases: [PhaseHeader],
        sampleInterval: Double,
        warmUp: Double,
        oomLimit: Int64?,
        expectations: [String],
        findings: [FindingRule] = [],
        resources: [String] = [],
        memoryThresholds: MemoryThresholds? = nil,
        form: ScenarioForm? = nil,
        findsWarmUp: Bool? = nil
    ) {
        self.id = id
        self.startedAt = startedAt
        self.scenario = scenario
        self.title = title
        self.incident = incident
        self.scenarioText = scenarioText
        self.overrides = overrides
        self.seed = seed
        self.timeScale = timeScale
        self.broker = broker
        self.memoryControl = memoryControl
        self.environment = environment
        self.configuration = configuration
        self.variants = variants
        self.phases = phases
        self.sampleInterval = sampleInterval
        self.warmUp = warmUp
        self.oomLimit = oomLimit
        self.expectations = expectations
        self.findings = findings
        self.resources = resources
        self.memoryThresholds = memoryThresholds
        self.form = form
        self.findsWarmUp = findsWarmUp
        acts = []
    }
}

package struct LabelledValue: Sendable, Hashable, Codable {
    package var label: String
    package var value: String

    package init(_ label: String, _ value: String) {
        self.label = label
        self.value = value
    }
}

package struct VariantHeader: Sendable, Hashable, Codable {
    package var name: String
    package var role: VariantRole
    package var isControl: Bool
    package var handler: String
    /// One sentence: what this variant does differently.
    package var summary: String
    package var topic: String
    package var replicas: Int
    package var memoryLimit: Int64?
    /// How the variant ran from when on, in order; empty if it never changed.
    @AddedList package var segments: [SegmentHeader]
    /// What its pods are to show, told before the run.
    @AddedList package var predictions: [Prediction]
    /// `nil` for a handler of the incident.
    package var command: CommandHeader?
    /// Such as `jemalloc 5.3.0 with heap profiles`; `nil` for that of the system.
    package var allocator: String?
    /// The protocol of its group, such as `consumer`; `nil` for the classic one, and without a group.
    package var groupProtocol: String?

    package init(
        name: String,
        role: VariantRole,
        isControl: Bool,
        handler: String,
        summary: String,
        topic: String,
        replicas: Int,
        memoryLimit: Int64?,
        segments: [SegmentHeader] = [],
        predictions: [Prediction] = [],
        command: CommandHeader? = nil,
        allocator: String? = nil,
        groupProtocol: String? = nil
    ) {
        self.name = name
        self.role = role
        self.isControl = isControl
        self.handler = handler
        self.summary = summary
        self.topic = topic
        self.replicas = replicas
        self.memoryLimit = memoryLimit
        self.segments = segments
        self.predictions = predictions
        self.command = command
        self.allocator = allocator
        self.groupProtocol = groupProtocol
    }
}

/// A program of the user's own that a variant's pods ran, which the lab saw from outside only.
///
/// Its events count as processed when its group committed an offset behind them; what was lost or handled twice, and
/// its live heap, are not known.
package struct CommandHeader: Sendable, Hashable, Codable {
    /// The words of the command as the scenario has them, placeholders included.
    package var text: String
    /// The metric that counted its tasks: its threads, or one that it told itself.
    package var tasks: MetricName
    /// The lab asked its runtime for collections; `nil` in recordings of before it could.
    package var isCollected: Bool?

    package init(text: String, tasks: MetricName, isCollected: Bool? = nil) {
        self.text = text
        self.tasks = tasks
        self.isCollected = isCollected
    }
}

/// A part of a run in which a variant's pods were to be the same: from one step of the scenario to the next.
package struct SegmentHeader: Sendable, Hashable, Codable {
    package var name: String
    /// Nanoseconds of wall time since the start of the run, as planned.
    package var start: Int64
    package var handler: String
    package var replicas: Int
    package var memoryLimit: Int64?

    package init(name: String, start: Int64, handler: String, replicas: Int, memoryLimit: Int64?) {
        self.name = name
        self.start = start
        self.handler = handler
        self.replicas = replicas
        self.memoryLimit = memoryLimit
    }
}

package struct PhaseHeader: Sendable, Hashable, Codable {
    package var name: String
    /// Nanoseconds of wall time since the start of the run, as planned.
    package var start: Int64
    package var end: Int64
    /// Such as `ramp 200/s → 7.23M/h`.
    package var summary: String

    package init(name: String, start: Int64, end: Int64, summary: String) {
        self.name = name
        self.start = start
        self.end = end
        self.summary = summary
    }
}

package enum RunState: String, Sendable, Hashable, Codable {
    /// Still running, or the lab died without a word.
    case recording
    case finished
    case interrupted
    case failed
}

package struct RecordedVariant: Sendable, Hashable {
    package var header: VariantHeader
    package var ledger: LedgerCounts
    /// By partition, ascending; empty in recordings of labs that died before their books were closed.
    package var partitions: [PartitionBooks]
    package var series: [MetricName: Series]
    package var pods: [RecordedPod]
    /// How the wait for its last events ended; `nil` if there was none, and in older recordings.
    package var drain: Drain?

    package init(
        header: VariantHeader,
        ledger: LedgerCounts = LedgerCounts(),
        partitions: [PartitionBooks] = [],
        series: [MetricName: Series] = [:],
        pods: [RecordedPod] = [],
        drain: Drain? = nil
    ) {
        self.header = header
        self.ledger = ledger
        self.partitions = partitions
        self.series = series
        self.pods = pods
        self.drain = drain
    }
}

/// The exact book-keeping of one variant's events.
package struct LedgerCounts: Sendable, Hashable, Codable {
    /// Confirmed by the broker.
    package var produced = 0
    /// Produced and handled at least once.
    package var processed = 0
    /// Produced and never handled.
    package var lost = 0
    /// Handled again after having been handled, or in the topic twice.
    package var duplicated = 0
    /// The handler threw.
    package var failed = 0
    /// Lost because the broker dropped them before they were read.
    package var droppedByBroker = 0
    /// Confirmed by the broker, and not readable as the event that was produced.
    package var corrupt = 0
    /// Read after an event of the same partition that was produced later.
    package var outOfOrder = 0
    /// Read from another partition than that to which they were written.
    package var wrongPartition = 0
    /// Read though the broker had not confirmed them, copies left out.
    package var unexpected = 0

    package init() {}

    private enum CodingKeys: CodingKey {
        case produced, processed, lost, duplicated, failed, droppedByBroker
        case corrupt, outOfOrder, wrongPartition, unexpected
    }

    /// Counts that were added later are zero in recordings of before.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        produced = try container.decode(Int.self, forKey: .produced)
        processed = try container.decode(Int.self, forKey: .processed)
        lost = try container.decode(Int.self, forKey: .lost)
        duplicated = try container.decode(Int.self, forKey: .duplicated)
        failed = try container.decode(Int.self, forKey: .failed)
        droppedByBroker = try container.decode(Int.self, forKey: .droppedByBroker)
        corrupt = try container.decodeIfPresent(Int.self, forKey: .corrupt) ?? 0
        outOfOrder = try container.decodeIfPresent(Int.self, forKey: .outOfOrder) ?? 0
        wrongPartition = try container.decodeIfPresent(Int.self, forKey: .wrongPartition) ?? 0
        unexpected = try container.decodeIfPresent(Int.self, forKey: .unexpected) ?? 0
    }
}

/// The exact book-keeping of one partition's events.
package struct PartitionBooks: Sendable, Hashable, Codable {
    package var partition: Int32
    package var counts: LedgerCounts
    /// The offset after the last event that the broker confirmed.
    package var endOffset: Int64
    /// The first offset that would be read again; -1 if nothing was committed.
    package var committedOffset: Int64
    /// The largest lag that was seen, events.
    package var peakLag: Int
    /// Runs of offsets that were lost, ascending; `lost` counts them all, these are the first.
    package var lostOffsets: [ClosedRange<Int64>]

    package init(
        partition: Int32,
        counts: LedgerCounts,
        endOffset: Int64,
        committedOffset: Int64,
        peakLag: Int,
        lostOffsets: [ClosedRange<Int64>]
    ) {
        self.partition = partition
        self.counts = counts
        self.endOffset = endOffset
        self.committedOffset = committedOffset
        self.peakLag = peakLag
        self.lostOffsets = lostOffsets
    }

    /// End offset minus committed offset, or all that was produced if nothing was committed.
    package var lag: Int {
        committedOffset < 0 ? counts.produced : Int(max(0, endOffset.saturatingSubtracting(committedOffset)))
    }
}

package struct RecordedPod: Sendable, Hashable {
    package var name: String
    package var memoryLimit: Int64?
    package var lives: [RecordedLife]

    package init(name: String, memoryLimit: Int64?, lives: [RecordedLife] = []) {
        self.name = name
        self.memoryLimit = memoryLimit
        self.lives = lives
    }
}

/// One incarnation of a pod.
///
/// Counts in its series start at zero.
package struct RecordedLife: Sendable, Hashable {
    package var index: Int
    /// Which of its variant's segments it was started for.
    package var segment: Int
    package var pid: Int32
    package var start: Int64
    package var end: Int64?
    package var exit: PodExit?
    package var series: [MetricName: Series]
    package var sites: [VariantResult.Site]
    /// Microseconds of wall time, intended send to handler's end.
    package var latency: HistogramSnapshot
    /// Microseconds of wall time, intended send to handler's start.
    package var eventAge: HistogramSnapshot
    /// The moment from which the pod had nothing left to do, its prefetch empty, until it was asked to stop:
    /// memory between two such moments differs only by what was kept.
    package var quiescentFrom: Int64?
    /// When the kernel killed one of the pod's processes for memory, other than the first one, in order.
    package var processKills: [Int64]

    package init(
        index: Int,
        segment: Int = 0,
        pid: Int32,
        start: Int64,
        end: Int64? = nil,
        exit: PodExit? = nil,
        series: [MetricName: Series] = [:],
        sites: [VariantResult.Site] = [],
        latency: HistogramSnapshot = HistogramSnapshot(),
        eventAge: HistogramSnapshot = HistogramSnapshot(),
        quiescentFrom: Int64? = nil,
        processKills: [Int64] = []
    ) {
        self.index = index
        self.segment = segment
        self.pid = pid
        self.start = start
        self.end = end
        self.exit = exit
        self.series = series
        self.sites = sites
        self.latency = latency
        self.eventAge = eventAge
        self.quiescentFrom = quiescentFrom
        self.processKills = processKills
    }

    /// The highest value of a count that is recorded when it changes; `nil` if it never was.
    package func most(_ metric: MetricName) -> Int? {
        series[metric]?.values.filter { $0.isFinite && $0 >= 0 && $0 < 1e9 }.max().map { Int($0) }
    }
}

package struct PodExit: Sendable, Hashable, Codable {
    /// `Completed`, `OOMKilled`, `Error`, `Killed`; `Stopped` if the lab ended the life.
    package var reason: String
    package var code: Int32
    /// The highest charge of the life as the kernel saw it, bytes; `nil` if unknown.
    package var peakCharge: Int64?

    package init(reason: String, code: Int32, peakCharge: Int64? = nil) {
        self.reason = reason
        self.code = code
        self.peakCharge = peakCharge
    }
}

/// A metric over time.
///
/// Both arrays have the same length; times ascend.
package struct Series: Sendable, Hashable {
    /// Times that are believed, nanoseconds: 36 years, so that adding and subtracting never overflows.
    package static let reportableTimes: ClosedRange<Int64> = 0...(1 << 60)

    package var times: [Int64]
    package var values: [Double]

    package init(times: [Int64] = [], values: [Double] = []) {
        precondition(times.count == values.count, "a series has as many times as values")
        self.times = times
        self.values = values
    }

    package mutating func append(_ value: Double, at time: Int64) {
        times.append(time)
        values.append(value)
    }

    package var isEmpty: Bool { times.isEmpty }

    /// The last value at or before `time`; `nil` before the first.
    package func value(at time: Int64) -> Double? {
        var low = 0
        var high = times.count
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : values[low - 1]
    }
}

/// Something that happened, as `kubectl get events` would tell it.
package struct TimelineEvent: Sendable, Hashable, Codable {
    package var at: Int64
    /// `Normal` or `Warning`.
    package var isWarning: Bool
    /// One word, such as `Started`, `OOMKilled` or `Drained`.
    package var reason: String
    /// Such as `pod/per-event-0`, `producer`, `broker`, `run`.
    package var object: String
    package var message: String

    package init(at: Int64, isWarning: Bool = false, reason: String, object: String, message: String) {
        self.at = at
        self.isWarning = isWarning
        self.reason = reason
        self.object = object
        self.message = message
    }
}

extension Int64 {
    fileprivate func saturatingSubtracting(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (self < other ? .min : .max) : difference
    }
}
