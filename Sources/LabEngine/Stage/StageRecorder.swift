import LabAnalysis
import LabCluster
import LabCore
import LabRecording
import LabScenario
import LabTelemetry
import Synchronization

/// Takes everything that is seen of one stage — samples, lives, ledgers — and passes it to the recording, in the
/// stage's own time.
///
/// A driver around ``StageState``: it reads clocks, pages and ledgers before it takes the lock. What follows is performed
/// under it, so that the recording hears of everything in the order in which it happened; the sampler and the recorder
/// only take it in then.
final class StageRecorder: Sendable {
    private struct Guarded {
        var stage: StageState
        var sampler: Sampler?
        var recording: StageRecording?
        /// Of the lives of external programs that go on.
        var processes: [LifeName: PodProcesses] = [:]

        /// `sampled` is what the sampler is to read under the number that is given out.
        mutating func perform(_ actions: [StageAction], sampled: SampleTarget? = nil) {
            for action in actions {
                switch action {
                case .startSampling(let target): if let sampled { sampler?.add(sampled, as: target) }
                case .stopSampling(let target): sampler?.remove(target)
                default: recording?.perform(action)
                }
            }
        }
    }

    private let guarded: Mutex<Guarded>
    private let variants: [VariantPlan]
    private let ledgers: [String: Ledger]
    private let scratch: Scratch
    private let isUnderWatchdog: Bool
    private let news: StageNews
    private let unconfirmedEvents = Atomic(0)
    private let port: @Sendable (_ pod: String, _ life: Int) -> Int?

    /// - Parameters:
    ///   - variants: of the stage.
    ///   - ledgers: by variant.
    ///   - scratch: where the pods' pages are.
    ///   - control: how memory is limited.
    ///   - port: which one a life of a command was given; `nil` for none.
    ///   - refused: called when the cluster does not let a client do what it is there for.
    init(
        variants: [VariantPlan],
        ledgers: [String: Ledger],
        scratch: Scratch,
        control: MemoryControl,
        port: @escaping @Sendable (_ pod: String, _ life: Int) -> Int? = { _, _ in nil },
        refused: @escaping @Sendable (_ object: String, _ reason: String) -> Void = { _, _ in }
    ) {
        news = StageNews(refused: refused)
        self.port = port
        guarded = Mutex(Guarded(stage: StageState(variants)))
        self.variants = variants
        self.ledgers = ledgers
        self.scratch = scratch
        isUnderWatchdog = control.isWatchdog
    }

    static func pagePath(_ pod: String, life: Int, in scratch: Scratch) -> String {
        scratch.file("\(pod)-\(life).page")
    }

    /// Of the agent in a pod.
    static func agentPath(_ pod: String, life: Int, in scratch: Scratch) -> String {
        scratch.file("\(pod)-\(life).agent")
    }

    private func page(of life: LifeName) -> PageContents {
        PageContents(path: Self.pagePath(life.pod, life: life.life, in: scratch))
    }

    private func take(sampled: SampleTarget? = nil, _ input: (inout StageState) -> [StageAction]) {
        guarded.withLock { $0.perform(input(&$0.stage), sampled: sampled) }
    }

    private func ask<Answer: Sendable>(_ question: (StageState) -> Answer) -> Answer {
        guarded.withLock { question($0.stage) }
    }

    /// The sampler that lives and processes are given to as they start.
    func attach(_ sampler: Sampler) { guarded.withLock { $0.sampler = sampler } }

    /// From now on everything is recorded, the lives that have begun already included.
    func begin(_ recorder: RunRecorder, clock: RunClock) {
        guarded.withLock { guarded in
            guarded.recording = StageRecording(recorder)
            guarded.perform(guarded.stage.begin(clock))
        }
    }

    /// Adds something to the timeline, now.
    func note(_ reason: String, of object: String, _ message: String, isWarning: Bool = false) {
        let now = MonotonicClock.nanoseconds
        take { $0.note(reason, of: object, message, isWarning: isWarning, keepsEarly: true, at: now) }
    }

    // MARK: - Processes of the lab

    func watch(_ name: String, pid: Int32, telemetryPath: String? = nil, variant: String? = nil) {
        if name == BrokerNews.producer, let telemetryPath { news.follow(name, page: telemetryPath) }
        take(sampled: SampleTarget(pid: pid, telemetryPath: telemetryPath)) {
            $0.processStarted(name, variant: variant)
        }
    }

    /// The producer's last count, which came too late for the sampler.
    func producerEnded(scheduled: Int, unconfirmed: Int = 0) {
        self.unconfirmedEvents.store(unconfirmed, ordering: .relaxed)
        record(news.read(of: BrokerNews.producer))
        guarded.withLock { $0.stage.producerEnded(scheduled: scheduled) }
    }

