/// One line of a comparison.
///
/// The raw value is the key of a variant's result where the result has it.
package enum ComparedMetric: Hashable, Sendable {
    case lost
    case failed
    case oomKills
    case restarts
    case tasks
    case heap
    case rss
    case charge
    /// How many of a resource are kept for each event, by its name: descriptors, threads, or a gauge.
    case resource(String)
    /// By its name, such as `stampede-of-refreshesInFlight`.
    case finding(String)
    case timeToOOM
    case peakRSS
    case cpu
    case throughput
    case latencyP50
    case latencyP99

    /// As the reports call it.
    package var title: String {
        switch self {
        case .lost: "lost events"
        case .failed: "failed events"
        case .oomKills: "OOM kills"
        case .restarts: "restarts"
        case .tasks: "tasks/event"
        case .heap: "heap/event"
        case .rss: "RSS/event"
        case .charge: "charge/event"
        case .resource(let name): "\(name)/event"
        case .finding(let name): Self.findingTitle(name)
        case .timeToOOM: "time to OOM"
        case .peakRSS: "RSS peak"
        case .cpu: "CPU/event"
        case .throughput: "throughput"
        case .latencyP50: "latency p50"
        case .latencyP99: "latency p99"
        }
    }

    /// The name that `--tolerance` takes; one for all resources, and one for all findings.
    package var option: String {
        switch self {
        case .lost: "lost"
        case .failed: "failed"
        case .oomKills: "oom-kills"
        case .restarts: "restarts"
        case .tasks: "tasks"
        case .heap: "heap"
        case .rss: "rss"
        case .charge: "charge"
        case .resource: "resources"
        case .finding: "findings"
        case .timeToOOM: "time-to-oom"
        case .peakRSS: "rss-peak"
        case .cpu: "cpu"
        case .throughput: "throughput"
        case .latencyP50: "p50"
        case .latencyP99: "p99"
        }
    }

    package var unit: String {
        switch self {
        case .lost, .failed: "events"
        case .oomKills: "kills"
        case .restarts: "restarts"
        case .tasks: "tasks/event"
        case .heap, .rss, .charge: "B/event"
        case .resource(let name): "\(name)/event"
        case .finding: findingUnit.name
        case .timeToOOM: "s of incident time"
        case .peakRSS: "B"
        case .cpu: "s/M events"
        case .throughput: "events/h of incident time"
        case .latencyP50, .latencyP99: "ms"
        }
    }

    /// More of it is good.
    package var isBetterWhenLarger: Bool { self == .throughput || self == .timeToOOM }

    /// What the variant keeps, loses or shows, as opposed to what it costs: people read these as they are, not as percentages.
    package var isKept: Bool {
        switch self {
        case .timeToOOM, .peakRSS, .cpu, .throughput, .latencyP50, .latencyP99: false
        default: true
        }
    }

    /// Memory, tasks and resources for each event.
    package var isGrowth: Bool {
        switch self {
        case .tasks, .heap, .rss, .charge, .resource: true
        default: false
        }
    }

    /// Counted over a whole run, so that several runs have a sum.
    package var isCount: Bool {
        switch self {
        case .lost, .failed, .oomKills, .restarts: true
        default: false
        }
    }

    /// No measurement of it lies below zero, so that no interval needs to.
    package var isNeverNegative: Bool { !isGrowth }

    /// Depends on how fast the machine is, so that two machines cannot be compared.
    package var isOfMachine: Bool {
        switch self {
        case .cpu, .throughput, .latencyP50, .latencyP99: true
        default: false
        }
    }

    /// The value as people read it, without a sign for what is more than zero.
    package func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 0x1p60 else { return "–" }
        switch self {
        case .lost, .failed, .oomKills, .restarts: return grouped(Int64(value.rounded()))
        case .tasks, .resource: return decimal(value, places: value != 0 && abs(value) < 0.0005 ? 5 : 3)
        case .heap, .rss, .charge, .peakRSS: return ByteCount.describe(value)
        case .finding: return findingUnit.text(value)
        case .timeToOOM: return abs(value) < 1e12 ? (value == 0 ? "0 s" : Duration.seconds(value).text) : "–"
        case .cpu: return "\(decimal(value, places: 1)) µs"
        case .throughput: return EventRate(perHour: value).description
        case .latencyP50, .latencyP99: return "\(decimal(value, places: abs(value) < 10 ? 2 : 1)) ms"
        }
    }
}

