import LabCore
import LabScenario
import Testing

@Suite struct OverrideTests {
    private static let text = """
        incident: cache-stampede
        seed: 7
        workload:
          partitions: 4
          phases:
            - {name: idle, duration: 30s, rate: 10/s}
            - {name: peak, duration: 90s, rate: 100/s}
        pods: {prefetch: pinned}
        variants:
          - {name: stampede}
          - {name: try-lock, control: true}
          - {name: half, handler: try-lock}
        expect:
          - stampede.verdict == leaking
          - half.events.lost == 0
          - half.latency.p99Millis < 2 * try-lock.latency.p99Millis
        """

    private func load(_ overrides: ScenarioOverride...) throws(ScenarioError) -> Scenario {
        try LabScenarioTests.load(Self.text, overrides: overrides)
    }

    @Test("List items are found by name and by number from zero")
    func listItems() throws {
        let scenario = try load(
            .set("workload.phases.peak.duration=30s"),
            .set("workload.phases.0.rate=20/s"),
            .set("variants.half.pods.replicas=2"),
            .set("variants.0.summary=As it was")
        )
        #expect(scenario.workload.phases.map(\.duration) == [.seconds(30), .seconds(30)])
        #expect(scenario.workload.phases[0].shape == .constant(EventRate(perSecond: 20)))
        #expect(scenario.variants.map(\.pods.replicas) == [1, 1, 2])
        #expect(scenario.variants[0].summary == "As it was")
    }

    @Test("Keys that the file lacks are added, and values are YAML")
    func additions() throws {
        let scenario = try load(
            .set("sampling.interval=1s"),
            .set("pods.prefetch={messages: 10, bytes: 1MiB}"),
            .set("expect=[valid == true]"),
            .set("parameters.deadline=propagated"),
            .set("title=a = b")
        )
        #expect(scenario.sampling.interval == .seconds(1))
        #expect(scenario.variants[0].pods.prefetch == .custom(messages: 10, bytes: .mebibytes(1)))
        #expect(scenario.expectations.map(\.text) == ["valid == true"])
        #expect(scenario.variants[0].parameters["deadline"] == .choice("propagated"))
        #expect(scenario.title == "a = b")
    }

    @Test("A path that is deeper than any scenario is refused", arguments: [33, 12_000])
    func depth(parts: Int) {
        let path = Array(repeating: "a", count: parts).joined(separator: ".")
        let error = #expect(throws: ScenarioError.self) { try load(.set("\(path)=1")) }
        #expect(error?.description.contains("a path of \(parts) parts leads nowhere") == true)
    }

    @Test("Of two assignments to one path the later one counts")
    func order() throws {
        #expect(try load(.set("seed=1"), .set("seed=2")).seed == 2)
        #expect(try load(.seed(3), .set("seed=2")).seed == 3)
    }

    @Test("A text that stands where nothing was is taken whole")
    func overridesSpecial() throws {
        let scenario = try load(.seed(.max), .timeScale(0.5))
        #expect(scenario.seed == .max)
        #expect(scenario.timeScale == TimeScale(0.5))
        #expect(scenario.profile.duration == .seconds(240))
    }

    @Test("A duration stretches all phases in proportion", arguments: [12.0, 120, 3_600, 100.0 / 3])
    func duration(_ seconds: Double) throws {
        let scenario = try load(.duration(.seconds(seconds)), .set("verdict.warmUp=1s"))
        let durations = scenario.workload.phases.map(\.duration.inSeconds)
        #expect(abs(durations[0] - seconds / 4) < 1e-8)
        #expect(abs(durations[1] - seconds * 3 / 4) < 1e-8)
    }

    @Test("A duration is divided after the assignments")
    func durationAfterSet() throws {
        let scenario = try load(.duration(.seconds(60)), .set("workload.phases.peak.duration=30s"))
        #expect(scenario.workload.phases.map(\.duration) == [.seconds(30), .seconds(30)])
    }

    @Test("Only the chosen variants stay, and the control, with the expectations about them")
    func variants() throws {
        let scenario = try load(.variants(["stampede"]))
        #expect(scenario.variants.map(\.name) == ["stampede", "try-lock"])
        #expect(scenario.expectations.map(\.text) == ["stampede.verdict == leaking"])
        #expect(try load(.variants(["half"]), .variants(["stampede"])).variants.count == 3)
    }

