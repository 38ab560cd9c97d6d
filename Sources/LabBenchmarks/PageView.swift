import LabCore
import LabTelemetry

/// A child's telemetry page, as it stands at each look.
struct PageView: Sendable {
    private var reader: TelemetryReader

    /// - Throws: ``LabError`` if it is no page.
    init(path: String) throws { reader = try TelemetryReader(openingPageAt: path) }

    /// A counter or gauge; `nil` before the child has registered it.
    mutating func value(_ name: String) -> Int64? {
        index(name).flatMap { reader.value(of: $0) }
    }

    mutating func histogram(_ name: String) -> HistogramSnapshot? {
        index(name).flatMap { reader.histogram(at: $0) }
    }

    private mutating func index(_ name: String) -> Int? {
        reader.refresh()
        return reader.index(of: name)
    }
}
