import LabCluster
import LabCore
import LabRecording
import LabTelemetry
import Synchronization

// Pods that tell nothing by themselves: what they did is told by the offsets that their group commits.

extension StageRecorder {
    /// A life of a command that goes on.
    struct CommandLife {
        let target: Int
        let pod: String
        let ordinal: Int
        let life: Int
        /// Wall time since its start.
        let age: Duration
        let startup: Duration
    }

    /// How a pod's lives ended so far.
    struct Ending {
        let pod: String
        var count: Int
        var exit: PodExit
    }

    func lives(of variant: String) -> [CommandLife] {
        let now = MonotonicClock.nanoseconds
        return state.withLock { state in
            state.lives.filter { $0.value.pod.variant == variant }.sorted { $0.key < $1.key }.compactMap {
                id,
                life in
                life.pod.foreign.map { foreign in
                    CommandLife(
                        target: id,
                        pod: life.pod.name,
                        ordinal: life.pod.ordinal,
                        life: life.life,
                        age: .nanoseconds(Int64(clamping: now &- min(now, life.startedAt))),
                        startup: foreign.startup
                    )
                }
            }
        }
    }

    /// Whether everything is recorded by now.
    var hasBegun: Bool { state.withLock { $0.recording != nil } }

    /// The group of a variant has committed so many more events: those that live have handled them, in equal shares,
    /// since commits do not tell who.
    ///
    /// Between two commits nothing is recorded, so that the line from one to the next tells how fast it went; once
    /// everything is committed, that too is a reading.
    func handled(_ events: Int, of variant: String, isCaughtUp: Bool) {
        state.withLock { state in
            guard let (recorder, clock) = state.recording, !state.isOver else { return }
            let at = clock.now
            let ids = state.lives.filter { $0.value.pod.variant == variant }.keys.sorted()
            guard at >= 0 else { return }
            for id in ids {
                let share = Double(events) / Double(ids.count)
                let isFirst = state.lives[id]?.latest[.processed] == nil
                guard let life = state.lives[id], let subject = life.subject else { continue }
                guard events > 0 || isCaughtUp || isFirst else { continue }
                if isFirst { Self.note(0, at: max(0, at - 1), of: id, subject, in: &state, recorder) }
                Self.note(life.handled + share, at: at, of: id, subject, in: &state, recorder)
            }
        }
    }

    private static func note(
        _ handled: Double,
        at time: Int64,
        of id: Int,
        _ subject: SubjectID,
        in state: inout State,
        _ recorder: RunRecorder
    ) {
        state.lives[id]?.handled = handled
        state.lives[id]?.latest[.processed] = handled
        recorder.record(handled, of: .processed, subject: subject, at: time)
    }

    /// Whether it is the pod of a command, and has had its time to start or will never come.
    static func isReady(commandPod name: String, in state: State) -> Bool {
        guard let pod = state.foreignPods[name] else { return false }
        let age = MonotonicClock.nanoseconds &- pod.since
        return state.podsThatAreOver.contains(name) || age >= UInt64(max(0, pod.startup.inNanoseconds))
    }

    /// Of the pods of a variant that have ended at least once, that of the lowest ordinal first.
    func endings(of variant: VariantPlan) -> [Ending] {
        state.withLock { state in variant.podNames.compactMap { state.endings[$0] } }
    }
}
