import LabCluster
import LabCore

/// What follows from something that happened in a stage; times are nanoseconds since the zero of the stage.
enum StageAction: Hashable, Sendable {
    case startSampling(_ target: Int)
    case stopSampling(_ target: Int)
    /// From now on something can be recorded of the life.
    case lifeStarted(_ target: Int, StartedLife)
    /// The reading replaces what was recorded of the life besides its series.
    case lifeObserved(_ target: Int, LifeReading, quiescentFrom: Int64?)
    case lifeEnded(_ target: Int, PodExit, LifeReading, quiescentFrom: Int64?, at: Int64)
    case processKilled(_ target: Int, at: Int64)
    case record(Double, of: MetricName, StageSubject, at: Int64)
    case describe(MetricName, as: MetricDescription)
    case event(TimelineEvent)
    case setLedger(LedgerCounts, variant: String)
}

/// What a series belongs to.
enum StageSubject: Hashable, Sendable {
    /// By the number under which the sampler reads it.
    case life(_ target: Int)
    case variant(String)
    /// A process of the lab.
    case process(String)
}

/// A life that can be recorded.
struct StartedLife: Hashable, Sendable {
    var variant: String
    var pod: String
    var ordinal: Int
    /// Bytes.
    var memoryLimit: Int64?
    var life: Int
    var segment: Int
    var pid: Int32
    /// Not before the zero of the stage.
    var start: Int64
}

/// A life of a pod, by the names of which its telemetry page is found.
struct LifeName: Hashable, Sendable {
    var pod: String
    var life: Int
}

/// What a life's telemetry page says besides the metrics that are sampled.
struct LifeReading: Hashable, Sendable {
    var processed = 0
    var sites: [VariantResult.Site] = []
    var latency = HistogramSnapshot()
    var eventAge = HistogramSnapshot()
}
