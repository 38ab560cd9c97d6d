import LabCore
import LabScenario
import Testing

/// Expectations that no run could meet are refused before it.
@Suite struct UnknowableTests {
    private static func scenario(_ more: String, incident: String = "") -> String {
        """
        \(incident)
        workload:
          phases:
            - {duration: 30s, rate: 200/s}
        variants:
          - name: mine
            control: true
            command: [sh, -c, "sleep 60", "{{port}}"]
            metrics: http://127.0.0.1:{{port}}/metrics
            metricNames: [dropped_total, cache_entries]
          - {name: silent, command: [sh, -c, "sleep 60"], pods: {memory: 64MiB}}
        \(more)
        """
    }

    private static func report(
        expecting expectation: String,
        _ more: String = "",
        incident: String = ""
    ) -> String {
        LabScenarioTests.report(scenario("\(more)\nexpect:\n  - \(expectation)", incident: incident))
    }

    @Test(
        "A command's expectation that can never be met is an error with its place, the problem and a hint",
        arguments: [
            ("mine.events.lost == 0", "“mine” is a command: what becomes of a single event is not known"),
            ("silent.events.failed <= 5", "what becomes of a single event is not known"),
            ("0 == mine.events.duplicated", "what becomes of a single event is not known"),
            ("mine.latency.p99Millis < 100ms", "when it handles a single event is not known"),
            ("mine.eventAge.p50Seconds < 5s", "when it handles a single event is not known"),
            ("mine.heap.bytesPerEvent.low < 10", "its live heap is not read"),
            ("1.1 * mine.heap.peakBytes < silent.rss.peakBytes", "its live heap is not read"),
            ("mine.segments.start.heapBytesPerEvent.low < 10", "its live heap is not read"),
            ("mine.tasks.sites.Cache.worker.live < 3", "where its tasks were made is not known"),
            ("mine.metrics.dropped_totl.end < 10", "“dropped_totl” is not among the “metricNames” of “mine”"),
            ("silent.metrics.dropped_total.end < 10", "“silent” is a command that is asked for no metrics"),
            ("mine.findings.plateau.value < 1MiB", "“mine” is a command: its “heap” is not read"),
            ("mine.findings.plateau == 1", "“mine” is a command: its “heap” is not read"),
            ("mine.findings.stampede == 0", "no stampede is looked for"),
            ("mine.timeToOOM.seconds > 1h", "“mine” has no memory limit to reach"),
        ]
    )
    func command(expectation: String, problem: String) {
        let report = Self.report(expecting: expectation)
        #expect(report.contains("outage.yaml:14:"), "\(report)")
        #expect(report.contains(problem), "\(report)")
    }

    @Test(
        "Live heap and latencies of a command are known where it says how",
        arguments: [
            ("heap: cache_entries", "mine.heap.bytesPerEvent.low < 10", true),
            ("collect: true", "mine.segments.start.heapBytesPerEvent.low < 10", true),
            ("runtime: jvm", "mine.findings.plateau.value < 1MiB", true),
            ("runtime: python", "mine.heap.bytesPerEvent.low < 10", false),
            ("collect: false", "mine.heap.bytesPerEvent.low < 10", false),
            ("latency: took_seconds", "mine.latency.p99Millis < 100ms", true),
            ("latency: took_seconds", "mine.latency.maxMillis < 100ms", false),
            ("handled: done_total", "mine.metrics.done_total.end > 10", true),
            ("scrape: 2s", "mine.runtime.collections > 10", true),
        ]
    )
    func known(key: String, expectation: String, isKnown: Bool) {
        let text = Self.scenario("expect:\n  - \(expectation)")
            .replacing("    metricNames:", with: "    \(key)\n    metricNames:")
        #expect(LabScenarioTests.report(text).isEmpty == isKnown, "\(LabScenarioTests.report(text))")
    }

