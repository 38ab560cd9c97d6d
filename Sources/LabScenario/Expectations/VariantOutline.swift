package import LabCore

/// What expectations may say of a variant: its name, those of its segments, what is looked for in it, and what its pods tell.
package struct VariantOutline: Hashable, Sendable {
    package let name: String
    /// From step to step; the first is ``VariantSegment/firstName``.
    package let segments: [String]
    package private(set) var findings: [FindingRule]
    /// By name, those that every run judges included.
    package private(set) var resources: [String]
    package private(set) var pods: Pods
    /// Whether memory may be limited for its pods, or is predicted to reach a limit.
    private(set) var hasLimit = true
    /// Whether live heap and latencies of a command are read.
    private(set) var readsHeap = false
    private(set) var hasLatency = false

    /// Whose code the pods run, with the metrics that it tells besides the lab's own.
    package enum Pods: Hashable, Sendable {
        /// Of an incident; `nil` if its metrics are known only when it runs. A name that ends in `*` stands for all that
        /// begin so.
        case handler(metrics: [String]?)
        /// What is recorded of the command; `nil` if it is asked for nothing.
        case command(metrics: [String]?)
    }

    package init(
        name: String,
        steps: [String] = [],
        findings: [FindingRule] = FindingRule.standard,
        resources: [String] = [],
        pods: Pods = .handler(metrics: nil)
    ) {
        self.name = name
        segments = [VariantSegment.firstName] + steps
        self.findings = findings
        self.resources = MetricName.standardResources.map(\.rawValue) + resources
        self.pods = pods
    }

    /// The same with what the scenario looks for in every variant, and the metrics of its incident.
    func looking(for findings: [FindingRule], resources: [String], metrics: [String]?) -> VariantOutline {
        var outline = self
        outline.findings = findings
        outline.resources += resources
        if case .handler = pods { outline.pods = .handler(metrics: metrics) }
        return outline
    }

    /// The same with the limits and the allocator of the variant that it is of.
    func limited(by limit: ByteCount?, _ variant: ScenarioVariant?) -> VariantOutline {
        var outline = self
        let own = variant.map { $0.pods.memory != nil || $0.steps.contains { $0.memory?.limit != nil } }
        outline.hasLimit = limit != nil || own ?? true
        outline.readsHeap =
            readsHeap
            || variant.map { $0.pods.allocator == .jemalloc || $0.pods.profile.when != .off } ?? true
        return outline
    }

    /// Reads the names alone, so that it works for variants that are left out or have problems elsewhere.
    /// - Returns: `nil` for a variant without a name.
    init?(of variant: SourceNode) {
        guard let name = variant["name"]?.text else { return nil }
        let steps = variant["steps"]?.items ?? []
        let recorded = variant["metrics"].map { _ in
            (variant["metricNames"]?.items ?? []) + ["heap", "handled"].compactMap { variant[$0] }
        }
        self.init(
            name: name,
            steps: steps.enumerated().map { $1["name"]?.text ?? Self.standardName(ofStep: $0 + 1) },
            pods: variant["command"] == nil
                ? .handler(metrics: nil) : .command(metrics: recorded?.compactMap(\.text).map(Self.recorded))
        )
        let collects = variant["collect"].map { $0.text != RuntimeSettings.Collection.no.rawValue } ?? false
        let readable = [ProgramRuntime.go, .jvm].map(\.rawValue)
        readsHeap =
            collects || variant["heap"] != nil || variant["pprof"] != nil
            || variant["runtime"]?.text.map(readable.contains) ?? false
        hasLatency = variant["latency"] != nil
    }

    /// The name under which a metric is recorded.
    private static func recorded(_ text: String) -> String { MetricSelector(text)?.description ?? text }

    /// The name of a step that has none, by its number from 1.
    static func standardName(ofStep number: Int) -> String { "step-\(number)" }
}

extension VariantOutline {
    var isCommand: Bool { if case .command = pods { true } else { false } }

    /// What the lab itself notes about a command's metrics.
    private static let ofScraper = ["scrapes", "scrapesFailed"]

    /// Whether a result may have a metric of its pods.
    func tells(_ metric: String) -> Bool {
        if MetricName(metric).definition != nil { return Self.reported.contains(metric) }
        return switch pods {
        case .handler(nil): true
        case .handler(let names?): names.contains { Self.isMet(metric, by: $0) }
        case .command(let names): names.map { ($0 + Self.ofScraper).contains(metric) } ?? false
        }
    }

    /// Whether its pods may tell a metric whose name begins with that of the family and a dot.
    func tellsMember(of family: String) -> Bool {
        switch pods {
        case .handler(nil): true
        case .handler(let names?): names.contains { $0.hasPrefix(family + ".") }
        case .command: false
        }
    }

    /// What the lab reports of every pod beside what its program does.
    static let reported = MetricDefinition.all(for: .reported).map(\.name.rawValue)

    /// Those of its metrics that can be listed.
    var toldMetrics: [String] {
        switch pods {
        case .handler(let names), .command(let names): names ?? []
        }
    }

    private static func isMet(_ metric: String, by pattern: String) -> Bool {
        pattern.hasSuffix("*") ? metric.hasPrefix(pattern.dropLast()) : metric == pattern
    }
}
