import LabCore
import LabTelemetry

/// A telemetry page as metric values.
///
/// Belongs to the sampling thread.
struct PageSource {
    private var reader: TelemetryReader
    private let isTaken: (MetricDescriptor) -> Bool
    private var metrics: [PageMetric] = []
    /// So many of them are described.
    private var described = 0
    /// So many of the page's descriptors were looked at.
    private var seen = 0

    /// Fails if there is no page to be read at the path.
    ///
    /// - Parameters:
    ///   - path: of the page's file.
    ///   - isTaken: whether a metric of the page is read; all are if nothing else is said.
    init?(path: String, where isTaken: @escaping (MetricDescriptor) -> Bool = { _ in true }) {
        guard let reader = try? TelemetryReader(openingPageAt: path) else { return nil }
        self.reader = reader
        self.isTaken = isTaken
        takeInNewMetrics()
    }

    /// The page of the agent in a pod, of which nothing is taken but what an agent writes.
    ///
    /// - Parameters:
    ///   - path: of the page's file.
    ///   - readsHeap: whether live heap is taken from it; it is not, where the pod reads it by itself.
    init?(agentPath path: String, readsHeap: Bool) {
        self.init(path: path) { descriptor in
            let name = MetricName(descriptor.name)
            guard descriptor.kind == .timedGauge, descriptor.class == .pod else { return false }
            return name.sizeClass != nil || name.definition?.source == .agent || (readsHeap && name == .heap)
        }
    }

    /// Takes in metrics that are new on the page, and reports what they are.
    mutating func describe(_ report: (MetricName, MetricDescription) -> Void) {
        if reader.refresh() { takeInNewMetrics() }
        for metric in metrics[described...] {
            for name in metric.names { report(name, metric.description) }
        }
        described = metrics.count
    }

    mutating func read(_ take: (MetricName, Double, UInt64) -> Void) {
        guard reader.isWhole else { return }
        for index in metrics.indices { metrics[index].read(from: reader, take) }
    }

    private mutating func takeInNewMetrics() {
        for index in seen..<reader.descriptors.count where isTaken(reader.descriptors[index]) {
            metrics.append(PageMetric(reader.descriptors[index], at: index))
        }
        seen = reader.descriptors.count
    }
}

/// What is sampled of one metric of a page.
private struct PageMetric {
    let names: [MetricName]
    let description: MetricDescription
    private let kind: MetricKind
    private let index: Int
    /// By what a new reading is known: a timed gauge's time, a histogram's number of values.
    private var lastReading: UInt64 = 0

    /// Of a histogram that an incident keeps: over all values so far.
    private static let quantiles: [(name: String, of: @Sendable (HistogramSnapshot) -> UInt64?)] = [
        ("p50", { $0.quantile(0.5) }), ("p99", { $0.quantile(0.99) }), ("max", { $0.maximum }),
    ]

    init(_ descriptor: MetricDescriptor, at index: Int) {
        kind = descriptor.kind
        self.index = index
        description = descriptor.description
        switch descriptor.kind {
        case .site: names = [.live(site: descriptor.name)]
        // The harness's own are read as a whole when a life ends.
        case .histogram where descriptor.class != .incident: names = []
        case .histogram: names = Self.quantiles.map { MetricName("\(descriptor.name).\($0.name)") }
        case .counter, .gauge, .timedGauge: names = [MetricName(descriptor.name)]
        }
    }

    mutating func read(from reader: TelemetryReader, _ take: (MetricName, Double, UInt64) -> Void) {
        guard let name = names.first else { return }
        switch kind {
        case .counter, .gauge, .site:
            guard let value = reader.value(of: index) else { return }
            take(name, Double(value), MonotonicClock.nanoseconds)
        case .timedGauge:
            guard let reading = reader.reading(of: index), reading.nanoseconds != lastReading else { return }
            lastReading = reading.nanoseconds
            take(name, Double(reading.value), reading.nanoseconds)
        case .histogram: readQuantiles(from: reader, take)
        }
    }

    private mutating func readQuantiles(
        from reader: TelemetryReader,
        _ take: (MetricName, Double, UInt64) -> Void
    ) {
        guard let value = reader.value(of: index), UInt64(value) != lastReading,
            let snapshot = reader.histogram(at: index)
        else { return }
        lastReading = UInt64(value)
        let now = MonotonicClock.nanoseconds
        for (name, quantile) in zip(names, Self.quantiles) {
            if let value = quantile.of(snapshot) { take(name, Double(value), now) }
        }
    }
}
