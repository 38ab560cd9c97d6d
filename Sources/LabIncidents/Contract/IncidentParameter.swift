package import LabCore

/// A parameter of an incident as scenarios know it, whatever the code has it in.
package struct IncidentParameter: Sendable, Hashable {
    package let name: String
    package let type: ParameterType
    /// The production system's value where it is known.
    package let defaultValue: ParameterValue
    /// A fragment that states the effect.
    package let help: String
}
