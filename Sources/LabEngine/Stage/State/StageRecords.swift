import LabCluster
import LabCore
import LabScenario

// What a stage's state knows of each pod, life, variant and process.

extension StageState {
    /// A pod, over all its lives.
    struct Pod: Sendable {
        /// The word for the live display.
        var status = "Pending"
        var restarts = 0
        var oomKills = 0
        /// For which its last life was started.
        var segment: Int?
        /// The life that goes on.
        var living: Int?
        /// No further life will follow, unless the pod is replaced.
        var isOver = false
        /// The pause before its next life, from the end of the last one until that begins; wall time.
        var backOff: Duration?
        var ending: Ending?
        /// Of a pod that runs an external program, which does not say when it is ready.
        var startup: Startup?
    }

    /// The time that an external program has to start.
    struct Startup: Sendable {
        /// When the first life of the present segment began.
        var since: UInt64
        var limit: Duration
    }

    /// How a pod's lives ended so far.
    struct Ending: Hashable, Sendable {
        let pod: String
        var count: Int
        /// Of the last one.
        var exit: PodExit
    }

    /// A life that goes on.
    struct Life: Sendable {
        let pod: PodSpecification
        let number: Int
        let pid: Int32
        let startedAt: UInt64
        /// At which it was to listen; `nil` if it was given none.
        var port: Int?
        /// The program's own counter says how many events it has handled.
        var countsItself = false
        /// What its events took, by a histogram of the program's own.
        var latency: HistogramSnapshot?
        /// Partitions that it holds.
        var assigned = 0
        /// Events that an external program has handled, as far as commits show.
        var handled = 0.0
        /// What the live display shows of it.
        var latest: [MetricName: Double] = [:]
        /// What was read of it last before the stage's zero, when it was ready and idle.
        var idle: [MetricName: Double] = [:]
        /// Some of its processes could not be read, and the timeline says so.
        var hasUnread = false
        /// When the kernel killed another process of the pod, as long as nothing is recorded.
        var earlyKills: [UInt64] = []
        /// As it was when latencies were recorded last.
        var recordedLatency = HistogramSnapshot()
    }

    /// A process of the lab that the sampler reads.
    struct Process: Sendable {
        let name: String
        /// The variant whose companion it is; what the incident counts there is the variant's.
        let variant: String?
        var latest: [MetricName: Double] = [:]
    }

    struct Variant: Sendable {
        let plan: VariantPlan
        /// The present one, from the beginning of the change to it.
        private(set) var segment: VariantSegment
        /// It has changed, or will.
        private(set) var hasSteps: Bool
        /// The most pods that it was to have at any time.
        private(set) var mostPods: Int
        /// Of its pods the largest that was read before the first event, bytes.
        var idleCharge: Double?
        var lag: LagWatch?
        /// When all its events were handled, since the stage's zero.
        var quiescentFrom: Int64?
        /// How the wait for its last events ended.
        var drain: Drain?

        init(plan: VariantPlan) {
            self.plan = plan
            segment = plan.segments[0]
            hasSteps = plan.segments.count > 1
            mostPods = plan.largestReplicas
        }

        mutating func enter(_ segment: VariantSegment) {
            self.segment = segment
            hasSteps = true
            mostPods = max(mostPods, segment.replicas)
        }

        /// Every pod that it ever had, or will, by ordinal.
        var allPodNames: [String] { (0..<mostPods).map(plan.podName) }

        /// The pods that it is to have at this instant.
        var podNames: [String] { (0..<segment.replicas).map(plan.podName) }
    }
}

extension StageState.Pod {
    /// A life has begun, which the sampler reads under this number.
    mutating func started(_ pod: PodSpecification, as target: Int, at now: UInt64) {
        // The first life of a segment replaces what ran before; only what follows is a restart.
        if segment == pod.segment {
            restarts += 1
        } else {
            segment = pod.segment
            startup = pod.external.map { StageState.Startup(since: now, limit: $0.startup) }
        }
        (status, living, isOver, backOff) = ("Running", target, false, nil)
    }

    mutating func ended(_ pod: String, _ exit: PodExit) {
        status = exit.reason
        living = nil
        ending = StageState.Ending(pod: pod, count: (ending?.count ?? 0) + 1, exit: exit)
        if exit.reason == "OOMKilled" { oomKills += 1 }
    }
}

extension StageState.Life {
    /// Such as `pid 4711, port 40123, life 2`.
    var words: String {
        let parts = ["pid \(pid)", port.map { "port \($0)" }, number == 0 ? nil : "life \(number + 1)"]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

extension StageState.Startup {
    func isOver(at now: UInt64) -> Bool { now >= since + UInt64(max(0, limit.inNanoseconds)) }
}
