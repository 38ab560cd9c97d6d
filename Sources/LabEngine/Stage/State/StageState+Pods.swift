import LabCluster
import LabCore
import LabTelemetry

extension StageState {
    static let backingOff = "CrashLoopBackOff"

    // MARK: - What happens to pods

    /// `port` is the one that a command was given.
    mutating func podStarted(
        _ pod: PodSpecification,
        life: Int,
        pid: Int32,
        port: Int? = nil,
        at now: UInt64
    ) -> [StageAction] {
        let target = nextTarget()
        pods[pod.name, default: Pod()].started(pod, as: target, at: now)
        lives[target] = Life(pod: pod, number: life, pid: pid, startedAt: now, port: port)
        return (clock.map { register(target, $0) } ?? []) + [.startSampling(target)]
    }

    mutating func podStops(_ pod: PodSpecification, at now: UInt64) -> [StageAction] {
        pods[pod.name, default: Pod()].status = "Terminating"
        return note("Killing", of: "pod/\(pod.name)", "asked to end", at: now)
    }

    /// `last` is what its page says at last.
    mutating func podEnded(
        _ pod: PodSpecification,
        life number: Int,
        exit: PodExit,
        last: LifeReading,
        at now: UInt64
    ) -> [StageAction] {
        let target = living(pod, number)
        pods[pod.name, default: Pod()].ended(pod.name, exit)
        guard let target, let life = lives.removeValue(forKey: target) else { return [] }
        guard let clock else { return [.stopSampling(target)] }
        let at = clock.time(ofMonotonic: now)
        var actions = [StageAction.stopSampling(target)]
        var processed = Int(life.handled)
        var last = last
        if let latency = life.latency { last.latency = latency }
        if pod.external == nil {
            // What it did since the sampler came by last: a life of a few seconds is recorded exactly.
            processed = last.processed
            actions.append(.record(Double(processed), of: .processed, .life(target), at: at))
        }
        let quiescentFrom = variants[pod.variant]?.quiescentFrom
        actions.append(.lifeEnded(target, exit, last, quiescentFrom: quiescentFrom, at: at))
        return actions
            + note(
                exit.reason,
                of: "pod/\(pod.name)",
                "exit code \(exit.code) after \(grouped(processed)) events",
                isWarning: exit.code != 0,
                at: now
            )
    }

    /// The kernel was seen to have killed it at `killed`; `now` is when that is reported.
    mutating func podLostProcess(
        _ pod: PodSpecification,
        life number: Int,
        killed: UInt64,
        at now: UInt64
    ) -> [StageAction] {
        pods[pod.name, default: Pod()].oomKills += 1
        guard let target = living(pod, number) else { return [] }
        guard let clock else {
            lives[target]?.earlyKills.append(killed)
            return []
        }
        return [.processKilled(target, at: max(0, clock.time(ofMonotonic: killed)))]
            + note(
                "OOMKilling",
                of: "pod/\(pod.name)",
                "the kernel killed another process of the pod",
                isWarning: true,
                at: now
            )
    }

    mutating func podBacksOff(_ pod: PodSpecification, for delay: Duration, at now: UInt64) -> [StageAction] {
        pods[pod.name, default: Pod()].status = Self.backingOff
        pods[pod.name]?.backOff = delay
        return note("BackOff", of: "pod/\(pod.name)", "restart in \(delay.text)", isWarning: true, at: now)
    }

    mutating func podIsOver(_ pod: PodSpecification) { pods[pod.name, default: Pod()].isOver = true }

    private func living(_ pod: PodSpecification, _ number: Int) -> Int? {
        pods[pod.name]?.living.flatMap { lives[$0]?.number == number ? $0 : nil }
    }

    // MARK: - What is asked of pods

    /// Whether a pod can receive events.
    enum Readiness: Hashable, Sendable {
        case ready
        case notReady
        /// If its telemetry page says so.
        case onPage(LifeName)
    }

    /// A pod that runs an external program counts as ready once it has had its time to start, or will never come.
    func readiness(of name: String, at now: UInt64) -> Readiness {
        guard let pod = pods[name] else { return .notReady }
        if let startup = pod.startup { return pod.isOver || startup.isOver(at: now) ? .ready : .notReady }
        return pod.living.flatMap(lifeName).map(Readiness.onPage) ?? .notReady
    }

    func lifeName(_ target: Int) -> LifeName? {
        lives[target].map { LifeName(pod: $0.pod.name, life: $0.number) }
    }

    /// Pods that will have no further life, sorted; without those of commands, whose end is their variant's result.
    var podsThatAreOver: [String] {
        pods.filter { $0.value.isOver && $0.value.startup == nil }.keys.sorted()
    }

    /// Whether a pod of the variant is alive, or will be again.
    func hasPods(of variant: String) -> Bool {
        podNames(of: variant).contains { pods[$0]?.isOver != true }
    }

    /// The longest pause before a restart that one of the variant's pods takes at this instant; wall time.
    func backOff(of variant: String) -> Duration {
        podNames(of: variant).compactMap { pods[$0]?.backOff }.max() ?? .zero
    }

    /// The pods that the variant is to have at this instant.
    func podNames(of variant: String) -> [String] { variants[variant]?.podNames ?? [] }

    /// Of the pods of a variant that have ended at least once, that of the lowest ordinal first.
    func endings(of variant: String) -> [Ending] {
        (variants[variant]?.allPodNames ?? []).compactMap { pods[$0]?.ending }
    }
}
