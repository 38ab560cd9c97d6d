import LabCore
import LabRecording
import LabTesting

extension LabFixture {
    /// The newest run as far as it is recorded; `nil` if there is none yet.
    func recording() -> RecordedRun? { try? RunStore(directory: store).open("latest") }

    /// Waits until so many events of every variant have been produced and recorded.
    func eventsFlow(_ count: Double = 2_000) async throws {
        try await eventually("\(count) events are recorded") {
            guard let variants = recording()?.variants, !variants.isEmpty else { return false }
            return variants.allSatisfy { $0.series[.produced]?.values.last ?? 0 >= count }
        }
    }

    /// A process of the newest run.
    func process(_ subcommand: String, named name: String = "") async throws -> ListedProcess {
        try await eventually(
            "there is a \(subcommand) process \(name)",
            find: {
                processes(subcommand).first { $0.arguments.joined(separator: " ").contains(name) }
            }
        )
    }
}

extension RecordedRun {
    /// When the last reading of any pod was taken, seconds after the run's zero.
    var lastSample: Double {
        let series = variants.flatMap(\.pods).flatMap(\.lives).compactMap { $0.series[.rss]?.times.last }
        return Double(series.min() ?? 0) / 1e9
    }
}
