package import LabAnalysis
package import LabCore
package import LabScenario

extension LookPlan {
    /// The looks at a run of a scenario whose load goes on until every verdict stands.
    ///
    /// No look is made before the load has been what it can be: a constant rate at the end is waited for, other phases
    /// pass once, and all steps are taken.
    ///
    /// - Parameters:
    ///   - scenario: what is run.
    ///   - atMost: of the load, wall time.
    /// - Throws: ``LabError`` if there is no time for a look, or if the variants run one after another.
    package init(of scenario: Scenario, atMost: Duration) throws(LabError) {
        guard scenario.schedule == .parallel else {
            throw LabError(
                "--until-decided: the variants run one after another",
                hint:
                    "Write “schedule: parallel”: they are compared with the control while the load goes on.",
                exitStatus: .invalidScenario
            )
        }
        let start = Self.start(of: scenario)
        let first = Self.firstLook(from: start)
        guard atMost.inSeconds >= first else {
            throw LabError(
                "--at-most: \(atMost.text) leaves no time for a look, the first of which is after \(Duration.seconds(first).text)",
                hint: "Allow more, or make “verdict.warmUp” or what comes before the last phase shorter.",
                exitStatus: .invalidScenario
            )
        }
        self.init(from: start, until: atMost.inSeconds)
    }

    /// From when on time is usable for a verdict on all of the load, wall seconds since the first event was due.
    private static func start(of scenario: Scenario) -> Double {
        let phases = scenario.workload.phases
        let before = scenario.endsConstantly ? phases.dropLast() : phases[...]
        let passed = scenario.timeScale.wall(before.reduce(.zero) { $0 + $1.duration })
        let lastStep = scenario.variants.flatMap(\.steps).map(\.at).max().map { scenario.timeScale.wall($0) }
        let warmUp = scenario.verdict.warmUp
        return max(passed, (lastStep ?? .zero) + warmUp).inSeconds
    }
}
