import LabCore
import LabEngine
import LabScenario
import Testing

@testable import LabSelfTest

@Suite("The plan of a self-test") struct PlanTests {
    @Test("has every scenario with one seed before the next seed")
    func order() {
        let plan = SelfTestPlan(
            form: .quick,
            subjects: [.made("a"), .made("b")],
            skipped: [],
            seeds: [4, 5]
        )
        #expect(plan.runs.map { "\($0.subject.name)\($0.seed)" } == ["a4", "b4", "a5", "b5"])
    }

    @Test("calls the program with the form and the seed")
    func arguments() {
        #expect(SelfTestRun.made(seed: 7).arguments == ["two-leaks", "--quick", "--seed", "7"])
        let full = SelfTestRun(subject: .made(form: .full), seed: 7)
        #expect(full.arguments == ["two-leaks", "--seed", "7"])
    }

    @Test("takes from a scenario what is judged")
    func subject() throws {
        let text = """
            incident: any
            workload: {phases: [{duration: 60s, rate: 1/s}]}
            exclusive: true
            variants: [{name: bad}, {name: good, control: true}]
            expect: [valid == true]
            """
        let catalogue = IncidentCatalogue([
            .init(
                name: "any",
                handlers: [
                    .init(name: "bad", summary: "Leaks.", defaultRole: .suspect),
                    .init(name: "good", summary: "Does not.", defaultRole: .fix),
                ]
            )
        ])
        let scenario = try Scenario.load(text: text, path: "mine/any.yaml", catalogue: catalogue)
        let subject = SelfTestSubject(scenario, argument: "mine/any.yaml", version: "1")
        #expect(subject.name == "any")
        #expect(subject.argument == "mine/any.yaml")
        #expect(subject.isExclusive)
        #expect(subject.form == .full)
        #expect(subject.variants.map(\.role) == [.suspect, .fix])
        #expect(subject.variants.map(\.isControl) == [false, true])
        #expect(subject.expectationCount == 1)
        #expect(SelfTestSubject(scenario, argument: "any", version: "2").fingerprint != subject.fingerprint)
    }
}

@Suite("What a run's process wrote") struct OutputTests {
    @Test("is read for the result between what stands around it")
    func result() throws {
        let json = String(decoding: try JSON.encode(RunResult.made()), as: UTF8.self)
        #expect(RunChild.result(in: "a warning\n\(json)\n\nRun:    x\n") == .made())
    }

    @Test("may hold no result", arguments: ["", "leaklab: no", "}{", "{}", "{\"run\": 1}"])
    func noResult(_ output: String) { #expect(RunChild.result(in: output) == nil) }

    @Test("is read for the last complaint")
    func complaint() {
        let output = "leaklab: ending the run\nleaklab: pods.memory: too small\n  Raise it.\n"
        #expect(RunChild.complaint(in: output) == "pods.memory: too small")
        #expect(RunChild.complaint(in: "nothing of the kind") == nil)
    }
}
