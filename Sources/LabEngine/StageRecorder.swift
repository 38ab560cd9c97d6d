import LabAnalysis
import LabCluster
import LabCore
import LabRecording
import LabTelemetry
import Synchronization

/// Takes everything that is seen of one stage — samples, lives, books — and passes it to the recording, in
/// the stage's own time.
///
/// Keeps the latest values for the live display.
final class StageRecorder: SampleSink, PodObserver {
    private struct State {
        var recording: (recorder: RunRecorder, clock: RunClock)?
        var nextTarget = 0
        var lives: [Int: LiveLife] = [:]
        var processes: [Int: LiveProcess] = [:]
        var restarts: [String: Int] = [:]
        var podStates: [String: String] = [:]
        var podsThatAreOver: Set<String> = []
        var quiescentFrom: [String: Int64] = [:]
        var lastObservation: UInt64 = 0
        var isOver = false
    }

    /// A life that the sampler reads.
    private struct LiveLife {
        let pod: PodSpecification
        let life: Int
        let pid: Int32
        let startedAt: UInt64
        let pagePath: String
        var subject: SubjectID?
        var series: [MetricName: Series] = [:]
    }

    /// A process of the lab that the sampler reads.
    private struct LiveProcess {
        let name: String
        var latest: [MetricName: Double] = [:]
    }

    /// What the live display needs; the rest goes to the recording alone, so that the lab's own memory stays flat.
    private static let shownMetrics: Set<MetricName> = [
        .rss, .heap, .tasks, .instances, .outliving, .processed,
    ]
    private static let shownSamples = 2_048

    private static let backingOff = "CrashLoopBackOff"

    private let state = Mutex(State())
    private let variants: [VariantPlan]
    private let ledgers: [String: Ledger]
    private let scratch: Scratch
    private let timeScale: TimeScale
    private let warmUp: Double

    init(
        variants: [VariantPlan],
        ledgers: [String: Ledger],
        scratch: Scratch,
        timeScale: TimeScale,
        warmUp: Duration
    ) {
        self.variants = variants
        self.ledgers = ledgers
        self.scratch = scratch
        self.timeScale = timeScale
        self.warmUp = warmUp.inSeconds
    }

    static func pagePath(_ pod: String, life: Int, in scratch: Scratch) -> String {
        scratch.file("\(pod)-\(life).page")
    }

    private let samplerSlot = Mutex<Sampler?>(nil)

    /// The sampler that lives and processes are given to as they start.
    func attach(_ sampler: Sampler) { samplerSlot.withLock { $0 = sampler } }

    private var sampler: Sampler? { samplerSlot.withLock { $0 } }

    /// From now on everything is recorded, the lives that have begun already included.
    func begin(_ recorder: RunRecorder, clock: RunClock) {
        state.withLock { state in
            state.recording = (recorder, clock)
            for id in state.lives.keys.sorted() { Self.register(id, in: &state) }
        }
    }

    private static func register(_ id: Int, in state: inout State) {
        guard let (recorder, clock) = state.recording, let life = state.lives[id], life.subject == nil else {
            return
        }
        let start = max(0, clock.time(ofMonotonic: life.startedAt))
        state.lives[id]?.subject = recorder.lifeStarted(
            variant: life.pod.variant,
            pod: life.pod.name,
            ordinal: life.pod.ordinal,
            memoryLimit: life.pod.memoryLimit?.bytes,
            life: life.life,
            pid: life.pid,
            at: start
        )
        let message = life.life == 0 ? "pid \(life.pid)" : "pid \(life.pid), restart \(life.life)"
        recorder.record(
            event: TimelineEvent(
                at: start,
                reason: "Started",
                object: "pod/\(life.pod.name)",
                message: message
            )
        )
    }

    /// Adds something to the timeline, now.
    func note(_ reason: String, of object: String, _ message: String, isWarning: Bool = false) {
        state.withLock { state in
            guard let (recorder, clock) = state.recording else { return }
            let event = TimelineEvent(
                at: clock.now,
                isWarning: isWarning,
                reason: reason,
                object: object,
                message: message
            )
            recorder.record(event: event)
        }
    }

    // MARK: - Pods

