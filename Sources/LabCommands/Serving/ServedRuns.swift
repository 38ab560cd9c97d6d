import Foundation
import LabCore
import LabEngine
import LabRecording
import LabReport
import LabServe

/// The runs of a store, and the one that goes on in this process.
struct ServedRuns: PageRuns {
    let store: RunStore
    /// `nil` in a process that runs nothing.
    var live: LiveRunSource?
    /// Ends the live run early.
    var stop: StopSwitch?

    func list() throws -> [PageRun] { try store.runs().map(PageRun.init) }

    func source(of id: String, replay: Replay?) throws -> any FrameSource {
        if let live, replay == nil, id == "live" || id == live.id { return live }
        guard id != "live" else { throw PageProblem(404, "Nothing runs in this process.") }
        guard let replay else {
            return StoredRunSource(id: try store.folder(id).id, store: store)
        }
        let report = try RunReport.load(id, from: store)
        guard report.recording.state != .recording || report.recording.isCutOff else {
            throw PageProblem(409, "The run goes on: it can be replayed when it has ended.")
        }
        return ReplaySource(report, replay)
    }

    func act(_ act: [UInt8], on id: String) throws -> String {
        guard let live, let stop, id == "live" || id == live.id else {
            throw PageProblem(409, "This run does not go on in this process: nothing can be done to it.")
        }
        guard let asked = try? JSONDecoder().decode(Act.self, from: Data(act)), asked.act == "stop" else {
            throw PageProblem(400, "An act is {\"act\": \"stop\"}.")
        }
        stop.stop(.interrupted)
        return "The run ends."
    }

    private struct Act: Decodable {
        var act: String
    }
}

extension PageRun {
    init(_ run: RunSummary) {
        self.init(
            run: run.id,
            title: run.title,
            scenario: run.scenario,
            state: run.state.word,
            duration: run.duration?.text ?? "–",
            startedAt: Double(run.startedAt) / 1e6,
            variants: run.verdicts.map {
                Variant(name: $0.name, verdict: $0.verdict.rawValue, flagged: $0.flagged)
            }
        )
    }
}
