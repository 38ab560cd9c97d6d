import LabCore
import LabIncidents
import LabScenario
import LabTelemetry

/// The incident's world during one stage: what each phase says of it, set when the phase begins.
struct StageWorld: Sendable {
    private let world: World
    private let variables: [WorldVariable]
    private let profile: LoadProfile
    /// As the scenario has them, for words.
    private let phases: [LoadPhase]
    /// Where the embedded broker reads how it is doing; `nil` where no phase says anything of it.
    private let brokerPath: String?

    /// Makes the page at `path`, with everything as it should be.
    /// - Throws: ``LabError`` if the file cannot be made.
    init(of plan: RunPlan, at path: String, broker brokerPath: String) throws {
        let ofIncident = plan.scenario.incident.flatMap(IncidentLibrary.named)?.world ?? []
        world = try World.create(at: path, variables: ofIncident)
        variables = ofIncident + [.broker]
        self.brokerPath = plan.scenario.disturbsBroker ? brokerPath : nil
        profile = plan.profile
        phases = plan.scenario.workload.phases
    }

    /// Sets the world phase by phase, until the last one is over, the run is stopped, or the task is cancelled; then
    /// all is as it should be.
    func follow(_ clock: RunClock, stop: StopSwitch, _ recorder: StageRecorder) async {
        guard phases.contains(where: { !$0.world.isEmpty }) else { return }
        defer { for variable in variables { set(variable, to: .normal, recorder) } }
        for index in profile.phases.indices {
            guard await stop.isThrown(before: profile.start(ofPhase: index), on: clock) == false else {
                return
            }
            enter(index, recorder)
        }
        _ = await stop.isThrown(before: profile.duration, on: clock)
    }

    private func enter(_ index: Int, _ recorder: StageRecorder) {
        let before = index > 0 ? phases[index - 1].world : [:]
        for variable in variables {
            let name = variable.name
            set(variable, to: profile.phases[index].world[name] ?? .normal, recorder)
            let (old, new) = (before[name] ?? .normal, phases[index].world[name] ?? .normal)
            guard old != new else { continue }
            recorder.note(
                "WorldChanged",
                of: "world/\(name)",
                "\(old.text) → \(new.text)",
                isWarning: new != .normal
            )
        }
    }
}

extension StageWorld {
    private func set(_ variable: WorldVariable, to condition: WorldCondition, _ recorder: StageRecorder) {
        guard variable == .broker else { return world.set(variable.name, to: condition) }
        guard let brokerPath else { return }
        do {
            try BrokerCondition.write(condition, to: brokerPath)
        } catch {
            recorder.note("NotChanged", of: "world/broker", "\(error)", isWarning: true)
        }
    }
}

extension StopSwitch {
    /// Waits for an instant of the run.
    /// - Returns: whether the switch was thrown, or the task cancelled, before.
    func isThrown(before instant: Duration, on clock: RunClock) async -> Bool {
        let isDue = await wait(atMost: .seconds(1_000_000)) {
            Task.isCancelled || clock.now >= instant.inNanoseconds
        }
        return !isDue || Task.isCancelled
    }
}
