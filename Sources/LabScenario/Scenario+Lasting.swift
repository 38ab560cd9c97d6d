import LabCore

extension Scenario {
    /// The same with a load that lasts so long, in wall time.
    ///
    /// A constant rate at the end goes on; anything else is repeated from the first phase on. What is longer is cut.
    package func lasting(_ wall: Duration) -> Scenario {
        var scenario = self
        scenario.workload.phases = Self.phases(workload.phases, lasting: timeScale.incident(wall))
        return scenario
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
