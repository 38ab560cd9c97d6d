/// One of the metrics that the lab records by itself: what it is, and what is made of it.
///
/// Samples, findings, `verdict.resources`, result document, `expect:`, comparisons, charts, exports, tables and
/// `docs/metrics.md` follow from it. All of them stand in ``MetricDefinition/all``.
package struct MetricDefinition: Sendable, Hashable {
    /// Where its readings come from.
    package enum Source: String, Sendable, Hashable, CaseIterable {
        /// The kernel, about a process, or about all processes of a pod together.
        case process
        /// A pod that runs a command, or its runtime.
        case command
        /// The telemetry page of a pod that runs handlers.
        case page
        /// The agent that is preloaded into pods beside jemalloc.
        case agent
        /// The offsets of a variant's consumer group.
        case group
        /// The producer.
        case producer
    }

    /// What is made of it besides being recorded and exported.
    package struct Use: OptionSet, Sendable, Hashable {
        package let rawValue: Int

        package init(rawValue: Int) { self.rawValue = rawValue }

        /// The verdict looks at it in every run.
        package static let judged = Use(rawValue: 1 << 0)
        /// A level of which every run decides whether it grows with the events, as memory apart.
        package static let resource = Use(rawValue: 1 << 1)
        /// Findings can be looked for in it.
        package static let finding = Use(rawValue: 1 << 2)
        /// It stands in the `metrics` of a result beside the incident's own, and in comparisons.
        package static let reported = Use(rawValue: 1 << 3)
    }

    /// How the report draws it.
    package enum Chart: Sendable, Hashable {
        /// All live pods of a variant together, in a chart that every report has.
        case standard
        /// The mean of the live pods, where it was recorded.
        case mean
        /// How fast it grows in all live pods together, where it was recorded.
        case growth
        /// It is part of other charts, or of none.
        case none
    }

    package let name: MetricName
    package let kind: VariantResult.Metric.Kind
    package let unit: MetricUnit
    package let source: Source
    /// As headings and tables call it.
    package let title: String
    /// What is counted, in a few words.
    package let help: String
    /// How, where that needs saying.
    package let detail: String?
    package let uses: Use
    package let chart: Chart

    init(
        _ name: MetricName,
        _ kind: VariantResult.Metric.Kind,
        in unit: MetricUnit = .count,
        from source: Source,
        title: String,
        help: String,
        detail: String? = nil,
        uses: Use = [],
        chart: Chart = .none
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.source = source
        self.title = title
        self.help = help
        self.detail = detail
        self.uses = uses
        self.chart = chart
    }

    /// Help and detail, without a full stop.
    package var explanation: String { ([help] + [detail].compactMap(\.self)).joined(separator: "; ") }

    package var description: MetricDescription { MetricDescription(kind: kind, unit: unit) }

    private static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })

    /// - Returns: `nil` for an incident's own metric and that of a construction site.
    package static subscript(name: MetricName) -> MetricDefinition? { byName[name] }

    /// Those that something is made of, in the order of ``all``.
    package static func all(for use: Use) -> [MetricDefinition] { all.filter { $0.uses.contains(use) } }
}

extension MetricName {
    package var definition: MetricDefinition? { MetricDefinition[self] }

    private func has(_ use: MetricDefinition.Use) -> Bool { definition?.uses.contains(use) ?? false }

    /// The series is an incident's own: neither one of the lab's nor that of a construction site or a size class.
    package var isOfIncident: Bool {
        definition == nil && !rawValue.hasPrefix("live:") && !rawValue.hasPrefix("created:")
            && sizeClass == nil
    }

    /// It stands in the `metrics` of a result: an incident's own, or one that the lab reports beside these.
    package var isReported: Bool { isOfIncident || has(.reported) }

    /// The verdict looks at it in every run.
    package var isJudged: Bool { has(.judged) }

    /// The lab's own metrics of a pod that are levels, and so have spikes, plateaus and teeth.
    package static let levels = MetricDefinition.all(for: .finding).map(\.name)

    /// The series can be looked at for a finding: one of ``levels``, a construction site's, or an incident's own.
    package var isLevel: Bool { has(.finding) || isOfIncident || rawValue.hasPrefix("live:") }

    /// What every pod holds of the machine's, judged in every run.
    package static let standardResources = MetricDefinition.all(for: .resource).map(\.name)

    /// Memory, or an incident's or a program's own metric whose name ends in `Bytes` or `_bytes`.
    package var isInBytes: Bool {
        definition.map { $0.unit == .bytes }
            ?? (stem == "bytes" || stem.hasSuffix("Bytes") || stem.hasSuffix("_bytes"))
    }

    /// Without the labels that a program's own metric was chosen by.
    private var stem: Substring { rawValue.prefix { $0 != "{" } }
}