    /// Events that the producer has written and the broker has not confirmed, once it has ended.
    var unconfirmed: Int { unconfirmedEvents.load(ordering: .relaxed) }

    /// What clients have met at the broker so far.
    var brokerBooks: BrokerBooks { news.books }

    /// Why the run says nothing, on a broker that is not the lab's own; empty before there was a load.
    func brokerFaults(load: Duration) -> [String] {
        ask(\.clock).map { news.books.faults(zero: $0.zero, load: load) } ?? []
    }

    private func record(_ news: [(object: String, news: BrokerNews)]) {
        for (object, entry) in news { take { $0.brokerNews(entry, of: object) } }
    }

    /// The pods are about to be stopped: what they look like while they end is not recorded.
    func endSampling() { guarded.withLock { $0.stage.endSampling() } }

    // MARK: - Pods

    /// Pods that will have no further life, sorted; without those of commands, whose end is their variant's result.
    var podsThatAreOver: [String] { ask(\.podsThatAreOver) }

    /// Whether every pod of the stage can receive events.
    var isReady: Bool { areReady(variants.flatMap(podNames)) }

    /// Whether these pods are alive and can receive events.
    func areReady(_ names: [String]) -> Bool {
        let now = MonotonicClock.nanoseconds
        return ask { stage in names.map { stage.readiness(of: $0, at: now) } }.allSatisfy { readiness in
            switch readiness {
            case .ready: true
            case .notReady: false
            case .onPage(let life): page(of: life).isReady
            }
        }
    }

    /// Whether a pod of the variant is alive, or will be again.
    func hasPods(of variant: VariantPlan) -> Bool { ask { $0.hasPods(of: variant.name) } }

    /// The longest pause before a restart that one of the variant's pods takes at this instant; wall time.
    func backOff(of variant: VariantPlan) -> Duration { ask { $0.backOff(of: variant.name) } }

    /// The pods that the variant is to have at this instant.
    func podNames(of variant: VariantPlan) -> [String] { ask { $0.podNames(of: variant.name) } }

    /// Of the pods of a variant that have ended at least once, that of the lowest ordinal first.
    func endings(of variant: VariantPlan) -> [StageState.Ending] { ask { $0.endings(of: variant.name) } }

    // MARK: - Variants

    /// From now on the variant's pods are those of this segment.
    func enter(_ segment: VariantSegment, of variant: VariantPlan) {
        guarded.withLock { $0.stage.enter(segment, of: variant.name) }
    }

    /// The segment that the variant has reached.
    func segmentName(of variant: VariantPlan) -> String? { ask { $0.variants[variant.name]?.segment.name } }

    /// The largest charge of a pod of the variant before its first event, bytes; `nil` where none was read.
    func idleCharge(of variant: VariantPlan) -> Double? { ask { $0.variants[variant.name]?.idleCharge } }

    /// The wait for the last events of a variant is over, so long after the end of the load.
    func drainEnded(
        of variant: String,
        _ outcome: Drain.Outcome,
        after time: Duration,
        _ totals: LedgerTotals
    ) {
        let now = MonotonicClock.nanoseconds
        take { $0.drainEnded(of: variant, outcome, after: time, totals, at: now) }
    }

    /// How that wait ended, once the ledger is closed; `nil` if there was none.
    func drain(of variant: String, left: Int) -> Drain? { ask { $0.drain(of: variant, left: left) } }

    /// The largest lag of each partition that was seen, events.
    func peakLags(of variant: String) -> [Int] { ask { $0.peakLags(of: variant) } }

    /// What is known of a variant at this instant.
    func glance(at variant: VariantPlan) -> VariantGlance {
        let totals = ledgers[variant.name]?.totals ?? LedgerTotals()
        return ask { $0.glance(at: variant, totals) }
    }

    /// The last few of the timeline, oldest first.
    var latestEvents: [TimelineEvent] { ask(\.latestEvents) }

    // MARK: - External programs

    /// Lives of a variant's external programs that go on.
    func lives(of variant: String) -> [CommandLife] {
        let now = MonotonicClock.nanoseconds
        return ask { $0.commandLives(of: variant, at: now) }
    }

    /// All processes of such a life; `nil` once it is over.
    func processes(of life: CommandLife) -> PodProcesses? {
        guarded.withLock { $0.processes[life.name] }
    }

    /// Wall time since it began.
    func age(of life: CommandLife) -> Duration {
        let now = MonotonicClock.nanoseconds
        return .nanoseconds(Int64(clamping: now - min(now, life.startedAt)))
    }

