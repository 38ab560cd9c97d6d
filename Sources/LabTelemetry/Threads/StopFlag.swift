import CPlatform
package import LabCore

/// What tells a process of the lab to end its work: a signal, or in tests whatever they say.
package struct StopFlag: Sendable {
    private let condition: @Sendable () -> Bool

    /// - Parameter condition: asked from any thread, also between two events; once true it stays true.
    package init(when condition: @escaping @Sendable () -> Bool) { self.condition = condition }

    /// Catches SIGTERM and SIGINT from now on: they raise the flag, and end nothing by themselves.
    /// - Throws: ``LabError`` if the signals cannot be caught.
    package static func signals() throws(LabError) -> StopFlag {
        guard cplatform_install_stop_flag() else { throw LabError("the stop signals cannot be caught") }
        return StopFlag { cplatform_stop_requested() }
    }

    package var isRaised: Bool { condition() }
}
