import LabCore
import LabEngine
import LabReport
import LabScenario

extension PageFrame.Controls {
    /// What can be done to a run `elapsed` wall seconds after its zero; `nil` once its load is over.
    init?(of run: LiveRun, at elapsed: Double) {
        let (agenda, scenario) = (run.agenda, run.scenario)
        let moment = scenario.timeScale.incident(Duration.seconds(max(0, elapsed)))
        guard let phase = agenda.phase(at: moment) else { return nil }
        let incident = scenario.incident.flatMap { IncidentCatalogue.library[name: $0] }
        self.init(
            variants: scenario.variants.enumerated().map { index, variant in
                let segments = agenda.segments(ofVariant: index)
                let present = segments.last { $0.at <= moment } ?? segments[0]
                return Variant(
                    name: variant.name,
                    pods: present.replicas,
                    limit: present.memory.map { "\($0)" } ?? "none",
                    handler: present.handler,
                    handlers: variant.command == nil ? incident?.handlers.map(\.name) ?? [] : [],
                    isProfiled: run.profiled.contains(variant.name)
                )
            },
            world: Self.world(of: scenario, incident, in: phase),
            isPaused: agenda.isPaused,
            rate: Self.rate(agenda.profile.rate(at: .seconds(elapsed)), scenario),
            podCounts: Self.podCounts(of: scenario)
        )
    }

    /// In the unit that the scenario has its rates in.
    private static func rate(_ wall: EventRate, _ scenario: Scenario) -> String {
        let unit = RateUnit.first(in: scenario.text, overrides: [])
        return Figure.rate(perHour: scenario.timeScale.incident(wall).perHour, in: unit)
    }

    private static func world(
        of scenario: Scenario,
        _ incident: IncidentCatalogue.Entry?,
        in phase: LoadPhase
    ) -> [Variable] {
        let variables = (incident?.world ?? []) + (scenario.disturbsBroker ? [.broker] : [])
        return variables.map { variable in
            let present = phase.world[variable.name]
            return Variable(
                name: variable.name,
                condition: present?.text ?? variable.choices[0],
                choices: variable.choices
            )
        }
    }

    /// Divisors of the number of partitions, where each pod has its share of them.
    private static func podCounts(of scenario: Scenario) -> [Int] {
        let isStatic = scenario.variants.contains { $0.command == nil && $0.pods.assignment == .static }
        let partitions = scenario.workload.partitions
        return isStatic ? (1...64).filter { partitions.isMultiple(of: $0) } : []
    }
}

extension WorldVariable {
    /// What a page offers, as it should be first.
    fileprivate var choices: [String] {
        switch kind {
        case .service: ["up", "down", "slow 800ms"]
        case .share: ["0%", "5%", "20%", "50%"]
        case .broker: ["up", "down", "slow 800ms", "errors \(BrokerError.notCoordinator.rawValue) 5%"]
        }
    }
}
