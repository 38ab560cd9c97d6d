import LabCore
import LabScenario
import Testing

@Suite struct ExpectationTests {
    private static let variants = [
        VariantOutline(
            name: "per-event",
            steps: ["mitigation"],
            findings: FindingRule.standard + [FindingRule(kind: .spike, metric: "heap", limit: 3)]
        ), VariantOutline(name: "singleton"),
    ]

    /// A run in which everything is known of the first variant and nothing of the second.
    static var result: RunResult {
        var suspect = VariantResult(name: "per-event", role: .suspect, control: false)
        suspect.verdict = .leaking
        suspect.flagged = true
        suspect.events.lost = 3
        suspect.latency.p99Millis = 250
        suspect.load.achievedPerHour = 7_230_000
        suspect.heap.bytesPerEvent = Estimate(estimate: 20_480, low: -1, high: 21_504.5)
        suspect.lag.drainSeconds = 90
        suspect.tasks.sites = [.init(site: "IndexCache.worker", kind: "task", created: 10, live: 7)]
        suspect.pods = [
            .init(name: "per-event-0", memoryLimitBytes: nil, restarts: 2, oomKills: 1, exits: []),
            .init(name: "per-event-1", memoryLimitBytes: nil, restarts: 3, oomKills: 1, exits: []),
        ]
        suspect.lag.worstStatus = .stalled
        suspect.lag.stalledSeconds = 30
        suspect.segments = segments
        suspect.findings = [Finding(kind: .spike, metric: "heap", value: 1, limit: nil)]
        suspect.metrics = [
            .init(name: "cache.misses", kind: .counter, peak: 40, end: 12, total: 90, perEvent: 0.5),
            .init(name: "entries", kind: .gauge, peak: 1_000),
        ]
        return RunResult(
            run: "r1",
            scenario: "outage",
            timeScale: 1,
            seed: 1,
            valid: true,
            invalidBecause: [],
            broker: BrokerDescription(kind: "embedded", bootstrapServers: "127.0.0.1:9092"),
            lab: LabFootprint(),
            variants: [suspect, VariantResult(name: "singleton", role: .fix, control: true)],
            expectations: [],
            exitStatus: 0,
            memoryControl: "cgroup v2"
        )
    }

    private static var segments: [VariantResult.Segment] {
        var start = VariantResult.Segment(
            name: "start",
            handler: "per-event",
            replicas: 1,
            memoryLimitBytes: 96 << 20
        )
        start.verdict = .leaking
        start.oomKills = 4
        start.from = 0
        start.to = 720
        start.waves.periodSeconds = 30
        var mitigation = VariantResult.Segment(
            name: "mitigation",
            handler: "per-event",
            replicas: 4,
            memoryLimitBytes: 384 << 20
        )
        mitigation.tasksPerEvent = Estimate(estimate: 1, low: 0.999, high: 1.001)
        mitigation.waves.periodSeconds = 540
        mitigation.waves.ratio = .init(against: "per-event.start", observed: 18, predicted: 16.5)
        return [start, mitigation]
    }

