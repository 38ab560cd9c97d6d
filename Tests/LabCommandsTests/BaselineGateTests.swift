import ArgumentParser
import Foundation
import LabAnalysis
import LabCore
import LabEngine
import LabReport
import LabScenario
import Testing

@testable import LabCommands

@Suite("A run with a baseline")
struct BaselineGateTests {
    private static let scenarioText = """
        incident: service-per-event
        workload:
          topic: events
          partitions: 4
          phases: [{name: peak, duration: 20s, rate: 100/s}]
        variants:
          - {name: per-event, role: suspect}
          - {name: singleton, role: fix, control: true}
        """

    private func scenario(_ changes: String...) throws -> Scenario {
        try Scenario.load(
            text: Self.scenarioText,
            path: "checkout.yaml",
            catalogue: .library,
            overrides: changes.map { .set($0) }
        )
    }

    /// What a run of the scenario would leave behind, as far as a gate looks before the next one.
    private func measures(of scenario: Scenario) -> RunMeasures {
        RunMeasures(
            run: "20261121-100000-aaaa",
            scenario: scenario.name,
            title: "",
            seed: 1,
            valid: true,
            invalidBecause: [],
            load: RunMeasures.load(
                incident: "service-per-event",
                timeScale: scenario.timeScale.factor,
                configuration: scenario.settings.map { LabelledValue($0.label, $0.value) }
            ),
            environment: [],
            timeScale: 1,
            producer: .init(
                delayP50Millis: nil,
                delayP99Millis: nil,
                cpuSecondsPerMillionEvents: nil,
                variants: 2
            ),
            windowSeconds: 1,
            variants: scenario.variants.map {
                VariantMeasures(
                    name: $0.name,
                    role: $0.role,
                    control: $0.isControl,
                    summary: "",
                    verdict: .bounded
                )
            }
        )
    }

    private func withFile(_ text: String, _ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "leaklab-baseline-" + UUID().uuidString + ".json"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func gate(_ path: String, _ more: String...) throws -> BaselineGate {
        try #require(try BaselineOptions.parse(["--baseline", path] + more).read())
    }

    @Test("takes one of the same load, whatever became of the variants' code")
    func fitting() throws {
        let base = measures(of: try scenario())
        try withFile(try BaselineDocument.text(of: base)) { path in
            try gate(path).check(try scenario("seed=7", "variants.singleton.summary=x", "verdict.warmUp=1s"))
        }
    }

    @Test(
        "refuses one of another load before anything is run, and says what differs",
        arguments: [
            ("workload.partitions=8", "workload.partitions is 4 there and 8 here"),
            ("timeScale=0.5", "timeScale is 1 there and 0.5 here"),
            ("workload.phases.peak.rate=200/s", "workload.phases.peak.rate is 360k/h there and 720k/h here"),
        ]
    )
    func otherLoad(change: String, difference: String) throws {
        let base = measures(of: try scenario())
        try withFile(try BaselineDocument.text(of: base)) { path in
            let error = #expect(throws: LabError.self) { try gate(path).check(try scenario(change)) }
            #expect(error?.exitStatus == .usage)
            #expect(error?.description.hasPrefix("\(path): of another load than checkout: ") == true)
            #expect(error?.description.contains(difference) == true, "\(error?.description ?? "")")
        }
    }

    @Test("reads a baseline to its end, however long it is")
    func long() throws {
        let text = try BaselineDocument.text(of: measures(of: try scenario()))
        try withFile(text.dropLast(2) + String(repeating: " \n", count: 700_000) + text.suffix(2)) { path in
            _ = try gate(path).check(try scenario())
        }
    }

    @Test("refuses one of another scenario, and one without a common variant")
    func other() throws {
        var base = measures(of: try scenario())
        base.scenario = "payments"
        try withFile(try BaselineDocument.text(of: base)) { path in
            let error = #expect(throws: LabError.self) { try gate(path).check(try scenario()) }
            #expect(error?.description == "\(path): of scenario “payments”, but checkout is of “checkout”")
        }
        base = measures(of: try scenario())
        for index in base.variants.indices { base.variants[index].name += "-old" }
        try withFile(try BaselineDocument.text(of: base)) { path in
            let error = #expect(throws: LabError.self) { try gate(path).check(try scenario()) }
            #expect(error?.description == "checkout: no variant to compare with one of \(path)")
            #expect(error?.hint?.contains("per-event-old, singleton-old") == true)
        }
    }

    @Test(
        "refuses a file of another schema, and what is no baseline",
        arguments: [
            (
                "{\"kind\":\"leaklab-baseline\",\"schema\":2}",
                "a baseline of schema 2, and this leaklab reads schema 1"
            ),
            ("{\"schema\":1}", "not a baseline"), ("[]", "not a JSON document"),
            ("{\"kind\":\"leaklab-baseline\",\"schema\":1}", "a damaged baseline"),
        ]
    )
    func unreadable(text: String, problem: String) throws {
        try withFile(text) { path in
            let error = #expect(throws: LabError.self) { _ = try gate(path) }
            #expect(
                error?.description.hasPrefix("\(path): \(problem)") == true,
                "\(error?.description ?? "")"
            )
            #expect(error?.exitStatus == .usage)
        }
    }

