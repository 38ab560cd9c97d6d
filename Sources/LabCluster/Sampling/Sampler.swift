package import LabCore
import LabTelemetry
import Synchronization

/// What the sampler reads at every tick: one process, its cgroup and its telemetry page.
package struct SampleTarget: Sendable {
    package var pid: Int32
    package var cgroup: MemoryCgroup?
    package var telemetryPath: String?
    /// The page of the agent in it; `nil` for a process without one.
    package var agentPath: String?
    /// Whether its live heap is what the agent reads.
    package var agentReadsHeap: Bool
    /// Whether the charge is what the process itself keeps in memory, as the watchdog counts it, not a cgroup's.
    package var isUnderWatchdog: Bool
    /// All that are to be read together with it; `nil` for it alone.
    package var processes: PodProcesses?

    package init(
        pid: Int32,
        cgroup: MemoryCgroup? = nil,
        telemetryPath: String? = nil,
        agentPath: String? = nil,
        agentReadsHeap: Bool = false,
        isUnderWatchdog: Bool = false,
        processes: PodProcesses? = nil
    ) {
        self.pid = pid
        self.cgroup = cgroup
        self.telemetryPath = telemetryPath
        self.agentPath = agentPath
        self.agentReadsHeap = agentReadsHeap
        self.isUnderWatchdog = isUnderWatchdog
        self.processes = processes
    }
}

/// Takes what the sampler has read.
///
/// Called on the sampler's thread.
package protocol SampleSink: Sendable {
    /// Takes what a target's page says of a metric, before the target's first reading of it.
    func described(_ metric: MetricName, as description: MetricDescription, target: Int)
    /// Takes one reading; `time` is CLOCK_MONOTONIC in nanoseconds, for a slow metric that of its own reading.
    func sampled(_ value: Double, of metric: MetricName, target: Int, at time: UInt64)
    /// Called after each round over all targets.
    func roundEnded(at time: UInt64)
}

/// Reads processes from outside on a fixed schedule, on one thread of its own, so that reading never disturbs them.
package final class Sampler: Sendable {
    private let sink: any SampleSink
    private let targets = Mutex<[Int: SampleTarget]>([:])
    private let thread: PeriodicThread

    package init(interval: Duration, sink: any SampleSink) {
        self.sink = sink
        thread = PeriodicThread("sampler", every: interval)
    }

    /// Begins to read a process, under an identifier that is not in use.
    package func add(_ target: SampleTarget, as id: Int) { targets.withLock { $0[id] = target } }

    package func remove(_ id: Int) { _ = targets.withLock { $0.removeValue(forKey: id) } }

    package func start() {
        thread.start { [self] thread in
            var round = SamplingRound(sink: sink)
            repeat { round.sample(targets.withLock { $0 }) } while thread.rest()
        }
    }

    /// Ends the thread, and waits for the round that is under way.
    package func stop() {
        thread.stop()
        thread.join()
    }
}

/// The sampling thread's own state: what is open for each target.
private struct SamplingRound {
    private let sink: any SampleSink
    private var sources: [Int: SampleSource] = [:]

    init(sink: any SampleSink) { self.sink = sink }

    mutating func sample(_ targets: [Int: SampleTarget]) {
        let sink = sink
        for id in sources.keys where targets[id] == nil { sources[id] = nil }
        for (id, target) in targets {
            if sources[id] == nil { sources[id] = SampleSource(target) }
            sources[id]?.describe { sink.described($0, as: $1, target: id) }
            sources[id]?.read { sink.sampled($1, of: $0, target: id, at: $2) }
        }
        sink.roundEnded(at: MonotonicClock.nanoseconds)
    }
}

/// One target's open files.
private struct SampleSource {
    private let probe: ProcessProbe?
    /// In its place, for a pod of several processes.
    private let processes: PodProcessesProbe?
    private let cgroup: ChargeProbe?
    private let memory: PodMemoryProbe?
    private var page: PageSource?
    private var agent: PageSource?
    /// How many processes there were in the last round, and of how many something could not be read.
    private var last = (processes: 1, unread: 0)
    private var nextSlow: UInt64 = 0

    init(_ target: SampleTarget) {
        let (pid, all, shared) = (target.pid, target.processes, SharedPages())
        processes = all.flatMap { all in PodProcessesProbe(pid: pid, shared: shared) { all.list() } }
        probe = processes == nil ? ProcessProbe(pid: pid) : nil
        cgroup = target.cgroup.flatMap { ChargeProbe($0) }
        let list = { all?.list() ?? [pid] }
        memory = target.isUnderWatchdog ? PodMemoryProbe(pid: pid, shared: shared, list: list) : nil
        page = target.telemetryPath.flatMap { PageSource(path: $0) }
        agent = target.agentPath.flatMap { PageSource(agentPath: $0, readsHeap: target.agentReadsHeap) }
    }

    mutating func describe(_ report: (MetricName, MetricDescription) -> Void) {
        page?.describe(report)
        agent?.describe(report)
    }

    mutating func read(_ take: (MetricName, Double, UInt64) -> Void) {
        let withSlow = MonotonicClock.nanoseconds >= nextSlow
        let all = processes?.read(withSlow: withSlow)
        guard let reading = all?.sum ?? probe?.read(withSlow: withSlow) else { return }
        // The page first: a count of events read before the memory that they took would tilt the slope.
        page?.read(take)
        agent?.read(take)
        let now = MonotonicClock.nanoseconds
        if withSlow { nextSlow = now + 1_000_000_000 }
        for (metric, value) in reading.values { take(metric, value, now) }
        if let charge = cgroup?.read() ?? memory?.read() { take(.charge, Double(charge.bytes), now) }
        if let all { takeCounts(all, take, now) }
    }

    /// Of a pod that is one process, and always was, there is nothing to count.
    private mutating func takeCounts(
        _ all: PodProcessesProbe.Reading,
        _ take: (MetricName, Double, UInt64) -> Void,
        _ now: UInt64
    ) {
        if max(all.processes, last.processes) > 1 { take(.processes, Double(all.processes), now) }
        if max(all.unread, last.unread) > 0 { take(.processesUnread, Double(all.unread), now) }
        last = (all.processes, all.unread)
    }
}
