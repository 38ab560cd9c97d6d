import Foundation
import LabAnalysis
import LabCluster
import LabCore
import LabEngine
import LabRecording
import LabReport
import LabScenario
import LabServe
import Synchronization

/// The carried incidents, played one after another in their quick forms for a page that stays open, until somebody ends it.
///
/// Their recordings are in a folder of their own, which goes with the demonstration.
struct Demonstration: Sendable {
    /// How long the end of a run stays on the page.
    private static let interlude = Duration.seconds(8)
    /// Recordings that are kept for the list of runs.
    private static let most = 20

    private let names: [String]
    private let store: RunStore
    private let stage: LiveStage

    /// - Parameters:
    ///   - store: where the runs are recorded.
    ///   - stage: where the page looks.
    init(store: RunStore, stage: LiveStage) {
        self.store = store
        self.stage = stage
        names = CarriedScenarios.names
    }

    /// Plays until `stop` is thrown.
    func play(until stop: StopSwitch) async {
        while stop.reason == nil {
            for name in names where stop.reason == nil {
                do {
                    guard let scenario = try scenario(name) else { continue }
                    try await play(scenario, stop)
                } catch {
                    // What this machine cannot do is left out; the others go on.
                    if stop.reason == nil { StandardError.write(line: "\(name): \(error)") }
                }
                _ = try? store.prune(keep: Self.most, now: WallTime.nanoseconds)
            }
        }
    }

    /// - Returns: `nil` for one without a quick form.
    private func scenario(_ name: String) throws -> Scenario? {
        guard let source = CarriedScenarios.named(name) else { return nil }
        let full = try Scenario.load(text: source.text, path: source.path, catalogue: .library)
        guard full.hasQuickForm else { return nil }
        return try Scenario.load(
            text: source.text,
            path: source.path,
            catalogue: .library,
            overrides: [.quick]
        )
    }

    private func play(_ scenario: Scenario, _ stop: StopSwitch) async throws {
        // “End the run” on the page ends this one, and the next begins.
        let own = StopSwitch()
        let live = LiveRunSource(stop: own, isFollowed: true)
        stage.show(live)
        StandardError.write(line: "\(scenario.name): \(scenario.title)")
        let request = RunRequest(
            scenario: scenario,
            overrides: ["--quick"],
            store: store,
            isWatched: true,
            version: LeakLabVersion.current
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await stop.wait()
                own.stop(.interrupted)
            }
            defer { group.cancelAll() }
            let laboratory = Laboratory(request, stop: own, began: { live.begin($0) }) { live.show($0) }
            let outcome = try await laboratory.run()
            live.end(RunReport(outcome), outcome.recording.frameState)
            try Self.writeReport(of: outcome)
            _ = await stop.wait(atMost: Self.interlude, until: { false })
        }
    }

    private static func writeReport(of outcome: Laboratory.Outcome) throws {
        let html = try RunReport(outcome).rendered(as: "html")
        try ReportFile.write(html, to: "\(outcome.folder.path)/report.html")
    }
}

/// The run that a page shows as “live”, one after another.
final class LiveStage: Sendable {
    private let present = Mutex<LiveRunSource?>(nil)

    init(_ source: LiveRunSource? = nil) { present.withLock { $0 = source } }

    var source: LiveRunSource? { present.withLock { $0 } }

    func show(_ source: LiveRunSource) { present.withLock { $0 = source } }
}
