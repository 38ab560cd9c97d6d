/// The name of a recorded time series.
///
/// Incidents add their own; those that the lab records stand in ``MetricDefinition/all``.
package struct MetricName: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package var description: String { rawValue }

    package static func < (left: MetricName, right: MetricName) -> Bool { left.rawValue < right.rawValue }

    /// The number of live tasks or instances of one labelled construction site.
    package static func live(site: String) -> MetricName { MetricName("live:" + site) }
    /// The number of tasks or instances that one labelled construction site has made.
    package static func created(site: String) -> MetricName { MetricName("created:" + site) }

    private static let sizeClassPrefix = "objects:"

    /// The number of live objects in the allocator's size class of so many bytes.
    package static func objects(ofBytes size: Int) -> MetricName {
        MetricName(sizeClassPrefix + String(size))
    }

    /// The bytes of one object of that class; `nil` for any other metric.
    package var sizeClass: Int? {
        guard rawValue.hasPrefix(Self.sizeClassPrefix) else { return nil }
        let digits = rawValue.dropFirst(Self.sizeClassPrefix.count)
        guard let size = Int(digits), (1...1 << 48).contains(size), String(size) == digits else { return nil }
        return size
    }
}
