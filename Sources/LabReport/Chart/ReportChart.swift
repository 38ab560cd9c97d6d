import LabCore

/// The charts that every report can draw; the raw value names them on the command line.
package enum ReportChart: String, Sendable, Hashable, CaseIterable {
    case rss
    case charge
    case heap
    case tasks
    case lag
    case age
    case rate

    /// The metric that it draws as it is.
    private var definition: MetricDefinition? { MetricName(rawValue).definition }

    package var title: String {
        switch self {
        case .age: "Event age"
        case .rate: "Rate"
        default: definition?.title ?? rawValue
        }
    }

    var subtitle: String {
        switch self {
        case .rss, .charge, .heap, .tasks:
            "\(definition?.help ?? rawValue), all live pods of a variant together"
        case .lag: definition?.help ?? rawValue
        case .age: "How long the oldest event not yet committed had been waiting, incident time"
        case .rate: "Events handled per hour of incident time, against the schedule’s target"
        }
    }

    var unit: AxisUnit {
        switch self {
        case .rss, .charge, .heap: .bytes
        case .tasks, .lag: .count
        case .age: .seconds
        case .rate: .eventsPerHour
        }
    }
}
