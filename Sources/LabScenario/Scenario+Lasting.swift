import LabCore

extension Scenario {
    /// The same with a load that lasts so long, in wall time.
    ///
    /// After its own phases it goes on at `verdict.maximumRate`, if that is more than what they end with. Else a constant
    /// rate at the end goes on, and anything else is repeated from the first phase on. What is longer is cut.
    package func lasting(_ wall: Duration) -> Scenario {
        var scenario = self
        let duration = timeScale.incident(wall)
        scenario.workload.phases =
            faster(lasting: duration) ?? Self.phases(workload.phases, lasting: duration)
        return scenario
    }

    private func faster(lasting duration: Duration) -> [LoadPhase]? {
        let own = workload.phases.reduce(.zero) { $0 + $1.duration }
        guard let rate = verdict.maximumRate, own < duration, Self.isBelow(rate, workload.phases.last) else {
            return nil
        }
        let names = Set(workload.phases.map(\.name))
        let name = names.contains("faster") ? "faster-\(names.count + 1)" : "faster"
        let rest = LoadPhase(name: name, duration: duration - own, shape: .constant(rate))
        return workload.phases + [rest]
    }

    /// Of a phase that does not end at one rate nothing is known.
    private static func isBelow(_ rate: EventRate, _ phase: LoadPhase?) -> Bool {
        guard case .constant(let present) = phase?.shape else { return true }
        return present < rate
    }

    /// Whether the last phase is one that can go on for as long as one likes.
    package var endsConstantly: Bool { Self.goesOn(workload.phases.last) }

    private static func goesOn(_ phase: LoadPhase?) -> Bool {
        guard case .constant(let rate) = phase?.shape else { return false }
        return rate > .zero
    }

    private static func phases(_ phases: [LoadPhase], lasting duration: Duration) -> [LoadPhase] {
        guard !phases.isEmpty else { return phases }
        var result: [LoadPhase] = []
        var left = duration
        var pass = 0
        while left > .zero {
            pass += 1
            for var phase in phases where left > .zero {
                if pass > 1 { phase.name += "-\(pass)" }
                result.append(phase.cut(to: left))
                left -= phase.duration
            }
            guard left > .zero, goesOn(phases.last) else { continue }
            result[result.count - 1].duration += left
            left = .zero
        }
        return result
    }
}

extension LoadPhase {
    /// The beginning of the phase, or all of it.
    fileprivate func cut(to length: Duration) -> LoadPhase {
        guard length < duration else { return self }
        var phase = self
        phase.duration = length
        if case .ramp(let from, let to) = shape {
            let share = length / duration
            let end = from.perSecond + (to.perSecond - from.perSecond) * share
            phase.shape = .ramp(from: from, to: EventRate(perSecond: end))
        }
        return phase
    }
}
