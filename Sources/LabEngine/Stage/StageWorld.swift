import LabCore
import LabIncidents
import LabScenario
import LabTelemetry
import Synchronization

/// The incident's world during one stage: what each phase says of it, set when the phase begins.
final class StageWorld: Sendable {
    private let world: World
    private let variables: [WorldVariable]
    private let agenda: RunAgenda
    private let timeScale: TimeScale
    /// Where the embedded broker reads how it is doing; `nil` where no phase says anything of it.
    private let brokerPath: String?
    /// As scenarios have it, by name; what is as it should be is left out.
    private let present = Mutex<[String: WorldCondition]>([:])

    /// Makes the page at `path`, with everything as it should be.
    /// - Throws: ``LabError`` if the file cannot be made.
    init(of plan: RunPlan, _ agenda: RunAgenda, at path: String, broker brokerPath: String) throws {
        let ofIncident = plan.scenario.incident.flatMap(IncidentLibrary.named)?.world ?? []
        world = try World.create(at: path, variables: ofIncident)
        variables = ofIncident + [.broker]
        self.brokerPath = plan.scenario.disturbsBroker ? brokerPath : nil
        self.agenda = agenda
        timeScale = plan.scenario.timeScale
    }

    /// Sets the world phase by phase, until the last one is over, the run is stopped, or the task is cancelled; then
    /// all is as it should be.
    func follow(_ clock: RunClock, stop: StopSwitch, _ recorder: StageRecorder) async {
        defer { set([:], recorder) }
        _ = await stop.wait(atMost: .seconds(1_000_000)) { Task.isCancelled || !refresh(clock, recorder) }
    }

    /// Sets it as the present phase has it.
    /// - Returns: whether there is one.
    @discardableResult
    func refresh(_ clock: RunClock, _ recorder: StageRecorder) -> Bool {
        let now = Duration.nanoseconds(clock.now)
        guard now >= .zero else { return true }
        guard let phase = agenda.current.phase(at: timeScale.incident(now)) else { return false }
        for (name, old, new) in set(phase.world, recorder) {
            recorder.note(
                "WorldChanged",
                of: "world/\(name)",
                "\(old.text) → \(new.text)",
                isWarning: new != .normal
            )
        }
        return true
    }

    /// - Returns: what has changed.
    @discardableResult
    private func set(
        _ conditions: [String: WorldCondition],
        _ recorder: StageRecorder
    ) -> [(name: String, old: WorldCondition, new: WorldCondition)] {
        let before = present.withLock { present in
            defer { present = conditions }
            return present
        }
        guard before != conditions else { return [] }
        return variables.compactMap { variable in
            let (old, new) = (before[variable.name] ?? .normal, conditions[variable.name] ?? .normal)
            guard old != new else { return nil }
            set(variable, to: new.scaled(by: timeScale), recorder)
            return (variable.name, old, new)
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
