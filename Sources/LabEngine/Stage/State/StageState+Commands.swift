import LabCluster
import LabCore
import LabTelemetry

// Pods that run an external program report nothing by themselves: what they did is seen from the offsets that their
// group commits.

/// A life of an external program that goes on.
struct CommandLife: Hashable, Sendable {
    let target: Int
    let pod: String
    let ordinal: Int
    let life: Int
    /// Wall time since its start.
    let age: Duration
    let startup: Duration
    /// CLOCK_MONOTONIC, nanoseconds.
    let startedAt: UInt64
    /// Events, as far as commits show.
    let handled: Int

    var name: LifeName { LifeName(pod: pod, life: life) }
}

extension StageState {
    func commandLives(of variant: String, at now: UInt64) -> [CommandLife] {
        targets(of: variant).compactMap { target in
            guard let life = lives[target], let external = life.pod.external else { return nil }
            return CommandLife(
                target: target,
                pod: life.pod.name,
                ordinal: life.pod.ordinal,
                life: life.number,
                age: .nanoseconds(Int64(clamping: now - min(now, life.startedAt))),
                startup: external.startup,
                startedAt: life.startedAt,
                handled: Int(max(0, min(life.handled, 1e15)))
            )
        }
    }

    /// The group of a variant has committed so many more events: those that live have handled them, in equal shares,
    /// since commits do not say who.
    ///
    /// Between two commits nothing is recorded, so that the line from one to the next shows how fast it went; once
    /// everything is committed, that too is a reading.
    mutating func commandHandled(
        _ events: Int,
        of variant: String,
        isCaughtUp: Bool,
        at now: UInt64
    ) -> [StageAction] {
        guard let at = clock?.time(ofMonotonic: now), at >= 0, !isSamplingOver else { return [] }
        let living = targets(of: variant)
        let share = Double(events) / Double(living.count)
        return living.reduce(into: []) { actions, target in
            let isFirst = lives[target]?.latest[.processed] == nil
            guard let life = lives[target], events > 0 || isCaughtUp || isFirst else { return }
            // What the pod itself counts says more.
            guard !life.countsItself else { return }
            if isFirst { actions.append(record(handled: 0, of: target, at: max(0, at - 1))) }
            actions.append(record(handled: life.handled + share, of: target, at: at))
        }
    }

    private mutating func record(handled: Double, of target: Int, at time: Int64) -> StageAction {
        lives[target]?.handled = handled
        lives[target]?.latest[.processed] = handled
        return .record(handled, of: .processed, .life(target), at: time)
    }

    /// The pod's own counter says how many events it has handled.
    mutating func counted(_ events: Double, of target: Int, at time: Int64) -> [StageAction] {
        guard let life = lives[target], events >= life.handled, events.isFinite else { return [] }
        lives[target]?.countsItself = true
        let first = life.latest[.processed] == nil && time > 0 ? [record(handled: 0, of: target, at: 0)] : []
        return first + [record(handled: events, of: target, at: time)]
    }

    mutating func commandLatency(_ latency: HistogramSnapshot, target: Int) {
        lives[target]?.latency = latency
    }

    /// Everything that the variant of a life was given is committed.
    func isQuiescent(_ target: Int) -> Bool {
        lives[target].map { variants[$0.pod.variant]?.quiescentFrom != nil } ?? false
    }

    private func targets(of variant: String) -> [Int] {
        lives.filter { $0.value.pod.variant == variant }.keys.sorted()
    }
}