    func podStarted(_ pod: PodSpecification, life: Int, pid: Int32, cgroup: MemoryCgroup?) {
        let page = Self.pagePath(pod.name, life: life, in: scratch)
        let id = state.withLock { state in
            state.nextTarget += 1
            state.lives[state.nextTarget] = LiveLife(
                pod: pod,
                life: life,
                pid: pid,
                startedAt: MonotonicClock.nanoseconds,
                pagePath: page
            )
            state.podStates[pod.name] = "Running"
            state.restarts[pod.name] = life
            Self.register(state.nextTarget, in: &state)
            return state.nextTarget
        }
        sampler?.add(SampleTarget(pid: pid, cgroup: cgroup, telemetryPath: page), as: id)
    }

    func podEnded(_ pod: PodSpecification, life: Int, exit: PodExit) {
        let found = state.withLock { state in
            state.podStates[pod.name] = exit.reason
            return state.lives.first { $0.value.pod.name == pod.name && $0.value.life == life }
        }
        guard let (id, ended) = found else { return }
        sampler?.remove(id)
        let page = PageContents(path: ended.pagePath)
        state.withLock { state in
            state.lives[id] = nil
            guard let (recorder, clock) = state.recording, let subject = ended.subject else { return }
            recorder.lifeEnded(
                subject,
                at: clock.now,
                exit: exit,
                sites: page.sites,
                latency: page.latency,
                eventAge: page.eventAge,
                quiescentFrom: state.quiescentFrom[pod.variant]
            )
            let event = TimelineEvent(
                at: clock.now,
                isWarning: exit.code != 0,
                reason: exit.reason,
                object: "pod/\(pod.name)",
                message: "exit code \(exit.code) after \(page.processed) events"
            )
            recorder.record(event: event)
        }
    }

    func podBacksOff(_ pod: PodSpecification, for delay: Duration) {
        state.withLock { $0.podStates[pod.name] = Self.backingOff }
        note("BackOff", of: "pod/\(pod.name)", "restart in \(delay.text)", isWarning: true)
    }

    func podIsOver(_ pod: PodSpecification) { state.withLock { _ = $0.podsThatAreOver.insert(pod.name) } }

    /// Pods that will have no further life, sorted.
    var podsThatAreOver: [String] { state.withLock { $0.podsThatAreOver.sorted() } }

    /// Whether every pod of the stage can receive events.
    var isReady: Bool {
        let paths = state.withLock { $0.lives.values.map(\.pagePath) }
        let wanted = variants.reduce(0) { $0 + $1.podNames.count }
        return paths.count == wanted && paths.allSatisfy { PageContents(path: $0).isReady }
    }

    /// Whether a pod of the variant is alive, or will be again.
    func hasPods(of variant: String) -> Bool {
        let names = variants.first { $0.name == variant }?.podNames ?? []
        return state.withLock { !$0.podsThatAreOver.isSuperset(of: names) }
    }

    // MARK: - Processes of the lab

    func watch(_ name: String, pid: Int32, telemetryPath: String? = nil) {
        let id = state.withLock { state in
            state.nextTarget += 1
            state.processes[state.nextTarget] = LiveProcess(name: name)
            return state.nextTarget
        }
        sampler?.add(SampleTarget(pid: pid, telemetryPath: telemetryPath), as: id)
    }

    /// The producer's last word, which came too late for the sampler.
    func producerEnded(scheduled: Int) {
        state.withLock { state in
            for (id, process) in state.processes where process.name == "producer" {
                state.processes[id]?.latest[.scheduled] = Double(scheduled)
            }
        }
    }

    // MARK: - Samples

    func sampled(_ value: Double, of metric: MetricName, target: Int, at time: UInt64) {
        state.withLock { state in
            guard let (recorder, clock) = state.recording, !state.isOver else { return }
            let at = clock.time(ofMonotonic: time)
            guard at >= 0 else { return }
            if let subject = state.lives[target]?.subject {
                recorder.record(value, of: metric, subject: subject, at: at)
                if Self.shownMetrics.contains(metric) {
                    state.lives[target]?.series[metric, default: Series()].append(
                        value,
                        at: at,
                        keeping: Self.shownSamples
                    )
                }
            } else if let process = state.processes[target] {
                recorder.record(value, of: metric, subject: recorder.process(process.name), at: at)
                state.processes[target]?.latest[metric] = value
            }
        }
    }

