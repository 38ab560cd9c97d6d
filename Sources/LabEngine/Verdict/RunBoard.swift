import LabAnalysis
import LabCore
import LabScenario
import Synchronization

/// What a run is doing at this instant, across its stages: the source of the live display, and of the exact counts
/// at the end.
final class RunBoard: Sendable {
    private struct State {
        var recorder: StageRecorder?
        var variants: [VariantPlan] = []
        var clock: RunClock?
        var phase: String?
        /// Of the verdicts while the load goes on, wall seconds since the first event was due.
        var nextLook: Double?
        var notedPhase: String?
        var closedLedgers: [String: ClosedLedger] = [:]
        var scheduleDelay = HistogramSnapshot()
        var rates = RateMeter()
        var histories: [String: History] = [:]
        var curves: [String: History] = [:]
    }

    private let state = Mutex(State())
    private let plan: RunPlan
    private let agenda: RunAgenda
    private let faults: RunFaults
    private let rateUnit: RateUnit?

    /// - Parameters:
    ///   - plan: of the run.
    ///   - agenda: of the run, as acts change it.
    ///   - overrides: of the scenario, as the command line has them.
    ///   - faults: is asked for warnings.
    init(plan: RunPlan, agenda: RunAgenda, overrides: [String], faults: RunFaults) {
        self.plan = plan
        self.agenda = agenda
        self.faults = faults
        rateUnit = RateUnit.first(in: plan.scenario.text, overrides: overrides)
    }

    /// A stage has reached its zero.
    func show(_ recorder: StageRecorder, variants: [VariantPlan], clock: RunClock) {
        state.withLock { state in
            state.recorder = recorder
            state.variants = variants
            state.clock = clock
            state.phase = nil
            state.notedPhase = nil
            state.rates = RateMeter()
        }
    }

    /// The verdicts will be looked at then, wall seconds since the first event was due.
    func setNextLook(_ time: Double) { state.withLock { $0.nextLook = time } }

    /// What comes after the schedule's phases.
    func setPhase(_ phase: String) { state.withLock { $0.phase = phase } }

    /// Writes a change of phase into the timeline; to be called several times a second.
    func notePhase() {
        let (recorder, clock, phase, noted) = state.withLock {
            ($0.recorder, $0.clock, $0.phase, $0.notedPhase)
        }
        guard let recorder, let clock, clock.now >= 0 else { return }
        let current = phase ?? phaseName(at: .nanoseconds(clock.now))
        guard current != noted else { return }
        state.withLock { $0.notedPhase = current }
        let shape = agenda.current.phases.first { $0.name == current }?.shape.summary
        recorder.note("Phase", of: "run", [current, shape].compactMap(\.self).joined(separator: ": "))
    }

    /// Adds a warning to the timeline of the present stage.
    func note(_ reason: String, of object: String, _ message: String) {
        state.withLock { $0.recorder }?.note(reason, of: object, message, isWarning: true)
    }

    func finish(_ variant: String, _ ledger: ClosedLedger) {
        state.withLock { $0.closedLedgers[variant] = ledger }
    }

    func add(scheduleDelay: HistogramSnapshot) { state.withLock { $0.scheduleDelay.add(scheduleDelay) } }

    var closedLedgers: [String: ClosedLedger] { state.withLock { $0.closedLedgers } }
    var scheduleDelay: HistogramSnapshot { state.withLock { $0.scheduleDelay } }

    /// - Parameters:
    ///   - broker: to be shown.
    ///   - result: what the run would come to if it ended now; `nil` before it was judged first.
    /// - Returns: `nil` before the first stage's zero.
    func snapshot(broker: BrokerDescription, judged result: RunResult?) -> LiveSnapshot? {
        let (recorder, variants, clock, phase) = state.withLock {
            ($0.recorder, $0.variants, $0.clock, $0.phase)
        }
        guard let recorder, let clock else { return nil }
        let now = clock.now
        let glances = variants.map { ($0, recorder.glance(at: $0)) }
        let produced = glances.first.map { Double($0.1.produced) } ?? 0
        let (achieved, histories, curves) = state.withLock { state in
            for (variant, glance) in glances {
                state.histories[variant.name, default: History()].append(glance.rss ?? 0)
                state.curves[variant.name, default: History()].append(glance.charge ?? glance.rss ?? 0)
            }
            return (state.rates.rate(produced, at: now), state.histories, state.curves)
        }
        let elapsed = Duration.nanoseconds(max(0, now))
        let (scale, profile) = (plan.scenario.timeScale, agenda.profile)
        var snapshot = LiveSnapshot(
            title: plan.scenario.title,
            run: plan.id,
            elapsed: elapsed.inSeconds,
            total: (profile.duration + plan.scenario.verdict.hold).inSeconds,
            timeScale: scale.factor,
            phase: phase ?? phaseName(at: elapsed),
            target: scale.incident(profile.rate(at: elapsed)),
            achieved: scale.incident(EventRate(perSecond: achieved)),
            rateUnit: rateUnit,
            broker: "\(broker.kind) \(broker.bootstrapServers)",
            variants: glances.map { variant, glance in
                var live = live(variant, glance, histories[variant.name]?.values ?? [], at: elapsed)
                live.judge(result, waiting: wait(for: glance, clock, phase))
                live.curve = curves[variant.name]?.values ?? []
                if glance.charge != nil { live.curveName = "charge" }
                live.limit = limit(of: variant, at: elapsed)
                return live
            },
            warnings: faults.reasons + (phase == nil ? pacingWarning(produced: produced, at: elapsed) : []),
            events: recorder.latestEvents
        )
        if phase == nil { snapshot.next = next(after: elapsed) }
        return snapshot
    }

