import LabCluster
package import LabCore
package import LabScenario

extension RehearsalFigures {
    /// A pod needs room beyond what it has idle.
    private static let idleReserve = 1.25
    /// Of the memory that is available.
    private static let usableMemory = 0.8

    /// Why the scenario shall not run on this machine; `nil` if it may.
    ///
    /// `overcommits` allows leaks that the machine may have no memory for.
    package func refusal(
        of scenario: Scenario,
        on machine: RehearsalMachine,
        overcommits: Bool = false
    ) -> LabError? {
        idleRefusal(of: scenario) ?? (overcommits ? nil : memoryRefusal(of: scenario, on: machine))
            ?? HonestTimeScale(of: scenario, from: self, on: machine).refusal(for: scenario.timeScale)
    }

    /// A limit that an idle pod already reaches, or nearly.
    package func idleRefusal(of scenario: Scenario) -> LabError? {
        for variant in scenario.variants {
            for segment in variant.segments {
                guard let limit = segment.memory,
                    let charge = self[variant.subject(of: segment)]?.pod.idleCharge
                else { continue }
                let needed = ByteCount(Int64((Double(charge.bytes) * Self.idleReserve).rounded(.up)))
                guard limit < needed else { continue }
                let isFirst = segment.name == VariantSegment.firstName
                return LabError(
                    "\(isFirst ? "pods.memory" : "steps.\(segment.name).memory"): \(limit) is below what an idle pod "
                        + "of \(variant.name) needs: \(charge) charged, and a quarter more to work with",
                    hint: "Set at least \(needed), better some times as much.",
                    exitStatus: .invalidScenario
                )
            }
        }
        return nil
    }

    /// Leaks for which there is not enough memory, at whatever time scale.
    package func memoryRefusal(of scenario: Scenario, on machine: RehearsalMachine) -> LabError? {
        guard let available = machine.availableMemory else { return nil }
        let usable = Double(available.bytes) * Self.usableMemory
        for stage in scenario.schedule.stages(of: scenario.variants) {
            let kept = stage.map { (name: $0.name, bytes: keptBytes(of: $0, in: scenario)) }
            let total = kept.reduce(0) { $0 + $1.bytes }
            guard total > usable else { continue }
            let names = kept.filter { $0.bytes > 0 }.map(\.name).joined(separator: ", ")
            return LabError(
                "pods.memory: by the end of the run \(names) would keep \(ByteCount.describe(total)), more than "
                    + "\(decimal(Self.usableMemory * 100, places: 0)) % of the \(available) that this machine has free",
                hint: "Set a limit (--set pods.memory=512MiB), or shorten the run (--duration); "
                    + "--overcommit lets it begin.",
                exitStatus: .invalidScenario
            )
        }
        return nil
    }

    /// The most that a variant's pods keep of their events at any time, bytes; never more than their limits allow.
    private func keptBytes(of variant: ScenarioVariant, in scenario: Scenario) -> Double {
        scenario.stretches(of: variant).map { stretch in
            let leaked =
                stretch.events * (self[variant.subject(of: stretch.first)]?.leakedBytesPerEvent ?? 0)
            guard let limit = stretch.first.memory else { return leaked }
            return min(leaked, Double(limit.bytes) * Double(stretch.mostReplicas))
        }
        .max() ?? 0
    }

    /// What stays as it is on the wall clock, whatever the time scale: to be said with a run that compresses time.
    package func incompressible(in scenario: Scenario) -> [String] {
        guard scenario.timeScale.factor != 1 else { return [] }
        let scale = scenario.timeScale
        let start = Duration.seconds(handlers.map(\.pod.readySeconds).max() ?? 0)
        var notes = [
            "A pod takes up to \(start.text) to start: \(scale.incident(start).text) of incident time."
        ]
        if scenario.variants.contains(where: { $0.pods.assignment == .group }) {
            notes.append("A consumer group stalls for seconds at each join, leave and kill.")
        }
        for handler in handlers {
            notes.append(
                "An event costs \(handler.subject.handler) \(handler.cost.cpuSecondsPerEvent.shortText) of CPU"
                    + (handler.leakedBytesPerEvent > 0 ? ", what it leaves behind included." : ".")
            )
        }
        return notes
    }
}
