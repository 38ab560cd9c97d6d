import LabCore
import LabScenario
import Testing

@Suite struct ScenarioTests {
    @Test(
        "The name is the file's without folders and extension",
        arguments: [
            ("outage.yaml", "outage"), ("/a/b.c/outage.yml", "outage"), ("outage", "outage"),
            ("a.b.yaml", "a.b"),
        ]
    )
    func names(_ path: String, _ name: String) throws {
        let scenario = try Scenario.load(text: minimalScenario(), path: path, catalogue: .test)
        #expect(scenario.name == name)
        #expect(scenario.workload.topic == name)
        #expect(scenario.title == name)
        #expect(scenario.path == path)
        #expect(scenario.text == minimalScenario())
    }

    @Test("A file name that no topic can have asks for a topic")
    func topic() throws {
        let error = #expect(throws: ScenarioError.self) {
            try Scenario.load(text: minimalScenario(), path: "last night.yaml", catalogue: .test)
        }
        #expect(
            error?.description
                == "last night.yaml:3:3: “topic” is missing, and the file's name “last night” cannot be one"
        )
    }

    @Test("Variants take what they do not say from the scenario, and that from the incident")
    func merging() throws {
        let scenario = try load(
            """
            incident: cache-stampede
            timeScale: 10
            workload:
              partitions: 12
              phases: [{duration: 30m, rate: 100/s}]
            pods: {replicas: 3, assignment: group, assignor: range, prefetch: {messages: 10, bytes: 1MiB}}
            parameters: {ttl: 2m, errorRate: 0.5}
            variants:
              - {name: stampede, pods: {replicas: 2, concurrency: 7}, parameters: {ttl: 30s}}
              - {name: try-lock, control: true, role: mitigation, pods: {assignment: static, prefetch: pinned}}
            """
        )
        let (first, second) = (scenario.variants[0], scenario.variants[1])
        #expect(first.role == .suspect)
        #expect(first.summary == "Refreshes at every call.")
        #expect(first.pods.replicas == 2)
        #expect(first.pods.concurrency == 7)
        #expect(first.pods.assignor == .range)
        #expect(first.pods.prefetch == .custom(messages: 10, bytes: .mebibytes(1)))
        #expect(first.parameters["ttl"] == .duration(.seconds(30)))
        #expect(first.parameters["errorRate"] == .number(0.5))
        #expect(first.parameters["agent"] == .flag(true))
        #expect(second.role == .mitigation)
        #expect(second.isControl)
        #expect(second.pods.replicas == 3)
        #expect(second.pods.concurrency == 200)
        #expect(second.pods.assignment == .static)
        #expect(second.pods.prefetch == .pinned)
        #expect(second.parameters["ttl"] == .duration(.seconds(120)))
        #expect(second.parameters.count == 5)
    }

    @Test("The protocol of groups is a variant's own, or that of all")
    func groupProtocols() throws {
        let scenario = try load(
            """
            incident: service-per-event
            workload: {partitions: 4, phases: [{duration: 100s, rate: 10/s}]}
            pods: {assignment: group, protocol: consumer}
            variants:
              - {name: new, handler: per-event}
              - {name: old, handler: per-event, pods: {protocol: classic, assignor: range}}
              - {name: fixed, control: true, handler: singleton, pods: {assignment: static}}
            """
        )
        #expect(scenario.variants.map(\.pods.groupProtocol) == [.consumer, .classic, .consumer])
        #expect(scenario.variants.map(\.pods.assignor) == [.cooperativeSticky, .range, .cooperativeSticky])
        #expect(scenario.settings.contains { $0.label == "pods.protocol" && $0.value == "consumer" })
    }

    @Test("The time scale shortens the load and not the events")
    func timeScale() throws {
        let scenario = try load(minimalScenario("timeScale: 4\nverdict: {warmUp: 1s}"))
        #expect(scenario.totalDuration == .seconds(60))
        #expect(scenario.profile.duration == .seconds(15))
        #expect(scenario.plannedEvents == 6_000)
    }

    @Test("One problem has its hint beside it, several have theirs below each line")
    func errorText() {
        let one = ScenarioError(
            path: "a.yaml",
            problems: [
                ScenarioProblem(.missing, at: .file(line: 3, column: 5), "it is missing", hint: "Add it.")
            ]
        )
        #expect(one.description == "a.yaml:3:5: it is missing")
        #expect(one.hint == "Add it.")
        #expect(one.report == "a.yaml:3:5: it is missing\n  Add it.")
        let option = ScenarioProblem(.option, at: .option("--seed"), "it is wrong")
        let two = ScenarioError(path: "a.yaml", problems: [option] + one.problems + one.problems)
        #expect(two.description == "a.yaml:3:5: it is missing\n  Add it.\n--seed: it is wrong")
        #expect(two.hint == nil)
        #expect(two.exitStatus.rawValue == 4)
    }

    @Test("Problems carry a code, so that nobody has to read their text")
    func kinds() {
        let text = """
            incident: nowhere
            typo: 1
            seed: x
            timeScale: 0
            seed: 2
            variants: [{name: a, role: fix}]
            """
        let error = #expect(throws: ScenarioError.self) { try load(text) }
        #expect(
            error?.problems.map(\.kind) == [
                .missing, .unknownName, .unknownKey, .wrongType, .outOfRange, .duplicateKey, .missing,
            ]
        )
    }
}
