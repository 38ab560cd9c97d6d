import LabCore
import Synchronization

/// What went wrong in the lab itself, so that the run proves nothing.
///
/// The first fault stops the run.
final class RunFaults: Sendable {
    private struct State {
        var reasons: [String] = []
        var failure: LabError?
    }

    private let state = Mutex(State())
    private let stop: StopSwitch

    init(stop: StopSwitch) { self.stop = stop }

    var reasons: [String] { state.withLock { $0.reasons } }
    /// An error that ends the run with its own exit status.
    var failure: LabError? { state.withLock { $0.failure } }

    /// The run goes on to its end as far as it can, and is invalid.
    func report(_ reason: String, stopping: Bool = true) {
        state.withLock { state in
            if !state.reasons.contains(reason) { state.reasons.append(reason) }
        }
        if stopping { stop.stop(.invalid) }
    }

    func fail(_ error: LabError) {
        state.withLock { state in
            if state.failure == nil { state.failure = error }
        }
        report(error.description)
    }
}
