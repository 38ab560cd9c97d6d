/// The charts that every report can draw; the raw value names them on the command line.
package enum ReportChart: String, Sendable, Hashable, CaseIterable {
    case rss
    case charge
    case heap
    case tasks
    case lag
    case age
    case rate

    package var title: String {
        switch self {
        case .rss: "Resident memory"
        case .charge: "Memory charge"
        case .heap: "Live heap"
        case .tasks: "Live tasks"
        case .lag: "Lag"
        case .age: "Event age"
        case .rate: "Rate"
        }
    }

    var subtitle: String {
        switch self {
        case .rss: "RSS of all live pods of a variant together"
        case .charge: "Memory as the limit counts it, all live pods of a variant together"
        case .heap: "What the allocator has handed out and not got back, all live pods together"
        case .tasks: "Tasks alive in all live pods together, from the labelled construction sites"
        case .lag: "Events produced but not yet committed"
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
