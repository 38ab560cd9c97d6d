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
    var live: LiveStage?

    func list() throws -> [PageRun] { try store.runs().map(PageRun.init) }

    func source(of id: String, replay: Replay?) throws -> any FrameSource {
        if let live = live?.source, replay == nil, id == "live" || id == live.id { return live }
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

    func act(_ act: [UInt8], on id: String) async throws -> ActDone {
        guard let live = live?.source, id == "live" || id == live.id else {
            throw PageProblem(409, "This run does not go on in this process: nothing can be done to it.")
        }
        guard let asked = try? JSONDecoder().decode(Act.self, from: Data(act)) else {
            let form = #"{"act": "scale per-event 4"}"#
            throw PageProblem(400, "An act is \(form), in the words of “\(Program.name) act”.")
        }
        do throws(LabError) {
            return try await live.act([asked.act])
        } catch {
            // What cannot be done is no fault of who asks for it: the run is as it is.
            let text = [error.description, error.hint].compactMap(\.self).joined(separator: ". ")
            throw PageProblem(409, text)
        }
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
