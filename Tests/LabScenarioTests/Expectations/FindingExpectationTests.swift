import LabCore
import LabScenario
import Testing

/// What expectations may ask of findings and resources.
@Suite struct FindingExpectationTests {
    private static let variants = ["suspect", "control"].map {
        VariantOutline(
            name: $0,
            findings: [
                FindingRule(kind: .plateau, metric: "heap", limit: 64 * 0x1p20),
                FindingRule(kind: .plateau, metric: "live:Cache.entries"),
                FindingRule(kind: .spike, metric: "heap", limit: 3),
                FindingRule(kind: .sawTooth, metric: "heap", limit: 7_200),
                FindingRule(kind: .pileUp, metric: "runningTasks", limit: 400),
            ],
            resources: ["rows.open"]
        )
    }

    /// Everything was found in the first variant, and nothing in the second.
    private static var result: RunResult {
        var suspect = VariantResult(name: "suspect", role: .suspect, control: false)
        suspect.findings = [
            Finding(
                kind: .plateau,
                metric: "heap",
                value: 500 * 0x1p20,
                limit: 64 * 0x1p20,
                predicted: 400 * 0x1p20
            ),
            Finding(kind: .plateau, metric: "live:Cache.entries", value: 1_000, limit: nil),
            Finding(kind: .spike, metric: "heap", value: 2.5, limit: 3, times: 0),
            Finding(
                kind: .pileUp,
                metric: "runningTasks",
                value: 401,
                limit: 400,
                times: 2,
                rising: true
            ),
        ]
        suspect.resources = [
            .init(
                name: "rows.open",
                peak: 9,
                end: 7,
                perEvent: Estimate(estimate: 0.2, low: 0.1, high: 0.3),
                verdict: .leaking
            )
        ]
        return RunResult(
            run: "r",
            scenario: "s",
            timeScale: 1,
            seed: 1,
            valid: true,
            invalidBecause: [],
            broker: BrokerDescription(kind: "embedded", bootstrapServers: ""),
            lab: LabFootprint(),
            variants: [suspect, VariantResult(name: "control", role: .fix, control: true)],
            expectations: [],
            exitStatus: 0
        )
    }

    @Test(
        "An expectation of a finding or a resource holds or not, and tells the value",
        arguments: [
            ("suspect.findings.plateau-of-heap.value == 500MiB", true, "524288000"),
            ("suspect.findings.plateau-of-heap.limit == 64MiB", true, "67108864"),
            ("suspect.findings.plateau-of-heap.predicted < 400MiB", false, "419430400"),
            ("suspect.findings.plateau-of-heap.ratio <= 1.25", true, "1.25"),
            ("suspect.findings.plateau-of-heap.beyond == true", true, "true"),
            ("suspect.findings.plateau-of-live:Cache.entries.value == 1000", true, "1000"),
            ("suspect.findings.plateau == 2", true, "2"),
            ("suspect.findings.spike.value > 2.4", true, "2.5"),
            ("suspect.findings.spike.times == 0", true, "0"),
            ("suspect.findings.spike-of-heap.beyond == true", false, "false"),
            ("suspect.findings.pile-up.rising == true", true, "true"),
            ("suspect.findings.pile-up.metric == runningTasks", true, "runningTasks"),
            ("suspect.findings.pile-up.kind == pile-up", true, "pile-up"),
            ("suspect.resources.rows.open.end == 7", true, "7"),
            ("suspect.resources.rows.open.perEvent.low > 0.1", false, "0.1"),
            ("suspect.resources.rows.open.verdict == leaking", true, "leaking"),
            // What was not found is beyond no limit.
            ("control.findings.plateau-of-heap.beyond == false", true, "false"),
            ("control.findings.spike.beyond != true", true, "false"),
        ]
    )
    func evaluation(_ text: String, _ met: Bool, _ observed: String) throws {
        let expectation = try Expectation(parsing: text, variants: Self.variants)
        let outcome = expectation.evaluate(against: Self.result)
        #expect(outcome == ExpectationResult(text: text, met: met, observed: observed))
    }

    @Test(
        "What was not found, not predicted or not recorded meets no expectation",
        arguments: [
            "control.findings.spike.value < 3", "control.findings.plateau-of-heap.limit == 64MiB",
            "suspect.findings.spike.ratio < 10", "suspect.findings.plateau-of-heap.rising != true",
            "suspect.findings.saw-tooth.value < 2h", "control.resources.rows.open.end == 0",
            "suspect.resources.descriptors.verdict != leaking",
        ]
    )
    func unknown(_ text: String) throws {
        let expectation = try Expectation(parsing: text, variants: Self.variants)
        let outcome = expectation.evaluate(against: Self.result)
        #expect(outcome == ExpectationResult(text: text, met: false, observed: nil))
    }

    @Test(
        "No text is a crash",
        arguments: [
            "suspect.findings == 1", "suspect.findings. == 1", "suspect.findings..value == 1",
            "suspect.findings.plateau.value == 1", "suspect.findings.plateau-of-.value == 1",
            "suspect.findings.spike. == 1", "suspect.findings.spike-of-heap == 1",
            "findings.spike.value == 1",
            "suspect.findings.spike.value == 3MiB", "suspect.findings.saw-tooth.value == 3MiB",
            "suspect.findings.plateau-of-live:Cache.entries.beyond == true",
            "suspect.resources == 1", "suspect.resources. == 1", "suspect.resources..end == 1",
            "suspect.resources.rows.open == 1", "suspect.resources.rows.end == 1",
            "suspect.resources.rows.open.perEvent == 1", "suspect.resources.end == 1",
            "suspect.segments.start.findings.spike.value == 1",
        ]
    )
    func garbage(_ text: String) {
        #expect(throws: ExpectationProblem.self) { try Expectation(parsing: text, variants: Self.variants) }
    }

    @Test("An option sets the limit of one finding by its name") func override() throws {
        let text = minimalScenario("findings:\n  - {kind: spike, metric: heap, limit: 3}")
        let scenario = try load(text, overrides: [.set("findings.spike-of-heap.limit=4")])
        #expect(scenario.findings.first == FindingRule(kind: .spike, metric: "heap", limit: 4))
        #expect(scenario.findings.dropFirst() == FindingRule.standard[...])
        #expect(try load(minimalScenario()).findings == FindingRule.standard)
    }

    @Test("What every run looks for can be asked for without a rule")
    func ofEveryRun() throws {
        var result = Self.result
        result.variants[0].findings.append(Finding(kind: .crashLoop, metric: "restarts", value: 7, limit: 2))
        for (text, isMet) in [
            ("suspect.findings.crash-loop == 1", true), ("suspect.findings.crash-loop.value <= 3", false),
            ("suspect.findings.crash-loop.beyond == true", true), ("control.findings.crash-loop == 0", true),
            ("control.findings.stalled.beyond == false", true),
            ("control.findings.stalled.value < 1m", false),
            ("control.findings.not-drained == 0", true), ("control.findings.oom-kills.beyond == false", true),
        ] {
            let expectation = try Expectation(parsing: text, variants: Self.variants)
            #expect(expectation.evaluate(against: result).met == isMet, "\(text)")
        }
    }
}