    private func limit(of variant: VariantPlan, at elapsed: Duration) -> Double? {
        let segments = agenda.segments(of: variant)
        let moment = plan.scenario.timeScale.incident(elapsed)
        let segment = segments.last { $0.at <= moment } ?? segments[0]
        return segment.memory.map { Double($0.bytes) * Double(segment.replicas) }
    }

    /// The next phase or step, or the end of the load; wall seconds.
    private func next(after elapsed: Duration) -> (text: String, at: Double)? {
        let (current, scale) = (agenda.current, plan.scenario.timeScale)
        var coming: [(text: String, at: Duration)] = []
        var start = Duration.zero
        for phase in current.phases {
            coming.append(("\(phase.name): \(phase.summary)", scale.wall(start)))
            start += phase.duration
        }
        coming.append(("end of the load", scale.wall(start)))
        for variant in plan.variants {
            coming += agenda.segments(of: variant).dropFirst().map {
                ("\(variant.name) ▸ \($0.name)", scale.wall($0.at))
            }
        }
        return coming.filter { $0.at > elapsed }.min { $0.at < $1.at }.map { ($0.text, $0.at.inSeconds) }
    }

    /// The producer cannot keep up: said while it happens, and again in the verdict.
    private func pacingWarning(produced: Double, at elapsed: Duration) -> [String] {
        // A second's grace for what lingers in the client.
        let due = Double(agenda.profile.due(at: elapsed - .seconds(1)))
        guard due > 0, produced < AnalysisSettings.standard.slowestPacing * due else { return [] }
        let share = decimal(produced / due * 100, places: 1)
        return ["the producer has sent \(share) % of what was due: this machine does not reach the rate"]
    }

    private func phaseName(at elapsed: Duration) -> String {
        let profile = agenda.profile
        return profile.phase(at: elapsed).map { profile.phases[$0].name } ?? "finishing"
    }

    /// What commits on an interval always lags by some of the last events; only more than that is worth a forecast.
    private static let usualLag = Duration.seconds(3)

    private func drainSeconds(_ glance: VariantGlance, at elapsed: Duration) -> Double? {
        let usual = agenda.profile.rate(at: elapsed).perSecond * Self.usualLag.inSeconds
        guard Double(glance.lag) > usual else { return nil }
        return glance.drainSeconds.map { $0 * plan.scenario.timeScale.factor }
    }

    private func wait(for glance: VariantGlance, _ clock: RunClock, _ phase: String?) -> VerdictWait {
        let now = clock.now
        let age = glance.oldestStart.map { now - max(0, clock.time(ofMonotonic: $0)) } ?? 0
        let look = state.withLock { $0.nextLook }
        return VerdictWait(
            untilLook: look.map { $0 - Double(now) / 1e9 },
            warmUp: plan.scenario.verdict.warmUp.inSeconds - Double(age) / 1e9,
            load: agenda.profile.duration.inSeconds - Double(now) / 1e9,
            phase: phase
        )
    }

    private func live(
        _ plan: VariantPlan,
        _ glance: VariantGlance,
        _ history: [Double],
        at elapsed: Duration
    ) -> LiveVariant {
        LiveVariant(
            name: plan.name,
            role: plan.variant.role,
            isControl: plan.variant.isControl,
            processed: glance.processed,
            lag: glance.lag,
            rss: glance.rss,
            rssHistory: history,
            heap: glance.heap,
            tasks: glance.tasks.map { Int($0) },
            pods: glance.podStates,
            restarts: glance.restarts,
            oomKills: glance.oomKills,
            lagStatus: glance.lagStatus,
            drainSeconds: drainSeconds(glance, at: elapsed),
            segment: glance.segment
        )
    }
}

extension LiveVariant {
    /// Takes over what the judge says of the variant.
    fileprivate mutating func judge(_ result: RunResult?, waiting wait: VerdictWait) {
        guard let judged = result?.variants.first(where: { $0.name == name }) else { return }
        verdict = judged.verdict
        open = wait.text(undecided: judged.undecided)
        tasksPerEvent = judged.tasks.perEvent?.estimate
        findings = judged.findings.filter(\.isBeyondLimit).map(\.kind)
    }
}

/// The exact counts of a variant, taken after its last pod ended.
struct ClosedLedger: Sendable {
    var counts: LedgerCounts
    var partitions: [PartitionBooks]
    /// `nil` if its last events were not waited for.
    var drain: Drain?
}

/// Readings at equal distances of time, over any length of time in bounded room: when it is full, every second one is
/// forgotten and from then on only every second one kept.
struct History: Sendable {
    private(set) var values: [Double] = []
    private var stride = 1
    private var skipped = 0
    private static let capacity = 480

    mutating func append(_ value: Double) {
        skipped += 1
        guard skipped >= stride else { return }
        skipped = 0
        values.append(value)
        guard values.count == Self.capacity else { return }
        values = Swift.stride(from: 1, to: values.count, by: 2).map { values[$0] }
        stride *= 2
    }
}

/// A rate over the last seconds.
struct RateMeter: Sendable {
    private var readings: [(at: Int64, count: Double)] = []
    private static let span: Int64 = 2_000_000_000

    /// - Returns: per second, over the last two seconds.
    mutating func rate(_ count: Double, at now: Int64) -> Double {
        readings.append((now, count))
        while readings.count > 2, now - readings[1].at > Self.span { readings.removeFirst() }
        guard let first = readings.first, now > first.at else { return 0 }
        return (count - first.count) / (Double(now - first.at) * 1e-9)
    }
}
