import LabCore
import LabEngine
import LabReport
import LabServe

extension RunCommand {
    /// How long the end of the run waits for pages to get their last frame.
    private static let longestFarewell = Duration.seconds(2)

    /// Runs with a page beside it, which sees the end before it loses the lab.
    func serve(
        _ request: RunRequest,
        stop: StopSwitch,
        _ progress: any ProgressDisplay
    ) async throws -> Laboratory.Outcome {
        let live = LiveRunSource()
        let runs = ServedRuns(store: request.store, live: live, stop: stop)
        return try await PageServer.serving(port: page.port, runs) { [page] server in
            let address = server.address(of: "live")
            let line = PortOptions.announcement(address, wanted: page.port, got: server.port)
            StandardError.write(line + "\n")
            let laboratory = Laboratory(request, stop: stop, began: { live.begin($0) }) { snapshot in
                live.show(snapshot)
                progress.show(snapshot)
            }
            let outcome = try await laboratory.run()
            live.end(RunReport(outcome), outcome.recording.frameState)
            await server.finish(atMost: Self.longestFarewell)
            return outcome
        }
    }
}
