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
    /// What the lab reports of every pod beside the incident's own metrics, for each event; shown, and not judged.
    case reported(MetricName)

    package var title: String { definition.title }

    /// The name that `--tolerance` takes; one for all resources, and one for all findings.
    package var option: String { definition.option }

    package var unit: String { definition.unit }

    /// More of it is good.
    package var isBetterWhenLarger: Bool { definition.isBetterWhenLarger }

    /// What the variant keeps, loses or shows, as opposed to what it costs: people read these as they are, not as percentages.
    package var isKept: Bool { definition.group != .cost }

    /// Memory, tasks and resources for each event.
    package var isGrowth: Bool { definition.group == .growth }

    /// Counted over a whole run, so that several runs have a sum.
    package var isCount: Bool { definition.group == .count }

    /// No measurement of it lies below zero, so that no interval needs to.
    package var isNeverNegative: Bool { !isGrowth }

    /// Depends on how fast the machine is, so that two machines cannot be compared.
    package var isOfMachine: Bool { definition.isOfMachine }

    /// Shown beside the others, and held against no variant.
    package var isShownOnly: Bool { definition.group == .shown }

    /// What is the same where no tolerance is given; docs/compare.md has the reasons.
    package var standardTolerance: Tolerance { definition.tolerance }

    /// The value as people read it, without a sign for what is more than zero.
    package func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 0x1p60 else { return "–" }
        return definition.amount.text(value)
    }

    /// Reads an amount in the unit of the line, such as `16B`.
    package func amount(_ text: String) -> Double? { definition.amount.value(text) }

    /// What ``amount(_:)`` reads, for a hint.
    package var exampleAmount: String { "\(definition.amount.noun) such as \(definition.example)" }
}

// MARK: - The lines

extension ComparedMetric {
    /// Everything that a line is besides how its figures are found.
    fileprivate struct Definition {
        enum Group {
            case count
            case growth
            case cost
            case finding
            case shown
        }

        var group: Group
        /// As the reports call it.
        var title: String
        /// The key of a variant's result where the result has it.
        var key: String
        var option: String
        var unit: String
        var amount: ComparedAmount
        var tolerance: Tolerance
        /// Of an amount that can be given as a tolerance.
        var example: String
        var isBetterWhenLarger = false
        var isOfMachine = false
    }

    fileprivate var definition: Definition {
        switch self {
        case .lost: .count("lost events", "events.lost", "lost", "events", tolerated: 0)
        case .failed: .count("failed events", "events.failed", "failed", "events")
        case .oomKills: .count("OOM kills", "pods.oomKills", "oom-kills", "kills")
        case .restarts: .count("restarts", "pods.restarts", "restarts", "restarts")
        case .tasks: .things("tasks", key: "tasks.perEvent", option: "tasks", tolerated: 0.01)
        case .heap: .memory("heap", "heap")
        case .rss: .memory("RSS", "rss")
        case .charge: .memory("charge", "charge")
        case .resource(let name):
            .things(
                name,
                key: Self.resources.lead + name + Self.resources.tail,
                option: "resources",
                tolerated: 0.1
            )
        case .finding(let name): finding(name)
        case .reported(let name): reported(name)
        case .timeToOOM, .peakRSS, .cpu, .throughput, .latencyP50, .latencyP99: cost
        }
    }

    private var cost: Definition {
        switch self {
        case .timeToOOM:
            .cost(
                "time to OOM",
                "timeToOOM.seconds",
                "time-to-oom",
                "s of incident time",
                .time,
                Tolerance(relative: 0.1, absolute: 0),
                example: "5m",
                isBetterWhenLarger: true
            )
        case .peakRSS:
            .cost(
                "RSS peak",
                "rss.peakBytes",
                "rss-peak",
                "B",
                .bytes,
                Tolerance(relative: 0.1, absolute: Double(4 << 20)),
                example: "8MiB"
            )
        case .cpu:
            .cost(
                "CPU/event",
                "cpu.secondsPerMillionEvents",
                "cpu",
                "s/M events",
                .microseconds,
                Tolerance(relative: 0.2, absolute: 1),
                example: "5us",
                isOfMachine: true
            )
        case .throughput:
            .cost(
                "throughput",
                "events.handledPerHour",
                "throughput",
                "events/h of incident time",
                .rate,
                Tolerance(relative: 0.05, absolute: 0),
                example: "1000/s",
                isBetterWhenLarger: true,
                isOfMachine: true
            )
        case .latencyP50: .latency("p50", absolute: 5)
        default: .latency("p99", absolute: 10)
        }
    }

