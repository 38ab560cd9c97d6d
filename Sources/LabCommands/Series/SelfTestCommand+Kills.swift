import ArgumentParser
import LabCore
import LabEngine
import LabSelfTest

// A kill campaign in the place of scenarios.

extension SelfTestCommand {
    func checkKills() throws {
        guard let kill else { return }
        guard (1...10_000).contains(kill) else {
            throw ValidationError("--kill is a number from 1 to 10,000.")
        }
        guard scenarios.isEmpty, !quick, seeds == 1 else {
            throw ValidationError(
                "--kill has a scenario of its own: leave out scenarios, --quick and --seeds."
            )
        }
    }

    func runKills(_ count: Int) async throws {
        let campaign = KillCampaign(
            count,
            seed: firstSeed,
            version: LeakLabVersion.current,
            series: series.series(store),
            results: try series.results.map { try KillResults(path: $0) }
        )
        let stop = StopSwitch()
        let report = try await Interruption.watching(stop, ends: "the campaign") {
            try await campaign.run(stop: stop)
        }
        try output.write(report)
        throw ExitCode(report.exitStatus.rawValue)
    }
}
