import ArgumentParser
import LabCore
import LabEngine
import LabSelfTest

// Campaigns in the place of scenarios: kills at random moments, and bad connections in every phase.

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

    func checkFaults() throws {
        guard let faults else { return }
        guard FaultCell.cells(in: faults) != nil else {
            let (troubles, phases) = (FaultCell.Trouble.allCases, FaultCell.Phase.allCases)
            throw ValidationError(
                "--faults “\(faults)”: write “all”, or, with commas between, any of "
                    + (troubles.map(\.rawValue) + phases.map(\.rawValue)).joined(separator: ", ")
                    + ", or one of each such as cut@steady."
            )
        }
        guard scenarios.isEmpty, !quick, seeds == 1, kill == nil else {
            throw ValidationError(
                "--faults has a scenario of its own: leave out scenarios, --quick, --seeds and --kill."
            )
        }
    }

    func runFaults(_ text: String) async throws {
        let campaign = FaultCampaign(
            FaultCell.cells(in: text) ?? [],
            version: LeakLabVersion.current,
            lanes: Lanes(lanes),
            series: series.series(store),
            results: try series.results.map { try FaultResults(path: $0) }
        )
        let stop = StopSwitch()
        let report = try await Interruption.watching(stop, ends: "the campaign") {
            try await campaign.run(stop: stop)
        }
        try output.write(report)
        throw ExitCode(report.exitStatus.rawValue)
    }
}
