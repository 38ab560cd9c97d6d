import LabCore
import LabScenario
import Testing

@Suite("The quick form") struct QuickFormTests {
    private static func text(_ quick: String) -> String {
        """
        incident: cache-stampede
        timeScale: 2
        workload:
          partitions: 4
          phases:
            - {name: idle, duration: 30s, rate: 10/s}
            - {name: peak, duration: 90s, rate: 100/s}
        variants:
          - {name: stampede}
          - {name: try-lock, control: true}
        expect:
          - stampede.verdict == leaking
        \(quick)
        """
    }

    private static let section = """
        quick:
          timeScale: 10
          workload.phases.peak.duration: 60s
          variants.try-lock.pods.replicas: 2
          verdict.warmUp: 2s
          verdict.hold: 1s
          parameters: {ttl: 5s}
          expect: [valid == true, try-lock.events.lost == 0]
        """

    @Test("lays its values over the file's, and replaces the expectations")
    func overlay() throws {
        let scenario = try load(Self.text(Self.section), overrides: [.quick])
        #expect(scenario.form == .quick)
        #expect(scenario.timeScale == TimeScale(10))
        #expect(scenario.workload.phases.map(\.duration) == [.seconds(30), .seconds(60)])
        #expect(scenario.variants.map(\.pods.replicas) == [1, 2])
        #expect(scenario.verdict.warmUp == .seconds(2))
        #expect(scenario.verdict.hold == .seconds(1))
        #expect(scenario.variants[0].parameters["ttl"] == .duration(.seconds(5)))
        #expect(scenario.expectations.map(\.text) == ["valid == true", "try-lock.events.lost == 0"])
    }

    @Test("counts only where it is asked for")
    func full() throws {
        let scenario = try load(Self.text(Self.section))
        #expect(scenario.form == .full)
        #expect(scenario.hasQuickForm)
        #expect(scenario.timeScale == TimeScale(2))
        #expect(scenario.totalDuration == .seconds(120))
        #expect(scenario.expectations.map(\.text) == ["stampede.verdict == leaking"])
        #expect(!scenario.settings.contains { $0.label == "form" })
    }

    @Test("keeps the expectations if it has none")
    func expectations() throws {
        let scenario = try load(Self.text("quick: {timeScale: 10, verdict.warmUp: 2s}"), overrides: [.quick])
        #expect(scenario.expectations.map(\.text) == ["stampede.verdict == leaking"])
    }

    @Test("may be the scenario as it is")
    func empty() throws {
        let scenario = try load(Self.text("quick: {}"), overrides: [.quick])
        #expect(scenario.form == .quick)
        #expect(scenario.timeScale == TimeScale(2))
    }

    @Test("gives way to every option")
    func precedence() throws {
        let overrides: [ScenarioOverride] = [
            .set("verdict.warmUp=3s"), .seed(9), .timeScale(5), .duration(.seconds(45)),
            .variants(["stampede"]),
            .quick,
        ]
        let scenario = try load(Self.text(Self.section), overrides: overrides)
        #expect(scenario.verdict.warmUp == .seconds(3))
        #expect(scenario.verdict.hold == .seconds(1))
        #expect(scenario.seed == 9)
        #expect(scenario.timeScale == TimeScale(5))
        #expect(scenario.workload.phases.map(\.duration) == [.seconds(15), .seconds(30)])
    }

    @Test("shows in the settings, with the lines of its section")
    func origins() throws {
        let scenario = try load(Self.text(Self.section), overrides: [.quick])
        func origin(_ label: String) -> String? {
            scenario.settings.first { $0.label == label }.map { "\($0.value) from \($0.origin)" }
        }
        #expect(origin("form") == "quick from --quick")
        #expect(origin("timeScale") == "10 from line 14")
        #expect(origin("workload.phases.peak.duration") == "60 s from line 15")
        #expect(origin("workload.phases.idle.duration") == "30 s from line 6")
    }

    @Test("that is missing is refused when it is asked for")
    func missing() {
        let report = report(minimalScenario(), overrides: [.quick])
        #expect(
            report == """
                --quick: this scenario has no quick form
                  Run it as it is, or write a section “quick” that says what differs then.
                """
        )
    }

    @Test(
        "with a mistake makes the file invalid, also where the full form is asked for",
        arguments: [
            (
                "quick: {timeScale: fast}",
                "outage.yaml:13:20: in the quick form: “fast” is not a number"
            ),
            (
                "quick: {workload.phases.paek.duration: 1s}",
                "outage.yaml:13:9: in the quick form: there is no item “paek”"
            ),
            ("quick: {verdict.warmup: 1s}", "outage.yaml:13:9: in the quick form: unknown key “warmup”"),
            (
                "quick: {pods..memory: 1GiB}",
                "outage.yaml:13:9: in the quick form: “pods..memory” is not a path"
            ),
            (
                "quick: {timeScale.x: 1}",
                "outage.yaml:13:9: in the quick form: “2” is a single value, there is no “x” in it"
            ),
            (
                "quick: {quick.timeScale: 1}",
                "outage.yaml:13:9: in the quick form: the quick form has no quick form of its own"
            ),
            (
                "quick: {timeScale: 20}",
                "outage.yaml:6:30: in the quick form: a warm-up of 10 s leaves nothing of a run of 6 s of wall time"
            ),
            (
                "quick: {timeScale: 4, expect: [half.verdict == leaking]}",
                "outage.yaml:13:32: in the quick form: unknown variant “half”"
            ),
            ("quick: 3", "outage.yaml:13:8: “quick” is a mapping, not “3”"),
            ("quick:", "outage.yaml:13:7: “quick” has no value"),
        ]
    )
    func mistakes(_ quick: String, _ expected: String) {
        let full = report(Self.text(quick))
        #expect(full.split(separator: "\n").first.map(String.init) == expected)
        #expect(full.split(separator: "outage.yaml:").count == 1)
        #expect(report(Self.text(quick), overrides: [.quick]) == full)
    }

    @Test("is not checked with options that it may not have been made for")
    func options() throws {
        let text = Self.text("quick: {workload.phases.peak.duration: 1s}")
        let overrides: [ScenarioOverride] = [.set("workload.phases=[{duration: 60s, rate: 1/s}]")]
        #expect(try load(text, overrides: overrides).workload.phases.count == 1)
    }

    @Test("does not hide what is wrong with the rest")
    func both() {
        let report = report(Self.text("quick: {timeScale: fast}\nsede: 1"), overrides: [.quick])
        #expect(report.contains("outage.yaml:14:1: unknown key “sede”"))
        #expect(report.contains("outage.yaml:13:20: in the quick form: “fast” is not a number"))
        #expect(report.split(separator: "\n").count == 4)
    }

    @Test("is not changed from the command line", arguments: ["quick.timeScale=3", "quick={timeScale: 3}"])
    func assignment(_ assignment: String) {
        #expect(
            report(Self.text(Self.section), overrides: [.set(assignment)]).hasSuffix(
                """
                the quick form is not set from outside
                  Set the value itself; it counts in the quick form too.
                """
            )
        )
    }

    @Test("A scenario may claim the machine for itself", arguments: [("", false), ("exclusive: true", true)])
    func exclusive(_ line: String, _ expected: Bool) throws {
        #expect(try load(minimalScenario(line)).isExclusive == expected)
    }
}
