/// Which of a scenario's two forms runs.
package enum ScenarioForm: String, Sendable, Hashable, Codable, CaseIterable {
    /// As the file tells it.
    case full
    /// With the values of its section `quick`: as short as the scenario can be and still tell the suspect from the control.
    case quick
}