    @Test(
        "An expectation holds or not, and tells the value of its left side",
        arguments: [
            ("per-event.verdict == leaking", true, "leaking"),
            ("per-event.verdict != leaking", false, "leaking"),
            ("per-event.role == suspect", true, "suspect"),
            ("per-event.verdict == singleton.verdict", false, "leaking"),
            ("per-event.flagged == true", true, "true"),
            ("singleton.flagged != true", true, "false"),
            ("valid == true", true, "true"),
            ("broker.kind == embedded", true, "embedded"),
            ("scenario == outage", true, "outage"),
            ("per-event.events.lost == 3", true, "3"),
            ("per-event.events.lost < 3", false, "3"),
            ("per-event.events.lost <= 3", true, "3"),
            ("per-event.events.lost > 0.003k", false, "3"),
            ("per-event.events.lost >= 2_9", false, "3"),
            ("per-event.heap.bytesPerEvent.estimate == 20KiB", true, "20480"),
            ("per-event.heap.bytesPerEvent.high < 21.5kB", false, "21504.5"),
            ("per-event.heap.bytesPerEvent.low >= -1KiB", true, "-1"),
            ("per-event.heap.bytesPerEvent.low >= -0.5", false, "-1"),
            ("per-event.latency.p99Millis <= 0.25s", true, "250"),
            ("per-event.latency.p99Millis < 250", false, "250"),
            ("per-event.lag.drainSeconds == 1m30s", true, "90"),
            ("per-event.load.achievedPerHour >= 2000/s", true, "7230000"),
            ("per-event.load.achievedPerHour < 7.23M", false, "7230000"),
            ("per-event.latency.p99Millis <= 1.1 * per-event.latency.p99Millis", true, "250"),
            ("2 * per-event.latency.p99Millis == per-event.latency.p99Millis * 2", true, "500"),
            ("20KiB <= per-event.heap.bytesPerEvent.estimate", true, "20480"),
            ("8 > per-event.heap.bytesPerEvent.high", false, "21504.5"),
            ("0 == per-event.events.failed", true, "0"),
            ("leaking == per-event.verdict", true, "leaking"),
            ("bounded != per-event.verdict", true, "leaking"),
            ("1.1 * per-event.latency.p99Millis >= per-event.latency.p99Millis", true, "275"),
            ("per-event.latency.p99Millis / 2 == 125ms", true, "125"),
            ("per-event.latency.p99Millis <= 0.5 * per-event.latency.p99Millis + 125ms", true, "250"),
            ("per-event.latency.p99Millis - 50 > 0.2s", false, "200"),
            ("per-event.latency.p99Millis / per-event.latency.p99Millis <= 1.1", true, "1"),
            ("per-event.heap.bytesPerEvent.high - per-event.heap.bytesPerEvent.low < 22kB", true, "21505.5"),
            ("2 * 3 * per-event.events.lost == 18", true, "18"),
            ("per-event.events.lost + 2 * per-event.events.lost == 9", true, "9"),
            ("per-event.events.lost + 1 * 2 - 5 == 0", true, "0"),
            ("per-event.events.lost * per-event.heap.bytesPerEvent.estimate == 60KiB", true, "61440"),
            ("per-event.tasks.sites.IndexCache.worker.live == 7", true, "7"),
            ("per-event.tasks.sites.IndexCache.worker.created > 10", false, "10"),
            ("per-event.metrics.entries.peak <= 1000", true, "1000"),
            ("per-event.metrics.entries.peak < 1k", false, "1000"),
            ("per-event.metrics.entries.kind == gauge", true, "gauge"),
            ("per-event.metrics.entries.name == entries", true, "entries"),
            ("per-event.metrics.cache.misses.end == 12", true, "12"),
            ("per-event.metrics.cache.misses.total < 2 * per-event.metrics.cache.misses.peak", false, "90"),
            ("per-event.metrics.cache.misses.perEvent >= 0.5", true, "0.5"),
            ("per-event.pods.count == 2", true, "2"),
            ("per-event.pods.restarts == 5", true, "5"),
            ("per-event.pods.oomKills < 2", false, "2"),
            ("per-event.findings.spike == 1", true, "1"),
            ("per-event.findings.saw-tooth == 0", true, "0"),
            ("per-event.findings.count > 1", false, "1"),
            ("memoryControl == cgroup v2", true, "cgroup v2"),
            ("memoryControl !=  cgroup  v1", true, "cgroup v2"),
            ("memoryControl == none", false, "cgroup v2"),
            ("per-event.lag.worstStatus == stalled", true, "stalled"),
            ("per-event.lag.worstStatus != ok", true, "stalled"),
            ("per-event.lag.stalledSeconds <= 30s", true, "30"),
            ("per-event.segments.start.verdict == leaking", true, "leaking"),
            ("per-event.segments.start.flagged == true", false, "false"),
            ("per-event.segments.start.to == 12m", true, "720"),
            ("per-event.segments.mitigation.replicas == 4", true, "4"),
            ("per-event.segments.mitigation.memoryLimitBytes == 384MiB", true, "402653184"),
            ("per-event.segments.mitigation.tasksPerEvent.low > 0.99", true, "0.999"),
            (
                "per-event.segments.mitigation.oomKills < 0.5 * per-event.segments.start.oomKills",
                true, "0"
            ),
            (
                "per-event.segments.mitigation.waves.periodSeconds > per-event.segments.start.waves.periodSeconds",
                true, "540"
            ),
            (
                """
                per-event.segments.mitigation.waves.ratio.observed \
                <= 1.2 * per-event.segments.mitigation.waves.ratio.predicted
                """,
                true, "18"
            ),
            (
                """
                per-event.segments.mitigation.waves.ratio.observed \
                <= 0.8 * per-event.segments.mitigation.waves.ratio.predicted
                """,
                false, "18"
            ),
            ("per-event.segments.mitigation.waves.ratio.against == per-event.start", true, "per-event.start"),
        ]
    )
    func evaluation(_ text: String, _ met: Bool, _ observed: String) throws {
        let expectation = try Expectation(parsing: text, variants: Self.variants)
        let outcome = expectation.evaluate(against: Self.result)
        #expect(outcome == ExpectationResult(text: text, met: met, observed: observed))
    }

