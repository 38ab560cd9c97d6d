/// An error that a person can act on: where, what, and what to do about it.
///
/// The description is one lower-case clause without full stop, `place: what is wrong`, with the offending value in
/// “quotes”; the hint is a sentence of its own.
package protocol ActionableError: Error, CustomStringConvertible, Sendable {
    var hint: String? { get }
    var exitStatus: ExitStatus { get }
}

/// The general form, for the places where no richer type is needed.
package struct LabError: ActionableError, Hashable {
    package let description: String
    package let hint: String?
    package let exitStatus: ExitStatus

    package init(_ description: String, hint: String? = nil, exitStatus: ExitStatus = .labFailed) {
        self.description = description
        self.hint = hint
        self.exitStatus = exitStatus
    }
}