// MARK: - Findings

extension ComparedMetric {
    /// What a finding's name is made of; `nil` for a name of none.
    private static func finding(_ name: String) -> (kind: String, metric: String)? {
        // Kinds that a newer version knows are read all the same.
        guard let range = name.range(ofFirst: "-of-") else { return nil }
        return (String(name[..<range.lowerBound]), String(name[range.upperBound...]))
    }

    /// Such as `stampede of refreshesInFlight`; of what is looked for in every run of the one metric that it shows in, the kind alone.
    private static func findingTitle(_ name: String) -> String {
        guard let parts = finding(name) else { return name }
        let isOfEveryRun = [Finding.Kind.crashLoop, .oomKills, .stalled, .notDrained].map(\.rawValue)
            .contains(parts.kind)
        return isOfEveryRun ? parts.kind.replacing("-", with: " ") : "\(parts.kind) of \(parts.metric)"
    }

    private var findingUnit: Finding.Unit {
        guard case .finding(let name) = self, let parts = Self.finding(name),
            let kind = Finding.Kind(rawValue: parts.kind)
        else { return .count }
        return kind.unit(of: MetricName(parts.metric))
    }
}

extension StringProtocol {
    /// The first place where `part` stands; `nil` if it does not.
    fileprivate func range(ofFirst part: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            formIndex(after: &start)
        }
        return nil
    }
}

extension Finding.Unit {
    fileprivate var name: String {
        switch self {
        case .bytes: "B"
        case .seconds: "s of incident time"
        case .ratio: "×"
        case .count: ""
        }
    }
}

// MARK: - The key

extension ComparedMetric: RawRepresentable, Codable, CaseIterable {
    /// Those that every comparison may have; resources and findings differ from scenario to scenario.
    package static let allCases: [ComparedMetric] = [
        .lost, .failed, .oomKills, .restarts, .tasks, .heap, .rss, .charge, .timeToOOM, .peakRSS, .cpu,
        .throughput, .latencyP50, .latencyP99,
    ]

    private static let resources = (lead: "resources.", tail: ".perEvent")
    private static let findings = (lead: "findings.", tail: ".value")

    package init?(rawValue: String) {
        if let metric = Self.allCases.first(where: { $0.rawValue == rawValue }) {
            self = metric
        } else if let name = Self.name(in: rawValue, between: Self.resources) {
            self = .resource(name)
        } else if let name = Self.name(in: rawValue, between: Self.findings) {
            self = .finding(name)
        } else {
            return nil
        }
    }

    private static func name(in text: String, between ends: (lead: String, tail: String)) -> String? {
        guard text.hasPrefix(ends.lead), text.hasSuffix(ends.tail),
            text.count > ends.lead.count + ends.tail.count
        else { return nil }
        return String(text.dropFirst(ends.lead.count).dropLast(ends.tail.count))
    }

    package var rawValue: String {
        switch self {
        case .lost: "events.lost"
        case .failed: "events.failed"
        case .oomKills: "pods.oomKills"
        case .restarts: "pods.restarts"
        case .tasks: "tasks.perEvent"
        case .heap: "heap.bytesPerEvent"
        case .rss: "rss.bytesPerEvent"
        case .charge: "charge.bytesPerEvent"
        case .resource(let name): Self.resources.lead + name + Self.resources.tail
        case .finding(let name): Self.findings.lead + name + Self.findings.tail
        case .timeToOOM: "timeToOOM.seconds"
        case .peakRSS: "rss.peakBytes"
        case .cpu: "cpu.secondsPerMillionEvents"
        case .throughput: "events.handledPerHour"
        case .latencyP50: "latency.p50Millis"
        case .latencyP99: "latency.p99Millis"
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let metric = ComparedMetric(rawValue: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no line of a comparison")
        }
        self = metric
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension Finding {
    /// Such as `stampede-of-refreshesInFlight`, as rules and lines of comparisons call it.
    package var name: String { "\(kind.rawValue)-of-\(metric)" }
}
