import ArgumentParser
import LabCore
import LabReport
import LabScenario
import LabSelfTest
import Testing

@testable import LabCommands

@Suite("leaklab selftest") struct SelfTestCommandTests {
    private func plan(_ arguments: String...) throws -> SelfTestPlan {
        try SelfTestCommand.parse(arguments).plan()
    }

    @Test("runs every carried scenario once by default")
    func all() throws {
        let plan = try plan()
        #expect(plan.subjects.map(\.name) == CarriedScenarios.names)
        #expect(plan.subjects.allSatisfy { $0.form == .full })
        #expect(plan.seeds == [1])
        #expect(plan.skipped.isEmpty)
    }

    @Test("leaves out what has no quick form, and says so")
    func quick() throws {
        let plan = try plan("--quick")
        #expect(plan.form == .quick)
        #expect(plan.subjects.map(\.name).contains("two-leaks"))
        #expect(plan.subjects.allSatisfy { $0.form == .quick })
        #expect(plan.skipped.map(\.scenario).contains("release-night"))
        #expect(plan.subjects.count + plan.skipped.count == CarriedScenarios.names.count)
        #expect(plan.skipped.allSatisfy { $0.because == "it has no quick form" })
    }

    @Test("takes names, and seeds that follow one another")
    func chosen() throws {
        let plan = try plan("two-leaks", "quiet-leak", "--seeds", "3", "--first-seed", "18446744073709551612")
        #expect(plan.subjects.map(\.argument) == ["two-leaks", "quiet-leak"])
        let last: UInt64 = .max - 1
        #expect(plan.seeds == [last - 2, last - 1, last])
        #expect(plan.runs.count == 6)
    }

    @Test(
        "refuses what it cannot run",
        arguments: [
            (["no-such"], "there is no scenario “no-such”", LabCore.ExitStatus.invalidScenario),
            (["mitigation", "--quick"], "selftest: none of these scenarios has a quick form", .usage),
            (["two-leaks", "two-leaks"], "selftest: two scenarios are called “two-leaks”", .usage),
        ]
    )
    func refused(_ arguments: [String], _ message: String, _ status: LabCore.ExitStatus) {
        let error = #expect(throws: LabError.self) { _ = try SelfTestCommand.parse(arguments).plan() }
        #expect(error?.description == message)
        #expect(error?.exitStatus == status)
    }

    @Test(
        "refuses numbers beyond what makes sense",
        arguments: [
            ["--seeds", "0"], ["--seeds", "1001"], ["--lanes", "0"], ["--lanes", "65"],
            ["--first-seed", "18446744073709551615"], ["--format", "svg"],
        ]
    )
    func numbers(_ arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try SelfTestCommand.parse(arguments) }
    }

    @Test("prints a table and its notes")
    func text() throws {
        let report = SelfTestReport(
            plan: try plan("two-leaks"),
            records: [],
            wallSeconds: 0,
            isInterrupted: true
        )
        let text = try report.rendered(as: "text")
        #expect(
            text == """
                0 of 1 runs, full form, seed 1. Wall time and memory: the largest of the runs.
                Interrupted: the rest was not run.

                """
        )
    }

    @Test("The quick form of a carried scenario takes half a minute", arguments: CarriedScenarios.names)
    func length(_ name: String) throws {
        guard try ScenarioOptions.parse([name]).load().hasQuickForm else { return }
        let scenario = try ScenarioOptions.parse([name, "--quick"]).load()
        // Start, drain and report take some five seconds more, of 40.
        let wall = scenario.timeScale.wall(scenario.totalDuration) + scenario.verdict.hold
        #expect(wall <= .seconds(34), "\(wall.text)")
        #expect(!scenario.expectations.isEmpty)
        #expect(scenario.variants.contains { $0.role == .suspect })
    }
}
