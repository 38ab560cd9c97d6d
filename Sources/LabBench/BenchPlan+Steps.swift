import LabCore
package import LabScenario

extension BenchPlan {
    /// The scenario of one measurement: its variant alone, at a constant rate.
    /// - Throws: ``ScenarioError`` if there is no such scenario.
    package func scenario(of step: BenchStep) throws(ScenarioError) -> Scenario {
        try source.scenario(with: changes(for: step), variant: step.variant)
    }

    /// What `leaklab run` is called with.
    package func arguments(for step: BenchStep) -> [String] {
        [source.argument] + (source.isQuick ? ["--quick"] : [])
            + (source.settings + changes(for: step)).flatMap { ["--set", $0] }
            + ["--variant", step.variant, "--seed", String(scenario.seed), "--unrehearsed"]
    }

    /// Assignments that make the scenario of a measurement out of the benchmark's.
    ///
    /// The variant is the run's control, so that nobody else runs beside it; what it is called in the benchmark stays as it was.
    func changes(for step: BenchStep) -> [String] {
        let variant = "variants.\(step.variant)"
        let rate = "\(step.perSecond)/s"
        func phase(_ name: String, _ duration: Duration) -> String {
            "{name: \(name), duration: \(Self.text(duration)), rate: \(rate)}"
        }
        let control = scenario.variants.first { $0.isControl && $0.name != step.variant }
        return [
            "workload.phases=[\(phase("warm-up", warmUp)), \(phase("steady", duration))]",
            "workload.partitions=\(partitions)",
            isOnForeignBroker ? "workload.topic=\(topic(of: step))" : nil,
            control.map { "variants.\($0.name).control=false" },
            "\(variant).control=true",
            "\(variant).role=\(VariantRole.fix.rawValue)",
            step.concurrency.map { "\(variant).pods.concurrency=\($0)" },
            safetyLimits[step.variant].map { "\(variant).pods.memory=\($0.bytes)" },
            "sampling.interval=100ms",
            "verdict.warmUp=\(Self.text(scenario.timeScale.wall(warmUp)))",
            "verdict.hold=0", "verdict.drain=1m",
            "expect=[]",
        ]
        .compactMap(\.self)
    }

    /// A topic on a broker of somebody's goes some time after it was deleted, so that no name is used twice.
    private func topic(of step: BenchStep) -> String {
        let concurrency = step.concurrency.map { "-c\($0)" } ?? ""
        let rate = decimal(step.perSecond, places: 2)
        return "\(scenario.workload.topic.prefix(100))-\(rate)\(concurrency)-\(step.attempt)"
    }

    private static func text(_ duration: Duration) -> String { "\(decimal(duration.inSeconds, places: 6))s" }
}
