import LabCore

/// The scenario of the emergency measure: whether kills and waves come when the lab predicts them.
struct WavesBenchmark: Benchmark {
    let name = "waves"
    let summary = "the scenario “mitigation”: kills and waves as predicted, about two minutes"

    private static let limit = Duration.seconds(300)
    private static let lives = 10.0
    private static let errorTarget = 10.0
    private static let ratioTarget = 0.2

    func run(in bench: Workbench) async throws -> [Figure] {
        let result = try await LabRun("mitigation", in: bench).run(name: "waves", within: Self.limit)
        let killed = try Self.waves(of: "per-event", in: result)
        let eased = try Self.waves(of: "per-event-x4", in: result)
        guard let median = killed.medianErrorPercent, let worst = killed.worstErrorPercent,
            let ratio = eased.ratio
        else { throw LabError("no waves: \(result.invalidBecause.joined(separator: "; "))") }
        return [
            .atLeast(Self.lives, "lives that the kernel ended", Double(killed.lives)) {
                decimal($0, places: 0)
            },
            .atMost(
                Self.errorTarget,
                "events to the OOM kill, predicted from the first half of a life: worst error",
                worst,
                detail: "median \(decimal(median, places: 2)) %"
            ) { "\(decimal($0, places: 1)) %" },
            .within(
                (1 - Self.ratioTarget)...(1 + Self.ratioTarget),
                "period with limit × 4 and pods × 4, observed over predicted",
                ratio.observed / ratio.predicted,
                detail:
                    "\(decimal(ratio.observed, places: 1)) and \(decimal(ratio.predicted, places: 1)) times"
            ) { decimal($0, places: 2) },
            Figure(name: "lost", value: grouped(result.lost), target: "0", isMet: result.lost == 0),
        ]
    }

    private static func waves(of variant: String, in result: RunResult) throws -> VariantResult.Waves {
        guard let segment = result.variants.first(where: { $0.name == variant })?.segments.first else {
            throw LabError("the run has no variant \(variant)")
        }
        return segment.waves
    }
}

/// An hour's worth of the incident's events through the fix, and through pods that are killed all the time.
struct VolumeBenchmark: Benchmark {
    let name = "volume"
    let summary = "7.23 million events through the fix, and through waves of kills, about six minutes"

    static let events = 7_230_000
    private static let limit = Duration.seconds(420)
    private static let fixTarget = 60.0
    private static let leakTarget = 300.0

    func run(in bench: Workbench) async throws -> [Figure] {
        try await figures("volume-fix", "through the fix", within: Self.fixTarget, bench)
            + figures("volume-leak", "through waves of kills", within: Self.leakTarget, bench)
    }

    private func figures(
        _ scenario: String,
        _ way: String,
        within target: Double,
        _ bench: Workbench
    ) async throws -> [Figure] {
        let start = ContinuousClock.now
        let result = try await LabRun("\(bench.scenarios)/\(scenario).yaml", in: bench)
            .run(name: scenario, within: Self.limit)
        let seconds = (ContinuousClock.now - start).inSeconds
        let handled = result.variants.reduce(0) { $0 + $1.events.processed }
        let kills = result.variants.flatMap(\.pods).reduce(0) { $0 + $1.oomKills }
        let detail = ["\(grouped(handled)) handled, \(grouped(kills)) OOM kills"] + result.invalidBecause
        return [
            Figure(
                name: "events \(way)",
                value: grouped(handled),
                target: "≥ \(grouped(Self.events))",
                isMet: handled >= Self.events && result.valid,
                detail: detail.joined(separator: "; ")
            ),
            .atMost(target, "wall time \(way)", seconds) { "\(decimal($0, places: 1)) s" },
            Figure(name: "lost \(way)", value: grouped(result.lost), target: "0", isMet: result.lost == 0),
        ]
    }
}

extension RunResult {
    /// By all variants together.
    var lost: Int { variants.reduce(0) { $0 + ($1.events.lost ?? 0) } }
}
