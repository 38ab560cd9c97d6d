import LabCore
import LabPod
import LabTelemetry

/// Gives a metric of the user's its place on the pod's page, if it can have its name.
struct MetricRegistration {
    private let name: String
    private let unit: MetricUnit
    private let kind: MetricKind
    private let page: TelemetryPage

    init(_ name: String, _ unit: MetricUnit, _ kind: MetricKind, _ page: TelemetryPage) {
        self.name = name
        self.unit = unit
        self.kind = kind
        self.page = page
    }

    /// - Returns: what `make` makes of the name.
    /// - Throws: ``LabError`` if the name is malformed, the lab's own or another metric's, or if the page is full.
    func made<Metric>(by make: (TelemetryPage) -> Metric) throws -> Metric {
        try check()
        let metric = make(page)
        guard try TelemetryReader(page).index(of: name, kind) != nil else {
            throw LabError(
                "metric “\(name)”: there is no room for more",
                hint: "A pod has room for some 200 metrics and construction sites, 40 of them histograms."
            )
        }
        return metric
    }

    private func check() throws {
        guard NameRule.isMetric(name) else {
            throw LabError("metric “\(name)” cannot be called that", hint: NameRule.metric)
        }
        guard !Self.reserved.contains(name) else {
            throw LabError(
                "metric “\(name)” is the lab's own",
                hint: "The lab records it for every pod; choose another name."
            )
        }
        let present = try TelemetryReader(page).descriptors.first { $0.name == name && $0.kind != .site }
        guard let present else { return }
        guard present.kind == kind, present.unit == unit.unit else {
            throw LabError(
                "metric “\(name)” is registered already, as \(Self.words(present))",
                hint: "The same name again gives the same metric, if kind and unit are the same."
            )
        }
    }

    private static func words(_ descriptor: MetricDescriptor) -> String {
        "\(descriptor.kind) in \(descriptor.unit.rawValue)"
    }

    /// What the lab records of every pod or variant, under names that a series can have once only.
    static let reserved: Set<String> = {
        let names = MetricDefinition.all.map(\.name.rawValue)
        return Set(names + [PodMetricName.latency, PodMetricName.eventAge])
    }()
}
