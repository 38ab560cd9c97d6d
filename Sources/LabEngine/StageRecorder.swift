import LabAnalysis
import LabCluster
import LabCore
import LabRecording
import LabScenario
import LabTelemetry
import Synchronization

/// Takes everything that is seen of one stage — samples, lives, books — and passes it to the recording, in
/// the stage's own time.
///
/// Keeps the latest values for the live display.
final class StageRecorder: Sendable {
    struct State {
        var recording: (recorder: RunRecorder, clock: RunClock)?
        var nextTarget = 0
        var lives: [Int: LiveLife] = [:]
        var processes: [Int: LiveProcess] = [:]
        var restarts: [String: Int] = [:]
        /// For which segment each pod's last life was started.
        var lastSegments: [String: Int] = [:]
        var oomKills: [String: Int] = [:]
        var podStates: [String: String] = [:]
        var podsThatAreOver: Set<String> = []
        /// Pods that wait for their next life, and how long altogether.
        var backOffs: [String: Duration] = [:]
        /// How the wait for each variant's last events ended.
        var drains: [String: Drain] = [:]
        /// Pods of commands: when the first life of the present segment started, and until when that may take.
        var foreignPods: [String: (since: UInt64, startup: Duration)] = [:]
        var endings: [String: Ending] = [:]
        /// The segment that each variant is in, from the beginning of the change to it.
        var segments: [String: Int] = [:]
        var lag: [String: LagWatch] = [:]
        /// The latest of the timeline, for the live display.
        var latestEvents: [TimelineEvent] = []
        var quiescentFrom: [String: Int64] = [:]
        var lastObservation: UInt64 = 0
        /// What pods and companions said of their metrics; those that began before the recording did say it once.
        var descriptions: [MetricName: MetricDescription] = [:]
        var isOver = false

        /// The one that the variant is in.
        func segment(of variant: VariantPlan) -> VariantSegment {
            variant.segments[segments[variant.name] ?? 0]
        }

        /// The pods that the variant is to have at this instant.
        func podNames(of variant: VariantPlan) -> [String] {
            (0..<segment(of: variant).replicas).map(variant.podName)
        }
    }

    /// A life that the sampler reads.
    struct LiveLife {
        let pod: PodSpecification
        let life: Int
        let pid: Int32
        let startedAt: UInt64
        let pagePath: String
        var subject: SubjectID?
        /// Partitions that it holds.
        var assigned = 0
        /// Events that a command has handled, as far as commits tell.
        var handled = 0.0
        /// What the live display shows of it.
        var latest: [MetricName: Double] = [:]
        /// What was read of it last before the run's zero, when it was ready and idle.
        var idle: [MetricName: Double] = [:]
        /// Some of its processes could not be read, and that is in the timeline.
        var hasUnread = false
        /// When the kernel killed another process of the pod, as long as nothing is recorded; CLOCK_MONOTONIC.
        var earlyKills: [UInt64] = []
        /// As it was when the latest latencies were told.
        var toldLatency = HistogramSnapshot()
    }

    /// A process of the lab that the sampler reads.
    struct LiveProcess {
        let name: String
        /// The variant whose companion it is; what the incident counts there is the variant's.
        let variant: String?
        var latest: [MetricName: Double] = [:]
    }

    /// Of which the live display needs the latest reading.
    static let shownMetrics: Set<MetricName> = [.rss, .heap, .tasks, .processed]
    static let shownEvents = 8

    static let backingOff = "CrashLoopBackOff"

    let state = Mutex(State())
    let variants: [VariantPlan]
    let ledgers: [String: Ledger]
    let scratch: Scratch
    let isUnderWatchdog: Bool

    init(
        variants: [VariantPlan],
        ledgers: [String: Ledger],
        scratch: Scratch,
        control: MemoryControl
    ) {
        self.variants = variants
        self.ledgers = ledgers
        self.scratch = scratch
        isUnderWatchdog = control.isWatchdog
    }

    static func pagePath(_ pod: String, life: Int, in scratch: Scratch) -> String {
        scratch.file("\(pod)-\(life).page")
    }

    let samplerSlot = Mutex<Sampler?>(nil)

    /// The sampler that lives and processes are given to as they start.
    func attach(_ sampler: Sampler) { samplerSlot.withLock { $0 = sampler } }

    var sampler: Sampler? { samplerSlot.withLock { $0 } }

    /// From now on everything is recorded, the lives that have begun already included.
    func begin(_ recorder: RunRecorder, clock: RunClock) {
        state.withLock { state in
            state.recording = (recorder, clock)
            for (metric, description) in state.descriptions { recorder.describe(metric, as: description) }
            for id in state.lives.keys.sorted() { Self.register(id, in: &state) }
        }
    }

    static func register(_ id: Int, in state: inout State) {
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
            segment: life.pod.segment,
            pid: life.pid,
            at: start
        )
        if let subject = state.lives[id]?.subject {
            for time in life.earlyKills {
                recorder.processKilled(in: subject, at: max(0, clock.time(ofMonotonic: time)))
            }
        }
        let message = life.life == 0 ? "pid \(life.pid)" : "pid \(life.pid), life \(life.life + 1)"
        let event = TimelineEvent(
            at: start,
            reason: "Started",
            object: "pod/\(life.pod.name)",
            message: message
        )
        add(event, to: &state, recorder)
    }

    static func add(_ event: TimelineEvent, to state: inout State, _ recorder: RunRecorder) {
        recorder.record(event: event)
        state.latestEvents.append(event)
        if state.latestEvents.count > shownEvents { state.latestEvents.removeFirst() }
    }

    /// Adds something to the timeline, now.
    func note(_ reason: String, of object: String, _ message: String, isWarning: Bool = false) {
        state.withLock { Self.note(reason, of: object, message, isWarning: isWarning, in: &$0) }
    }

    static func note(
        _ reason: String,
        of object: String,
        _ message: String,
        isWarning: Bool = false,
        in state: inout State
    ) {
        guard let (recorder, clock) = state.recording else { return }
        let event = TimelineEvent(
            at: clock.now,
            isWarning: isWarning,
            reason: reason,
            object: object,
            message: message
        )
        add(event, to: &state, recorder)
    }

    // MARK: - Processes of the lab

    func watch(_ name: String, pid: Int32, telemetryPath: String? = nil, variant: String? = nil) {
        let id = state.withLock { state in
            state.nextTarget += 1
            state.processes[state.nextTarget] = LiveProcess(name: name, variant: variant)
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
}
