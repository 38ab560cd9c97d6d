import LabCore
import LabScenario
import LabTesting
import Testing

@Suite("The scenario that a run came to")
struct PlayedScenarioTests {
    /// Of a run of the scenario to which these acts were done, with the segments that came of it.
    private static func header(
        _ text: String,
        _ acts: [(at: Double, act: String)],
        overrides: [String] = []
    ) throws -> (header: RunHeader, agenda: Agenda) {
        let given = try ScenarioOverride.given(overrides)
        let scenario = try load(text, overrides: given)
        var agenda = Agenda(scenario)
        var header = RunHeader.made(
            scenario: "made",
            incident: scenario.incident ?? "",
            scenarioText: text,
            overrides: overrides,
            seed: scenario.seed,
            timeScale: scenario.timeScale.factor,
            sampleInterval: 1,
            warmUp: 1
        )
        for (index, entry) in acts.enumerated() {
            let words = entry.act.split(separator: " ").map(String.init)
            let act = try RunAct(words, in: scenario, IncidentCatalogue.test[name: header.incident])
            let moment = Duration.milliseconds(Int64((entry.at * 1_000).rounded()))
            while agenda.prolongPause(at: moment) {}
            let change = try agenda.take(act, at: moment)
            header.acts.append(
                RecordedAct(
                    number: index + 1,
                    at: entry.at,
                    act: entry.act,
                    variants: change.variants.map { scenario.variants[$0].name },
                    opens: change.opens,
                    afterMilliseconds: 40
                )
            )
        }
        header.variants = scenario.variants.enumerated().map { index, variant in
            VariantHeader(
                name: variant.name,
                role: variant.role,
                isControl: variant.isControl,
                handler: variant.handler,
                summary: "",
                topic: "",
                replicas: 1,
                memoryLimit: nil,
                segments: agenda.segments(ofVariant: index).map {
                    SegmentHeader(
                        name: $0.name,
                        start: scenario.timeScale.wall($0.at).inNanoseconds,
                        handler: $0.handler,
                        replicas: $0.replicas,
                        memoryLimit: $0.memory?.bytes
                    )
                }
            )
        }
        return (header, agenda)
    }

    private static func played(_ header: RunHeader) throws -> (text: String, scenario: Scenario) {
        let text = try PlayedScenario(header, catalogue: .test).text()
        return (text, try load(text))
    }

    @Test("It has the acts as steps and phases, at the same times")
    func acts() throws {
        let (header, agenda) = try Self.header(
            AgendaTests.text,
            [
                (3.25, "rate 2x"), (12, "scale per-event 4"), (13.001, "limit 256MiB"), (15, "pause"),
                (47.5, "resume"), (48, "rollout per-event singleton"), (50, "rate 7.23M/h"),
                (51, "world broker: slow 20ms"),
            ]
        )
        let (text, scenario) = try Self.played(header)
        #expect(scenario.workload.phases.map(\.name) == agenda.phases.map(\.name))
        for (one, other) in zip(scenario.workload.phases, agenda.phases) {
            #expect(abs((one.duration - other.duration).inSeconds) < 1e-8)
            #expect(one.world == other.world, "\(text)")
        }
        for (index, variant) in scenario.variants.enumerated() {
            let expected = agenda.steps(ofVariant: index)
            #expect(variant.steps.map(\.name) == expected.map(\.name))
            #expect(variant.steps.map(\.scale) == expected.map(\.scale))
            #expect(variant.steps.map(\.memory) == expected.map(\.memory))
            #expect(variant.steps.map(\.handler) == expected.map(\.handler))
            #expect(zip(variant.steps, expected).allSatisfy { abs(($0.at - $1.at).inSeconds) < 1e-8 })
        }
        let difference = Int(scenario.plannedEvents) - Int(agenda.profile.totalEvents)
        #expect(abs(difference) <= 1)
        #expect(scenario.seed == header.seed)
        #expect(text.hasPrefix("# Run 20260101-000000-abcd of made, with its 8 acts as steps and phases.\n"))
    }

    @Test("Without acts it is the scenario with the changes of the command line", arguments: [false, true])
    func changes(isQuick: Bool) throws {
        let text =
            AgendaTests.text
            + "\nquick: {workload.phases.peak.duration: 2s, variants.per-event.steps.fix.at: 11s}"
        let overrides = ["--set pods.replicas=2", "--time-scale 2.0", "--variant per-event", "--seed 9"]
        let (header, _) = try Self.header(text, [], overrides: overrides + (isQuick ? ["--quick"] : []))
        let scenario = try Self.played(header).scenario
        let expected = try load(text, overrides: try ScenarioOverride.given(header.overrides))
        #expect(scenario.workload == expected.workload && scenario.variants == expected.variants)
        #expect(scenario.timeScale == expected.timeScale && scenario.seed == header.seed)
        #expect(!scenario.hasQuickForm)
    }

    @Test("Expectations that do not apply any more are left out, and named")
    func expectations() throws {
        let expect = """

            expect:
              - valid == true
              - per-event.verdict == leaking
              - per-event.segments.start.oomKills > 0
              - per-event.segments.fix.oomKills == 0
              - singleton.verdict == bounded
            """
        let (header, _) = try Self.header(AgendaTests.text + expect, [(26, "scale per-event 4")])
        let (text, scenario) = try Self.played(header)
        #expect(
            scenario.expectations.map(\.text) == [
                "valid == true", "per-event.segments.start.oomKills > 0", "singleton.verdict == bounded",
            ]
        )
        #expect(
            text.contains(
                "# Left out, since an act has changed what it is about: per-event.verdict == leaking"
            )
        )
    }

    @Test("An act on the load makes what is said of any variant another run's")
    func loadActs() throws {
        let expect = """

            expect: [valid == true, singleton.verdict == bounded, per-event.segments.start.oomKills > 0]
            """
        let (header, _) = try Self.header(AgendaTests.text + expect, [(26, "rate 2x")])
        let expectations = try load(AgendaTests.text + expect).expectations
        let obstacles = expectations.map { $0.obstacle(among: header.acts, in: header) }
        #expect(obstacles[0] == nil && obstacles[2] == nil)
        #expect(obstacles[1] == "made for another run: act 1 (rate 2x) came after 26 s")
    }

    @Test("Texts of every kind come back as they were")
    func texts() throws {
        let title = #"Quotes " and \, # no comment: ünïcode “x”"#
        let text = """
            title: '\(title)'
            description: |
              Two
              lines.
            incident: service-per-event
            workload: {phases: [{duration: 60s, rate: 2000/s}]}
            pods: {restart: always, memory: none}
            variants:
              - {name: per-event, summary: "- no list: 'x'"}
              - {name: singleton, control: true}
            expect: []
            """
        let (header, _) = try Self.header(text, [(1, "pause"), (2, "resume")])
        let (scenario, expected) = (try Self.played(header).scenario, try load(text))
        #expect(scenario.title == expected.title && scenario.description == expected.description)
        #expect(scenario.variants.map(\.summary) == expected.variants.map(\.summary))
        #expect(scenario.variants.map(\.pods) == expected.variants.map(\.pods))
    }

    @Test("A change that no command line has is refused in words")
    func unknown() {
        let error = #expect(throws: LabError.self) { try ScenarioOverride.given(["--frobnicate 3"]) }
        #expect(
            error?.description == "“--frobnicate 3”: a change of the scenario that this version does not know"
        )
        #expect(throws: LabError.self) { try ScenarioOverride.given(["--duration soon"]) }
    }
}
