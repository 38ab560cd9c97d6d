import LabCore
package import LabScenario

/// A study with the scenario that it runs.
package struct AccuracySubject: Sendable, Hashable {
    package let study: AccuracyStudy
    /// At most ``AccuracyStudy/runs`` of the study; one with fewer says less.
    package let runs: Int
    package let lanes: Int
    /// What `leaklab run` is given to find the scenario.
    let argument: String
    let variants: [String]
    let partitions: Int
    /// Other for another text of the scenario, other settings or another version of the program.
    let fingerprint: String

    /// - Parameters:
    ///   - study: to be made.
    ///   - scenario: with the study's settings.
    ///   - argument: where it was found.
    ///   - version: of the program.
    ///   - runs: how many, if fewer than the study's.
    ///   - lanes: how many at a time, if not as many as the study has.
    package init(
        _ study: AccuracyStudy,
        scenario: Scenario,
        argument: String,
        version: String,
        runs: Int?,
        lanes: Int?
    ) {
        self.study = study
        self.runs = runs.map { min($0, study.runs) } ?? study.runs
        self.lanes = lanes ?? study.lanes
        self.argument = argument
        variants = scenario.variants.map(\.name)
        partitions = scenario.workload.partitions
        let settings = (study.settings + [study.duration ?? ""] + (study.atMost.map { [$0] } ?? [])).joined(
            separator: "\n"
        )
        fingerprint = FNV1a.fingerprint(of: "\(version)\n\(settings)\n\(scenario.text)")
    }

    /// The topic of the runs in a lane; each variant's name follows it.
    func topic(ofLane lane: Int) -> String { "accuracy-\(lane)" }

    /// Of all lanes and variants.
    var topics: [String] {
        (0..<lanes).flatMap { lane in variants.map { "\(topic(ofLane: lane))-\($0)" } }
    }

    /// What `leaklab run` is called with.
    func arguments(seed: UInt64, lane: Int, servers: String) -> [String] {
        let settings = study.settings + ["workload.topic=\(topic(ofLane: lane))"]
        return [argument, "--seed", String(seed)]
            + settings.flatMap { ["--set", $0] }
            + (study.duration.map { ["--duration", $0] } ?? [])
            + (study.atMost.map { ["--until-decided", "--at-most", $0] } ?? [])
            + ["--bootstrap-servers", servers, "--reuse-topics"]
    }

    /// Seeds 1, 2 and so on, of those runs that `records` does not have.
    func openSeeds(_ records: [AccuracyRecord]) -> [UInt64] {
        let done = Set(records.filter { $0.isOf(self) }.map(\.seed))
        return (1...UInt64(max(1, runs))).filter { !done.contains($0) }
    }
}
