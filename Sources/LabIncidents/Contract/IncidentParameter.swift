package import LabCore

/// A knob of an incident, as scenarios set it.
package struct IncidentParameter: Sendable, Hashable {
    package let name: String
    package let type: ParameterType
    /// The production system's value where it is known.
    package let defaultValue: ParameterValue
    /// A fragment that states the effect.
    package let help: String
}
