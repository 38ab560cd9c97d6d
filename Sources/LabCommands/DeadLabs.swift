import LabCore
import LabEngine

/// What labs have left that were killed together with their guardians.
enum DeadLabs {
    /// Ends and removes it before something new begins, and says so; what cannot be removed, or belongs to a lab of which
    /// nothing is known, is left to `doctor --clean`.
    /// - Parameter root: the folder that somebody names for runs.
    static func clear(root: String?) {
        let gone = Leftovers.find(root: root, isCertain: true).remove().filter { $0.problem == nil }.map(
            \.path
        )
        guard !gone.isEmpty else { return }
        StandardError.write(
            line: "Removed what a killed lab had left: \(gone.joined(separator: ", "))"
        )
    }
}