    private func finding(_ name: String) -> Definition {
        Definition(
            group: .finding,
            title: Self.findingTitle(name),
            key: Self.findings.lead + name + Self.findings.tail,
            option: "findings",
            unit: findingUnit.name,
            amount: .finding(findingUnit),
            tolerance: Tolerance(relative: 0.25, absolute: 0),
            example: "10"
        )
    }

    private func reported(_ name: MetricName) -> Definition {
        Definition(
            group: .shown,
            title: "\((name.definition?.title ?? name.rawValue).lowercased())/event",
            key: Self.reports.lead + name.rawValue + Self.reports.tail,
            option: name.rawValue,
            unit: "\(name.rawValue)/event",
            amount: .things,
            tolerance: Tolerance(relative: 0, absolute: 0),
            example: "0.001"
        )
    }
}

extension ComparedMetric.Definition {
    fileprivate static func count(
        _ title: String,
        _ key: String,
        _ option: String,
        _ unit: String,
        tolerated: Double = 0.25
    ) -> Self {
        Self(
            group: .count,
            title: title,
            key: key,
            option: option,
            unit: unit,
            amount: .count,
            tolerance: Tolerance(relative: tolerated, absolute: 0),
            example: "10"
        )
    }

    fileprivate static func things(_ name: String, key: String, option: String, tolerated: Double) -> Self {
        Self(
            group: .growth,
            title: "\(name)/event",
            key: key,
            option: option,
            unit: "\(name)/event",
            amount: .things,
            tolerance: Tolerance(relative: tolerated, absolute: 0.00002),
            example: "0.001"
        )
    }

    fileprivate static func memory(_ name: String, _ option: String) -> Self {
        Self(
            group: .growth,
            title: "\(name)/event",
            key: "\(option).bytesPerEvent",
            option: option,
            unit: "B/event",
            amount: .bytes,
            tolerance: Tolerance(relative: 0.1, absolute: 8),
            example: "16B"
        )
    }

    fileprivate static func cost(
        _ title: String,
        _ key: String,
        _ option: String,
        _ unit: String,
        _ amount: ComparedAmount,
        _ tolerance: Tolerance,
        example: String,
        isBetterWhenLarger: Bool = false,
        isOfMachine: Bool = false
    ) -> Self {
        Self(
            group: .cost,
            title: title,
            key: key,
            option: option,
            unit: unit,
            amount: amount,
            tolerance: tolerance,
            example: example,
            isBetterWhenLarger: isBetterWhenLarger,
            isOfMachine: isOfMachine
        )
    }

    fileprivate static func latency(_ percentile: String, absolute: Double) -> Self {
        .cost(
            "latency \(percentile)",
            "latency.\(percentile)Millis",
            percentile,
            "ms",
            .milliseconds,
            Tolerance(relative: 0.25, absolute: absolute),
            example: "20ms",
            isOfMachine: true
        )
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

    fileprivate var findingUnit: Finding.Unit {
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
    package static let allCases: [ComparedMetric] =
        [
            .lost, .failed, .oomKills, .restarts, .tasks, .heap, .rss, .charge, .timeToOOM, .peakRSS, .cpu,
            .throughput, .latencyP50, .latencyP99,
        ] + MetricDefinition.all(for: .reported).map { .reported($0.name) }

    fileprivate static let resources = (lead: "resources.", tail: ".perEvent")
    fileprivate static let findings = (lead: "findings.", tail: ".value")
    fileprivate static let reports = (lead: "metrics.", tail: ".perEvent")

    package init?(rawValue: String) {
        if let metric = Self.allCases.first(where: { $0.rawValue == rawValue }) {
            self = metric
        } else if let name = Self.name(in: rawValue, between: Self.resources) {
            self = .resource(name)
        } else if let name = Self.name(in: rawValue, between: Self.findings) {
            self = .finding(name)
        } else if let name = Self.name(in: rawValue, between: Self.reports) {
            self = .reported(MetricName(name))
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

    package var rawValue: String { definition.key }

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
