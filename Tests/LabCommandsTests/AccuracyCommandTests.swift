import ArgumentParser
import LabSelfTest
import Testing

@testable import LabCommands

@Suite("leaklab accuracy") struct AccuracyCommandTests {
    @Test("makes all studies by default, and the scenario takes the settings of each")
    func all() throws {
        let subjects = try AccuracyStudiesCommand.parse([]).subjects()
        #expect(subjects.map(\.study) == AccuracyStudy.all)
        #expect(subjects.map(\.runs) == AccuracyStudy.all.map(\.runs))
    }

    @Test("takes a choice of studies, and fewer runs")
    func chosen() throws {
        let arguments = ["--study", "tasks", "--study", "heap-1", "--runs", "3", "--lanes", "4"]
        let subjects = try AccuracyStudiesCommand.parse(arguments).subjects()
        #expect(subjects.map(\.study.name) == ["tasks", "heap-1"])
        #expect(subjects.allSatisfy { $0.runs == 3 && $0.lanes == 4 })
    }

    @Test(
        "refuses what it cannot do",
        arguments: [["--study", "heap-8"], ["--runs", "0"], ["--lanes", "65"]]
    )
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try AccuracyStudiesCommand.parse(arguments) }
    }
}
