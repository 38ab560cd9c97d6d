package import LabCore

/// What a supervisor needs to know of a pod.
package struct PodSpecification: Sendable {
    package var name: String
    package var variant: String
    package var ordinal: Int
    /// Which of its variant's segments a life is started for.
    package var segment: Int
    package var memoryLimit: ByteCount?
    package var restart: RestartPolicy
    /// Wall time between SIGTERM and SIGKILL.
    package var gracePeriod: Duration
    /// `nil` for a pod of the lab's own program, which reports by itself.
    package var external: ExternalProgram?
    /// Makes what one life needs (configuration, telemetry page).
    /// - Returns: how to start it.
    package var prepare: @Sendable (_ life: Int) throws -> ChildProcess

    package init(
        name: String,
        variant: String,
        ordinal: Int,
        segment: Int = 0,
        memoryLimit: ByteCount?,
        restart: RestartPolicy,
        gracePeriod: Duration,
        external: ExternalProgram? = nil,
        prepare: @escaping @Sendable (_ life: Int) throws -> ChildProcess
    ) {
        self.name = name
        self.variant = variant
        self.ordinal = ordinal
        self.segment = segment
        self.memoryLimit = memoryLimit
        self.restart = restart
        self.gracePeriod = gracePeriod
        self.external = external
        self.prepare = prepare
    }
}

/// What is known of a pod whose program is not the lab's, and therefore reports nothing by itself.
package struct ExternalProgram: Hashable, Sendable {
    /// Wall time after which it counts as ready to receive events.
    package var startup: Duration
    /// The metric that counts its tasks.
    package var tasks: MetricName
    /// The metric that is its live heap, and the one that counts the events that it has handled; `nil` if none does.
    package var heap: MetricName?
    package var handled: MetricName?
    /// Whether its live heap is read by a metric of its own, or after collections, and not by an agent in it.
    package var hasOwnHeap: Bool

    package init(
        startup: Duration,
        tasks: MetricName,
        heap: MetricName? = nil,
        handled: MetricName? = nil,
        hasOwnHeap: Bool = false
    ) {
        self.startup = startup
        self.tasks = tasks
        self.heap = heap
        self.handled = handled
        self.hasOwnHeap = hasOwnHeap
    }
}

/// Hears of a pod's lives, on any thread, one call at a time for each pod.
///
/// The specification is always the one that the life in question was started with.
package protocol PodObserver: Sendable {
    func podStarted(_ pod: PodSpecification, life: Int, processes: PodProcesses)
    /// The lab has asked a living pod to end; how it does follows with ``podEnded(_:life:exit:)``.
    func podStops(_ pod: PodSpecification, life: Int)
    /// The kernel has killed one of the pod's processes for memory, not the first one; `time` is CLOCK_MONOTONIC in
    /// nanoseconds, a tenth of a second late at most.
    func podLostProcess(_ pod: PodSpecification, life: Int, at time: UInt64)
    func podEnded(_ pod: PodSpecification, life: Int, exit: PodExit)
    func podBacksOff(_ pod: PodSpecification, for delay: Duration)
    /// No further life will follow, unless the pod is replaced: then ``podStarted(_:life:processes:)`` is called again.
    func podIsOver(_ pod: PodSpecification)
}

extension PodObserver {
    package func podStops(_ pod: PodSpecification, life: Int) {}
    package func podLostProcess(_ pod: PodSpecification, life: Int, at time: UInt64) {}
}
