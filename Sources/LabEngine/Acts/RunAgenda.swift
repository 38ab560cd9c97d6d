import LabCore
import LabScenario
import Synchronization

/// The agenda of a run as it is at this instant, for all parts of the lab; any thread may ask.
final class RunAgenda: Sendable {
    private let state: Mutex<Agenda>

    init(_ scenario: Scenario) { state = Mutex(Agenda(scenario)) }

    var current: Agenda { state.withLock { $0 } }

    /// The load on the wall clock.
    var profile: LoadProfile { state.withLock { $0.profile } }

    func segments(of variant: VariantPlan) -> [VariantSegment] {
        current.segments(ofVariant: variant.index)
    }

    func replace(by agenda: Agenda) { state.withLock { $0 = agenda } }

    /// Lets a pause go on that nobody has ended, at a wall time since the zero.
    /// - Returns: the agenda, if that has changed it.
    func prolongPause(at time: Duration) -> Agenda? {
        state.withLock { agenda in
            agenda.prolongPause(at: agenda.moment(atWall: time)) ? agenda : nil
        }
    }
}