    @Test("The settings name the option that set them")
    func origins() throws {
        let scenario = try load(.set("pods.memory=256MiB"), .seed(1), .timeScale(2), .duration(.seconds(240)))
        func origin(_ label: String) -> String? {
            scenario.settings.first { $0.label == label }.map { "\($0.value) from \($0.origin)" }
        }
        #expect(origin("pods.memory") == "256 MiB from --set pods.memory")
        #expect(origin("seed") == "1 from --seed")
        #expect(origin("timeScale") == "2 from --time-scale")
        #expect(origin("workload.phases.idle.duration") == "60 s from --duration")
        #expect(origin("workload.phases.idle.rate") == "10/s from line 6")
        #expect(origin("pods.replicas") == "1 from default")
    }

    @Test(
        "What is wrong with an option is told with the option, after the file's problems",
        arguments: [
            (
                ScenarioOverride.set("pods.memroy=1GiB"),
                """
                --set pods.memroy: unknown key “memroy”
                  Did you mean “memory”? Known keys here: replicas, memory, assignment, protocol, assignor, concurrency, \
                prefetch, commitInterval, gracePeriod, sessionTimeout, restart, errors, allocator, profile.
                """
            ),
            (
                .set("pods.memory=much"),
                "--set pods.memory: “much” is not a size\n  “memory” takes a size such as 256MiB, or none."
            ),
            (
                .set("pods.memory="),
                "--set pods.memory: “memory” has no value\n  “memory” takes a size such as 256MiB, or none."
            ),
            (
                .set("pods"),
                """
                --set pods: “pods” is not an assignment
                  Write a path, an equals sign and a value: --set pods.memory=256MiB.
                """
            ),
            (
                .set("pods..memory=1GiB"),
                """
                --set pods..memory: “pods..memory=1GiB” is not an assignment
                  Write a path, an equals sign and a value: --set pods.memory=256MiB.
                """
            ),
            (
                .set("pods.prefetch.messages=5"),
                "--set pods.prefetch.messages: “pinned” is a single value, there is no “messages” in it"
            ),
            (
                .set("workload.phases.peek.rate=1/s"),
                "--set workload.phases.peek.rate: there is no item “peek”\n  Did you mean “peak”? Items here: idle, peak."
            ),
            (
                .set("expect.9=valid == true"),
                "--set expect.9: there is no item “9”\n  Items here: 0 to 2."
            ),
            (
                .set("pods={replicas: 1"),
                """
                --set pods: “{replicas: 1”: not YAML: did not find expected ',' or '}'
                  Write a value as in the scenario.
                """
            ),
            (
                .variants(["stampeed"]),
                """
                --variant: unknown variant “stampeed”
                  Did you mean “stampede”? Variants here: stampede, try-lock, half.
                """
            ),
            (
                .duration(.zero),
                "--duration: “0 ms” is too small\n  The duration must be above zero."
            ),
            (
                .duration(.seconds(5)),
                """
                --duration: a warm-up of 10 s leaves nothing of a run of 5 s of wall time
                  “verdict.warmUp” is wall time and must be shorter than all phases together divided by the time scale.
                """
            ),
            (
                .timeScale(.infinity),
                "--time-scale: “inf” is not a number\n  “timeScale” takes a number such as 1.1 or 60."
            ),
            (
                .timeScale(-1),
                "--time-scale: “-1.0” is too small\n  “timeScale” may be 0.01 to 10000."
            ),
        ] as [(ScenarioOverride, String)]
    )
    func problems(_ override: ScenarioOverride, _ expected: String) {
        #expect(report(Self.text, overrides: [override]) == expected)
    }

    @Test("Options do not hide the file's own problems")
    func both() {
        let text = Self.text.replacing("seed: 7", with: "seeds: 7")
        #expect(
            report(text, overrides: [.set("pods.x=1"), .seed(1)]).split(separator: "\n").map { $0.prefix(18) }
                == [
                    "outage.yaml:2:1: u", "  Did you mean “se", "--set pods.x: unkn", "  Known keys here:",
                ]
        )
    }
}
