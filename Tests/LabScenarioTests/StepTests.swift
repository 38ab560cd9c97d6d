import LabCore
import LabScenario
import Testing

/// What changes in a variant during the run.
@Suite struct StepTests {
    private static let text = """
        incident: service-per-event
        workload:
          partitions: 16
          phases:
            - {name: before, duration: 10m, rate: 10/s}
            - {name: after, duration: 30m, rate: 100/s}
        pods: {memory: 96MiB}
        variants:
          - name: production
            handler: per-event
            steps:
              - {at: 12m, name: mitigation, scale: 16, memory: 384MiB}
              - {at: 20m, handler: singleton}
              - {at: 30m, name: calm, scale: 1, memory: none}
          - {name: per-event}
          - {name: singleton, control: true}
        expect:
          - production.segments.mitigation.oomKills > 0
          - production.segments.step-2.oomKills < production.segments.mitigation.oomKills
          - per-event.segments.start.oomKills > 0
        """

    private func load(_ overrides: ScenarioOverride...) throws(ScenarioError) -> Scenario {
        try LabScenarioTests.load(Self.text, overrides: overrides)
    }

    private func problems(_ overrides: ScenarioOverride...) -> String {
        report(Self.text, overrides: overrides)
    }

    @Test("A step changes what it names and keeps the rest")
    func segments() throws {
        let variant = try load().variants[0]
        #expect(variant.steps.map(\.name) == ["mitigation", "step-2", "calm"])
        let segments = variant.segments
        #expect(segments.map(\.name) == ["start", "mitigation", "step-2", "calm"])
        #expect(segments.map(\.at) == [.zero, .seconds(720), .seconds(1_200), .seconds(1_800)])
        #expect(segments.map(\.replicas) == [1, 16, 16, 1])
        #expect(segments.map(\.memory) == [.mebibytes(96), .mebibytes(384), .mebibytes(384), nil])
        #expect(segments.map(\.handler) == ["per-event", "per-event", "singleton", "singleton"])
    }

    @Test("A step may fall into a pause at the end of the load, and not behind it")
    func pause() throws {
        let phase = "workload.phases.after.rate=0"
        #expect(try load(.set(phase)).variants[0].steps.count == 3)
        let late = problems(.set(phase), .set("variants.production.steps.calm.at=40m"))
        #expect(late.contains("a step at 40 m is not before the end of the load, 40 m"))
        #expect(late.contains("“at” is incident time since the first event"))
        let shortened = problems(.set(phase), .set("workload.phases.after.duration=15m"))
        #expect(shortened.contains("a step at 30 m is not before the end of the load, 25 m"))
    }

    @Test("A variant without steps has one segment")
    func noSteps() throws {
        let variant = try load().variants[1]
        #expect(variant.steps.isEmpty)
        #expect(variant.segments.map(\.name) == [VariantSegment.firstName])
        #expect(variant.segments.map(\.at) == [.zero])
        #expect(variant.segments.map(\.handler) == ["per-event"])
        #expect(variant.segments.map(\.replicas) == [1])
        #expect(variant.segments.map(\.memory) == [.mebibytes(96)])
    }

    @Test("Options find a step by its name, by the name it was given, and by number")
    func overrides() throws {
        let variant = try load(
            .set("variants.production.steps.mitigation.scale=8"),
            .set("variants.production.steps.step-2.at=13m"),
            .set("variants.production.steps.2.memory=1GiB"),
            .set("variants.singleton.steps=[{at: 5m, scale: 2}]")
        )
        let steps = variant.variants[0].steps
        #expect(steps.map(\.scale) == [8, nil, 1])
        #expect(steps[1].at == .seconds(780))
        #expect(steps[2].memory == ScenarioStep.Memory(limit: .mebibytes(1_024)))
        #expect(variant.variants[2].steps == [ScenarioStep(name: "step-1", at: .seconds(300), scale: 2)])
        let origins = variant.settings.filter { $0.label.hasSuffix("mitigation.scale") }.map(\.origin)
        #expect(origins == [.option("--set variants.production.steps.mitigation.scale")])
    }

    @Test("The time scale moves no step")
    func timeScale() throws {
        #expect(try load(.timeScale(60)).variants[0].steps[0].at == .seconds(720))
    }

    @Test("Steps move with a load that a duration makes longer or shorter", arguments: [0.25, 3])
    func duration(factor: Double) throws {
        let scenario = try load(.duration(.seconds(2_400 * factor)))
        #expect(
            scenario.variants[0].steps.map(\.at) == [720, 1_200, 1_800].map { .seconds($0 * factor) }
        )
    }

    @Test(
        "A step that an option moved wrongly is told with that option",
        arguments: [
            (
                "variants.production.steps.calm.at=41m",
                """
                a step at 41 m is not before the end of the load, 40 m
                  “at” is incident time since the first event, and the load ends with its last phase.
                """
            ),
            (
                "variants.production.steps.calm.at=20m",
                """
                a step at 20 m does not come after the one above it, at 20 m
                  Steps stand in the order of time, each with a later “at” than the one above it.
                """
            ),
            (
                "variants.production.steps.mitigation.scale=5",
                """
                5 replicas cannot share 16 partitions evenly
                  With static assignment “workload.partitions” is a multiple of the “scale” of every step.
                """
            ),
            (
                "variants.production.steps.mitigaton.scale=8",
                """
                there is no item “mitigaton”
                  Did you mean “mitigation”? Items here: mitigation, step-2, calm.
                """
            ),
        ]
    )
    func moved(_ assignment: String, _ problem: String) {
        let option = "--set \(assignment.prefix { $0 != "=" })"
        #expect(problems(.set(assignment)) == "\(option): \(problem)")
    }

    @Test("A shortened phase puts the problem at the step that is too late")
    func shorterPhase() {
        let text = problems(.set("workload.phases.after.duration=15m"))
        #expect(text.hasPrefix("outage.yaml:14:14: a step at 30 m is not before the end of the load, 25 m\n"))
    }

    @Test("Expectations about segments go with their variant")
    func leftOut() throws {
        let scenario = try load(.variants(["per-event"]))
        #expect(scenario.variants.map(\.name) == ["per-event", "singleton"])
        #expect(scenario.expectations.map(\.text) == ["per-event.segments.start.oomKills > 0"])
        let option = ScenarioOverride.set("expect=[production.segments.mitigaton.oomKills == 0]")
        #expect(
            problems(.variants(["per-event"]), option) == """
                --set expect: unknown segment “mitigaton”
                  Did you mean “mitigation”? Segments of “production”: start, mitigation, step-2, calm.
                """
        )
    }

    @Test("Several words of an option's expectation are one word of the result")
    func words() throws {
        let scenario = try load(.set("expect=[memoryControl == cgroup v1]"))
        #expect(scenario.expectations.map(\.text) == ["memoryControl == cgroup v1"])
    }
}