    /// Whether the group of its variant has committed everything.
    func isAtRest(_ life: CommandLife) -> Bool { ask { $0.isQuiescent(life.target) } }

    /// What its events took so far, by its own histogram.
    func commandLatency(_ latency: HistogramSnapshot, target: Int) {
        guarded.withLock { $0.stage.commandLatency(latency, target: target) }
    }

    /// Whether everything is recorded by now.
    var hasBegun: Bool { ask { $0.clock != nil } }

    /// The group of a variant has committed so many more events.
    func handled(_ events: Int, of variant: String, isCaughtUp: Bool) {
        let now = MonotonicClock.nanoseconds
        take { $0.commandHandled(events, of: variant, isCaughtUp: isCaughtUp, at: now) }
    }
}

extension StageRecorder: PodObserver {
    func podStarted(_ pod: PodSpecification, life: Int, processes: PodProcesses) {
        let now = MonotonicClock.nanoseconds
        let page = Self.pagePath(pod.name, life: life, in: scratch)
        let target = SampleTarget(
            pid: processes.pid,
            cgroup: processes.cgroup,
            telemetryPath: pod.external == nil ? page : nil,
            agentPath: Self.agentPath(pod.name, life: life, in: scratch),
            agentReadsHeap: pod.external.map { !$0.hasOwnHeap } ?? false,
            isUnderWatchdog: isUnderWatchdog,
            processes: processes
        )
        if pod.external == nil {
            news.follow("pod/\(pod.name)", page: page)
        } else {
            guarded.withLock { $0.processes[LifeName(pod: pod.name, life: life)] = processes }
        }
        let port = port(pod.name, life)
        take(sampled: target) { $0.podStarted(pod, life: life, pid: processes.pid, port: port, at: now) }
    }

    func podStops(_ pod: PodSpecification, life: Int) {
        let now = MonotonicClock.nanoseconds
        take { $0.podStops(pod, at: now) }
    }

    func podEnded(_ pod: PodSpecification, life: Int, exit: PodExit) {
        let page = page(of: LifeName(pod: pod.name, life: life))
        let last = LifeReading(page)
        record(news.read(of: "pod/\(pod.name)"))
        let now = MonotonicClock.nanoseconds
        if page.isDamaged {
            let message = "its telemetry page was overwritten or cut short; what makes no sense is left out"
            take { $0.note("PageDamaged", of: "pod/\(pod.name)", message, isWarning: true, at: now) }
        }
        take { $0.podEnded(pod, life: life, exit: exit, last: last, at: now) }
        guarded.withLock { $0.processes[LifeName(pod: pod.name, life: life)] = nil }
        scratch.removeFiles(ofPod: pod.name, life: life)
    }

    func podLostProcess(_ pod: PodSpecification, life: Int, at time: UInt64) {
        let now = MonotonicClock.nanoseconds
        take { $0.podLostProcess(pod, life: life, killed: time, at: now) }
    }

    func podBacksOff(_ pod: PodSpecification, for delay: Duration) {
        let now = MonotonicClock.nanoseconds
        take { $0.podBacksOff(pod, for: delay, at: now) }
    }

    func podIsOver(_ pod: PodSpecification) { guarded.withLock { $0.stage.podIsOver(pod) } }
}

extension StageRecorder: SampleSink {
    func described(_ metric: MetricName, as description: MetricDescription, target: Int) {
        take { $0.described(metric, as: description, target: target) }
    }

    func sampled(_ value: Double, of metric: MetricName, target: Int, at time: UInt64) {
        take { $0.sampled(value, of: metric, target: target, at: time) }
    }

    func roundEnded(at time: UInt64) {
        record(news.read(at: time))
        guard let lives = ask({ $0.lifePages(forRoundAt: time) }) else { return }
        let pages = lives.mapValues { LifeReading(page(of: $0)) }
        let readings = ledgers.mapValues(LedgerReading.init)
        take { $0.roundEnded(at: time, ledgers: readings, pages: pages) }
    }
}

extension LifeReading {
    init(_ page: PageContents) {
        self.init(
            processed: page.processed,
            sites: page.sites,
            latency: page.latency,
            eventAge: page.eventAge
        )
    }
}

extension LedgerReading {
    init(_ ledger: Ledger) {
        totals = ledger.totals
        partitions = (0..<Int32(ledger.partitionCount)).map { partition in
            let progress = ledger.progress(partition)
            return LagObservation(
                partition: partition,
                committedOffset: progress.committed,
                endOffset: progress.end,
                lag: progress.lag
            )
        }
    }
}