    func roundEnded(at time: UInt64) {
        state.withLock { state in
            guard let (recorder, clock) = state.recording else { return }
            let at = clock.time(ofMonotonic: time)
            guard at >= 0 else { return }
            let scheduled = state.processes.values.first { $0.name == "producer" }?.latest[.scheduled]
            let isObservationDue = time - state.lastObservation > 1_000_000_000
            for (name, ledger) in ledgers {
                let subject = recorder.variant(name)
                let totals = ledger.totals
                recorder.record(Double(totals.produced), of: .produced, subject: subject, at: at)
                recorder.record(Double(totals.lag), of: .lag, subject: subject, at: at)
                if let scheduled { recorder.record(scheduled, of: .scheduled, subject: subject, at: at) }
                if isObservationDue { recorder.setLedger(LedgerCounts(soFar: totals), variant: name) }
            }
            if isObservationDue {
                state.lastObservation = time
                Self.observe(&state, recorder)
            }
        }
    }

    /// The pods are about to be stopped: what they look like while they end is not recorded.
    func endSampling() { state.withLock { $0.isOver = true } }

    /// What a lab that is killed would otherwise take with it.
    private static func observe(_ state: inout State, _ recorder: RunRecorder) {
        for life in state.lives.values {
            guard let subject = life.subject else { continue }
            let page = PageContents(path: life.pagePath)
            recorder.lifeObserved(
                subject,
                sites: page.sites,
                latency: page.latency,
                eventAge: page.eventAge,
                quiescentFrom: state.quiescentFrom[life.pod.variant]
            )
        }
    }

    /// The variant has handled all there was, and its prefetch is empty.
    func markQuiescent(_ variant: String) {
        state.withLock { state in
            guard let (_, clock) = state.recording, state.quiescentFrom[variant] == nil else { return }
            state.quiescentFrom[variant] = clock.now
        }
    }

    // MARK: - Live view

    /// What is known of a variant at this instant.
    func glance(at variant: VariantPlan) -> VariantGlance {
        let totals = ledgers[variant.name]?.totals ?? LedgerTotals()
        return state.withLock { state in
            let lives = state.lives.values.filter { $0.pod.variant == variant.name }.sorted {
                $0.pod.ordinal < $1.pod.ordinal
            }
            let longest = lives.max {
                ($0.series[.processed]?.times.count ?? 0) < ($1.series[.processed]?.times.count ?? 0)
            }
            return VariantGlance(
                produced: totals.produced,
                processed: totals.processed,
                lag: totals.lag,
                rss: Self.sum(.rss, lives.map(\.series)),
                heap: Self.sum(.heap, lives.map(\.series)),
                tasks: Self.sum(.tasks, lives.map(\.series)),
                longestSeries: longest?.series ?? [:],
                longestStart: longest?.series[.processed]?.times.first ?? 0,
                podStates: variant.podNames.map { state.podStates[$0] ?? "Pending" },
                restarts: variant.podNames.reduce(0) { $0 + (state.restarts[$1] ?? 0) }
            )
        }
    }

    private static func sum(_ metric: MetricName, _ series: [[MetricName: Series]]) -> Double? {
        let values = series.compactMap { $0[metric]?.values.last }
        return values.isEmpty ? nil : values.reduce(0, +)
    }
}

extension Series {
    /// Appends a reading; once there are `limit`, every second one is forgotten first.
    fileprivate mutating func append(_ value: Double, at time: Int64, keeping limit: Int) {
        if times.count >= limit {
            times = stride(from: 1, to: times.count, by: 2).map { times[$0] }
            values = stride(from: 1, to: values.count, by: 2).map { values[$0] }
        }
        append(value, at: time)
    }
}

extension LedgerCounts {
    /// What the books say while events are under way: nothing counts as lost yet.
    fileprivate init(soFar totals: LedgerTotals) {
        self.init()
        produced = totals.produced
        processed = totals.processed
        duplicated = totals.duplicated
        failed = totals.failed
    }
}

/// A variant at one instant, for the live display.
struct VariantGlance: Sendable {
    var produced: Int
    var processed: Int
    var lag: Int
    var rss: Double?
    var heap: Double?
    var tasks: Double?
    /// Of the life with the most samples.
    var longestSeries: [MetricName: Series]
    var longestStart: Int64
    var podStates: [String]
    var restarts: Int
}
