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
        began: @escaping @Sendable (LiveRun) -> Void,
        _ progress: @escaping @Sendable (LiveSnapshot) -> Void
    ) async throws -> Laboratory.Outcome {
        let live = LiveRunSource(stop: stop)
        let runs = ServedRuns(store: request.store, live: LiveStage(live))
        return try await PageServer.serving(port: page.port, runs) { [page] server in
            let address = server.address(of: "live")
            let line = PortOptions.announcement(address, wanted: page.port, got: server.port)
            StandardError.write(line + "\n")
            let laboratory = Laboratory(request, stop: stop) { run in
                live.begin(run)
                began(run)
            } progress: { snapshot in
                live.show(snapshot)
                progress(snapshot)
            }
            let outcome = try await laboratory.run()
            live.end(RunReport(outcome), outcome.recording.frameState)
            await server.finish(atMost: Self.longestFarewell)
            return outcome
        }
    }
}
