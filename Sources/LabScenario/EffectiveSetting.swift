import LabCore

/// A value that takes effect in a run, and who set it.
package struct EffectiveSetting: Hashable, Sendable {
    package enum Origin: Hashable, Sendable, CustomStringConvertible {
        case defaultValue
        case scenario(line: Int)
        /// An option of the command line, such as `--set pods.memory`.
        case option(String)

        package var description: String {
            switch self {
            case .defaultValue: "default"
            case .scenario(let line): "line \(line)"
            case .option(let option): option
            }
        }
    }

    /// The keys that lead to it: `workload.keys.count`, `variants.per-event.pods.replicas`.
    package let label: String
    package let value: String
    package let origin: Origin

    package init(label: String, value: String, origin: Origin) {
        self.label = label
        self.value = value
        self.origin = origin
    }
}
