import LabCluster
import LabCore
import LabRecording
import LabScenario
import LabTelemetry
import Synchronization

extension StageRecorder: PodObserver {
    func podStarted(_ pod: PodSpecification, life: Int, processes: PodProcesses) {
        let page = Self.pagePath(pod.name, life: life, in: scratch)
        let id = state.withLock { state in
            state.nextTarget += 1
            // The first life of a segment replaces what ran before; only what follows is a restart.
            if state.lastSegments.updateValue(pod.segment, forKey: pod.name) == pod.segment {
                state.restarts[pod.name, default: 0] += 1
            } else {
                state.foreignPods[pod.name] = pod.foreign.map { (MonotonicClock.nanoseconds, $0.startup) }
            }
            state.lives[state.nextTarget] = LiveLife(
                pod: pod,
                life: life,
                pid: processes.pid,
                startedAt: MonotonicClock.nanoseconds,
                pagePath: page
            )
            state.podStates[pod.name] = "Running"
            state.podsThatAreOver.remove(pod.name)
            state.backOffs[pod.name] = nil
            Self.register(state.nextTarget, in: &state)
            return state.nextTarget
        }
        let target = SampleTarget(
            pid: processes.pid,
            cgroup: processes.cgroup,
            telemetryPath: pod.foreign == nil ? page : nil,
            isUnderWatchdog: isUnderWatchdog,
            processes: processes
        )
        sampler?.add(target, as: id)
    }

    func podStops(_ pod: PodSpecification, life: Int) {
        state.withLock { $0.podStates[pod.name] = "Terminating" }
        note("Killing", of: "pod/\(pod.name)", "asked to end")
    }

    func podEnded(_ pod: PodSpecification, life: Int, exit: PodExit) {
        let found = state.withLock { state in
            state.podStates[pod.name] = exit.reason
            let count = (state.endings[pod.name]?.count ?? 0) + 1
            state.endings[pod.name] = Ending(pod: pod.name, count: count, exit: exit)
            if exit.reason == "OOMKilled" { state.oomKills[pod.name, default: 0] += 1 }
            return state.lives.first { $0.value.pod.name == pod.name && $0.value.life == life }
        }
        guard let (id, ended) = found else { return }
        sampler?.remove(id)
        let page = PageContents(path: ended.pagePath)
        defer { scratch.removeFiles(ofPod: pod.name, life: life) }
        state.withLock { state in
            let handled = state.lives.removeValue(forKey: id)?.handled ?? 0
            guard let (recorder, clock) = state.recording, let subject = ended.subject else { return }
            let now = clock.now
            // What it did since the sampler came by last: a life of a few seconds is told exactly.
            let processed = pod.foreign == nil ? page.processed : Int(handled)
            if pod.foreign == nil {
                recorder.record(Double(processed), of: .processed, subject: subject, at: now)
            }
            recorder.lifeEnded(
                subject,
                at: now,
                exit: exit,
                sites: page.sites,
                latency: page.latency,
                eventAge: page.eventAge,
                quiescentFrom: state.quiescentFrom[pod.variant]
            )
            Self.note(
                exit.reason,
                of: "pod/\(pod.name)",
                "exit code \(exit.code) after \(grouped(processed)) events",
                isWarning: exit.code != 0,
                in: &state
            )
        }
    }

    func podLostProcess(_ pod: PodSpecification, life: Int, at time: UInt64) {
        state.withLock { state in
            state.oomKills[pod.name, default: 0] += 1
            let found = state.lives.first { $0.value.pod.name == pod.name && $0.value.life == life }
            guard let (id, living) = found else { return }
            guard let (recorder, clock) = state.recording, let subject = living.subject else {
                state.lives[id]?.earlyKills.append(time)
                return
            }
            recorder.processKilled(in: subject, at: max(0, clock.time(ofMonotonic: time)))
            Self.note(
                "OOMKilling",
                of: "pod/\(pod.name)",
                "the kernel killed another process of the pod",
                isWarning: true,
                in: &state
            )
        }
    }

    func podBacksOff(_ pod: PodSpecification, for delay: Duration) {
        state.withLock { state in
            state.podStates[pod.name] = Self.backingOff
            state.backOffs[pod.name] = delay
        }
        note("BackOff", of: "pod/\(pod.name)", "restart in \(delay.text)", isWarning: true)
    }

    func podIsOver(_ pod: PodSpecification) { state.withLock { _ = $0.podsThatAreOver.insert(pod.name) } }

    /// Pods that will have no further life, sorted; without those of commands, whose end is their variant's result.
    var podsThatAreOver: [String] {
        state.withLock { state in state.podsThatAreOver.filter { state.foreignPods[$0] == nil }.sorted() }
    }

    /// From now on the variant's pods are those of one of its segments.
    func enter(segment: Int, of variant: VariantPlan) {
        state.withLock { $0.segments[variant.name] = segment }
    }

    /// Whether every pod of the stage can receive events.
    var isReady: Bool { areReady(variants.flatMap(podNames)) }

    /// Whether these pods are alive and can receive events.
    func areReady(_ names: [String]) -> Bool {
        let paths = state.withLock { state in
            let lives = state.lives.values.reduce(into: [:]) { $0[$1.pod.name] = $1 }
            return names.filter { !Self.isReady(commandPod: $0, in: state) }.map { lives[$0]?.pagePath }
        }
        return paths.allSatisfy { path in path.map { PageContents(path: $0).isReady } ?? false }
    }

    /// Whether a pod of the variant is alive, or will be again.
    func hasPods(of variant: VariantPlan) -> Bool {
        state.withLock { !$0.podsThatAreOver.isSuperset(of: $0.podNames(of: variant)) }
    }

    /// The longest pause before a restart that one of the variant's pods takes at this instant; wall time.
    func backOff(of variant: VariantPlan) -> Duration {
        state.withLock { state in
            state.podNames(of: variant).compactMap { state.backOffs[$0] }.max() ?? .zero
        }
    }

    /// The wait for the last events of a variant is over, so long after the end of the load.
    func drainEnded(of variant: String, _ outcome: Drain.Outcome, after time: Duration) {
        state.withLock { $0.drains[variant] = Drain(outcome: outcome, left: 0, seconds: time.inSeconds) }
    }

    /// How that wait ended, once the books are closed; `nil` if there was none.
    ///
    /// A variant that committed the rest while its pods were asked to end was drained after all.
    func drain(of variant: String, left: Int) -> Drain? {
        guard var drain = state.withLock({ $0.drains[variant] }) else { return nil }
        drain.left = left
        if left == 0 { drain.outcome = .drained }
        return drain
    }

    /// The pods that the variant is to have at this instant.
    func podNames(of variant: VariantPlan) -> [String] {
        state.withLock { $0.podNames(of: variant) }
    }
}