    @Test(
        "What a command is known by is not refused",
        arguments: [
            "mine.events.processed >= 5900", "mine.lag.final == 0", "mine.rss.bytesPerEvent.low < 10",
            "mine.charge.bytesPerEvent.low < 10", "mine.tasks.perEvent.estimate < 0.01",
            "mine.metrics.dropped_total.total < 10", "mine.metrics.scrapesFailed.total == 0",
            "mine.resources.descriptors.perEvent.estimate < 0.1", "mine.pods.oomKills == 0",
            "mine.segments.start.chargeBytesPerEvent.low < 10", "silent.timeToOOM.seconds > 1h",
            "mine.command == x",
        ]
    )
    func known(expectation: String) {
        #expect(Self.report(expecting: expectation).isEmpty, "\(Self.report(expecting: expectation))")
    }

    @Test("A misspelt metric is shown what it probably was, and what there is")
    func suggestion() {
        let report = Self.report(expecting: "mine.metrics.dropped_totl.end < 10")
        #expect(report.contains("Did you mean “dropped_total”? Recorded are: dropped_total, cache_entries."))
    }

    @Test(
        "A finding with a limit or a resource that no variant tells is an error",
        arguments: [
            ("findings: [{kind: pile-up, metric: cache_entris, limit: 9}]", "12:36", "cache_entris"),
            ("findings: [{kind: imbalance, metric: requests, limit: 2}]", "12:38", "requests.…"),
            ("verdict: {resources: [entries]}", "12:23", "entries"),
        ]
    )
    func watched(line: String, place: String, metric: String) {
        let report = LabScenarioTests.report(Self.scenario(line))
        #expect(report.contains("outage.yaml:\(place): no variant's pods report “\(metric)”"), "\(report)")
        let good = line.replacing("cache_entris", with: "cache_entries")
        if good != line { #expect(LabScenarioTests.report(Self.scenario(good)).isEmpty) }
    }

    @Test("A resource that one command tells is asked of that one alone")
    func resource() {
        let judged = "verdict: {resources: [cache_entries]}"
        let mine = Self.report(expecting: "mine.resources.cache_entries.end < 9", judged)
        #expect(mine.isEmpty, "\(mine)")
        let silent = Self.report(expecting: "silent.resources.cache_entries.end < 9", judged)
        #expect(silent.contains("asked for no metrics"), "\(silent)")
    }

    private static let listed = IncidentCatalogue([
        IncidentCatalogue.Entry(
            name: "listed",
            handlers: [
                .init(name: "bad", summary: "Leaks.", defaultRole: .suspect),
                .init(name: "good", summary: "Does not.", defaultRole: .fix),
            ],
            metrics: ["refreshes", "requests.*"]
        )
    ])

    @Test(
        "Metrics of an incident that lists them are checked",
        arguments: [
            ("bad.metrics.refreshes.total > 1", nil), ("bad.metrics.requests.backend-1.total > 1", nil),
            ("bad.metrics.refreshs.total > 1", "“refreshs” is no metric of the incident's"),
            ("bad.command == sh", "“bad” runs a handler and has no command"),
            ("bad.events.lost == 0", nil), ("bad.heap.bytesPerEvent.low < 1", nil),
        ]
    )
    func incident(expectation: String, problem: String?) {
        let text = """
            incident: listed
            workload: {phases: [{duration: 60s, rate: 100/s}]}
            variants: [{name: bad}, {name: good, control: true}]
            findings: [{kind: imbalance, metric: requests, limit: 2}]
            expect: ["\(expectation)"]
            """
        let report: String
        do {
            _ = try Scenario.load(text: text, path: "outage.yaml", catalogue: Self.listed)
            report = ""
        } catch {
            report = error.report
        }
        #expect(problem.map(report.contains) ?? report.isEmpty, "\(report)")
    }

    @Test("An incident that lists no metrics may tell any")
    func unlisted() throws {
        _ = try load(minimalScenario("expect: [per-event.metrics.whatever.end == 0]"))
    }
}