    @Test("is refused with a tolerance that is none, and a tolerance without a baseline is too")
    func tolerances() throws {
        let base = measures(of: try scenario())
        try withFile(try BaselineDocument.text(of: base)) { path in
            let error = #expect(throws: LabError.self) { _ = try gate(path, "--tolerance", "cpu=soon") }
            #expect(error?.description == "--tolerance: “soon” is no amount of CPU/event")
        }
        #expect(throws: (any Error).self) { _ = try BaselineOptions.parse(["--tolerance", "cpu=10%"]) }
        #expect(throws: (any Error).self) { _ = try BaselineOptions.parse(["--strict"]) }
        #expect(try BaselineOptions.parse([]).read() == nil)
    }

    /// 2 says more than 3, and whatever ended the run or made it invalid says more than both.
    @Test(
        "has one exit status",
        arguments: [
            (0, true, 0, 0), (0, true, 2, 2), (2, true, 0, 2), (3, true, 2, 2), (2, true, 3, 2),
            (0, true, 3, 3),
            (3, true, 0, 3), (130, true, 2, 130), (1, true, 2, 1), (3, false, 2, 3),
        ] as [(Int32, Bool, Int32, Int32)]
    )
    func status(run: Int32, isValid: Bool, comparison: Int32, expected: Int32) throws {
        let base = measures(of: try scenario())
        try withFile(try BaselineDocument.text(of: base)) { path in
            var result = try gate(path).result(for: base)
            result.exitStatus = comparison
            #expect(BaselineGate.exitStatus(of: run, isValid: isValid, result) == expected)
        }
    }
}

@Suite("Repetitions on the command line")
struct RepeatOptionTests {
    @Test("are 1 to 100", arguments: ["0", "101", "-1", "many"])
    func number(text: String) {
        let error = #expect(throws: (any Error).self) { _ = try RunCommand.parse(["x", "--repeat", text]) }
        if let error {
            #expect(LeakLabCommand.exitCode(for: error).rawValue == LabCore.ExitStatus.usage.rawValue)
        }
    }

    @Test(
        "have no curves and write no page beside their own",
        arguments: [["--format", "svg"], ["--report", "x.html"]]
    )
    func pages(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try RunCommand.parse(["x", "--repeat", "3"] + arguments) }
    }

    @Test("are as many as asked for", arguments: [1, 5, 100])
    func accepted(count: Int) throws {
        #expect(try RunCommand.parse(["x", "--repeat", "\(count)"]).repetitions == count)
        #expect(try RunCommand.parse(["x"]).repetitions == nil)
    }

    @Test("take the place of the scenario's seed and the command line's")
    func seeds() throws {
        let options = try ScenarioOptions.parse(["service-per-event", "--seed", "7"])
        #expect(try options.load().seed == 7)
        #expect(try options.load(seed: 9).seed == 9)
    }
}
