/// A metric that a scenario names and no pod of a command ever reported, as the timeline has it.
package enum MissingMetric {
    package static let reason = "MetricMissing"

    /// - Parameters:
    ///   - name: as the scenario has it.
    ///   - count: of names that there are.
    ///   - near: one of these that is spelt like it.
    /// - Returns: a sentence without its full stop.
    package static func message(_ name: String, among count: Int, near: String?) -> String {
        let hint = near.map { ": did you mean “\($0)”?" } ?? ""
        return "“\(name)” is not among the \(grouped(count)) metrics that its pods report\(hint)"
    }
}