    @Test(
        "What a run does not know meets no expectation",
        arguments: [
            ("singleton.latency.p99Millis < 1000", nil),
            ("singleton.latency.p99Millis != 0", nil),
            ("singleton.latency.p99Millis == singleton.latency.p99Millis", nil),
            ("per-event.latency.p99Millis > singleton.latency.p99Millis", "250"),
            ("per-event.tasks.sites.Nowhere.live == 0", nil),
            ("per-event.metrics.nothing.peak == 0", nil),
            ("per-event.metrics.entries.total >= 0", nil),
            ("per-event.metrics.cache.peak != per-event.metrics.entries.peak", nil),
            ("singleton.metrics.entries.end == 0", nil),
            ("missing.events.lost == 0", nil),
            ("0 <= missing.events.lost", nil),
            ("singleton.latency.p99Millis + 1 > 0", nil),
            ("per-event.events.lost / per-event.events.failed > 0", nil),
            ("per-event.events.lost < 1 / per-event.events.failed", "3"),
            ("singleton.segments.start.oomKills == 0", nil),
            ("per-event.segments.start.waves.ratio.observed > 0", nil),
            ("per-event.segments.start.waves.ratio.against != x", nil),
            ("per-event.segments.start.tasksPerEvent.estimate < 1", nil),
            ("per-event.lag.status == ok", nil),
        ] as [(String, String?)]
    )
    func unknown(_ text: String, _ observed: String?) throws {
        let expectation = try Expectation(
            parsing: text,
            variants: Self.variants + [VariantOutline(name: "missing")]
        )
        #expect(expectation.evaluate(against: Self.result).met == false)
        #expect(expectation.evaluate(against: Self.result).observed == observed)
    }

    @Test(
        "Problems point into the text",
        arguments: [("  x.events.lost == 0", 2), ("valid == ö", 9), ("valid < true", 6)]
    )
    func offsets(_ text: String, _ offset: Int) {
        let problem = #expect(throws: ExpectationProblem.self) {
            try Expectation(parsing: text, variants: Self.variants)
        }
        #expect(problem?.offset == offset)
    }

    @Test(
        "No text is a crash",
        arguments: [
            "", " ", "==", "* == *", ". == .", "a. == 1", "1 * 2 == 3", "valid ==  ", "per-event. == 0",
            "per-event.metrics == 1", "per-event.metrics. == 1", "per-event.metrics..peak == 1",
            "per-event.metrics.entries == 1", "per-event.metrics.entries. == 1", "metrics.entries.peak == 1",
            "per-event.metrics.entries.peak == 4 MiB", "per-event.metrics.entries.kind == histogram",
            "per-event.metrics.entries.kind > counter", "per-event.segments.start.metrics.entries.peak == 1",
            "per-event.segments == 1", "per-event.segments. == 1", "per-event.segments.start == 1",
            "per-event.segments.start. == 1", "per-event.segments..verdict == leaking",
            "segments.start.verdict == leaking", "memoryControl == cgroup", "memoryControl == * 2",
            "1 == 2", "+ == -", "per-event.events.lost + == 1", "per-event.events.lost == 1 +", "1 + == 1 -",
            "per-event.events.lost == (1 + 2)", "leaking == bounded", "1 < leaking",
            "per-event.verdict + 1 == leaking", "per-event.verdict == leaking + 1",
            "per-event.events.lost - - 1 == 0",
        ]
    )
    func garbage(_ text: String) {
        #expect(throws: ExpectationProblem.self) { try Expectation(parsing: text, variants: Self.variants) }
    }

    @Test("A calculation has an end", arguments: [98: nil, 99: "201", 47_500: "95,003"] as [Int: String?])
    func length(_ operators: Int, _ words: String?) {
        let text = "per-event.events.lost" + String(repeating: " + 1", count: operators) + " == 0"
        let message: String?
        do {
            _ = try Expectation(parsing: text, variants: Self.variants)
            message = nil
        } catch {
            message = error.message
        }
        #expect(message == words.map { "too long: \($0) words, where 200 are read" })
    }

    @Test("An expectation knows the variants it speaks of")
    func variants() throws {
        let text = "per-event.latency.p99Millis < 2 * singleton.latency.p99Millis"
        #expect(
            try Expectation(parsing: text, variants: Self.variants).variants == ["per-event", "singleton"]
        )
        #expect(try Expectation(parsing: "valid == true", variants: Self.variants).variants.isEmpty)
    }
}
