import LabCore

/// One thing that is measured, by a name that the command line takes.
protocol Benchmark: Sendable {
    var name: String { get }
    /// One line, for the progress display.
    var summary: String { get }
    /// - Throws: if the measurement failed to run; a missed target is not thrown.
    func run(in bench: Workbench) async throws -> [Figure]
}

/// All benchmarks, in the order in which they run.
enum Benchmarks {
    static let all: [any Benchmark] = [
        ProduceBenchmark(), ConsumeBenchmark(), PacingBenchmark(), HarnessBenchmark(), SamplingBenchmark(),
        RestartBenchmark(), FidelityBenchmark(), WavesBenchmark(), VolumeBenchmark(), DemoBenchmark(),
    ]
}

/// A measured value beside its target.
struct Figure: Sendable {
    var name: String
    var value: String
    /// Empty for a figure that is told for orientation only.
    var target = ""
    /// `nil` without a target.
    var isMet: Bool?
    /// The single readings behind a median, or what the value cannot tell by itself.
    var detail = ""
}

extension Figure {
    /// A figure that must not be above its limit.
    static func atMost(
        _ limit: Double,
        _ name: String,
        _ value: Double,
        detail: String = "",
        text: (Double) -> String
    ) -> Figure {
        Figure(
            name: name,
            value: text(value),
            target: "≤ \(text(limit))",
            isMet: value <= limit,
            detail: detail
        )
    }

    /// A figure that must not be below its limit.
    static func atLeast(
        _ limit: Double,
        _ name: String,
        _ value: Double,
        detail: String = "",
        text: (Double) -> String
    ) -> Figure {
        Figure(
            name: name,
            value: text(value),
            target: "≥ \(text(limit))",
            isMet: value >= limit,
            detail: detail
        )
    }

    /// A figure that must lie within bounds.
    static func within(
        _ bounds: ClosedRange<Double>,
        _ name: String,
        _ value: Double,
        detail: String = "",
        text: (Double) -> String
    ) -> Figure {
        Figure(
            name: name,
            value: text(value),
            target: "\(text(bounds.lowerBound)) … \(text(bounds.upperBound))",
            isMet: bounds.contains(value),
            detail: detail
        )
    }
}

/// The middle value, or the mean of the two in the middle; not a number for nothing.
func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return .nan }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
}
