import ArgumentParser
import Foundation
import LabCore
import LabScenario
import LabSelfTest
import Testing

@testable import LabCommands

@Suite("leaklab accuracy zoo") struct ZooCommandTests {
    private static let places = ZooScenario.Places(python: ["/bin/sh"], c: ["/bin/sh"], truth: nil)

    @Test("has a scenario for every cell that is valid, and whose incident knows its parameters")
    func scenarios() throws {
        let path = "\(NSTemporaryDirectory())leaklab-zoo-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        for cell in ZooPlan.allCells {
            for length in [90.0, 300] {
                let text = ZooScenario(cell, length: length).text(Self.places)
                try text.write(toFile: path, atomically: true, encoding: .utf8)
                let scenario = try ScenarioOptions.parse([path]).load()
                #expect(scenario.variants.map(\.name) == [ZooScenario.subject, ZooScenario.control])
                #expect(scenario.variants.map(\.isControl) == [false, true])
                #expect((scenario.variants.first?.role == .suspect) == cell.isLeak)
            }
        }
    }

    @Test("has three short runs and a long one by default")
    func passes() throws {
        #expect(try ZooCommand.parse([]).passes == ZooPlan.passes(seeds: 3))
        #expect(try ZooCommand.parse(["--short", "--seeds", "2"]).passes.map(\.length) == [90, 90])
        #expect(try ZooCommand.parse(["--duration", "20s"]).passes.map(\.length) == [20, 20, 20])
    }

    @Test(
        "refuses what it cannot do",
        arguments: [
            ["--cell", "java-*"], ["--seeds", "0"], ["--lanes", "65"], ["--duration", "soon"],
            ["--duration", "5s"],
            ["--again"],
        ]
    )
    func refused(arguments: [String]) {
        #expect(throws: (any Error).self) { _ = try ZooCommand.parse(arguments) }
    }

    @Test("is a part of leaklab accuracy, whose own options stay where they were")
    func group() throws {
        let zoo = try LeakLabCommand.parseAsRoot([
            "accuracy", "zoo", "--results", "zoo.jsonl", "--lanes", "3",
        ])
        #expect((zoo as? ZooCommand)?.series.results == "zoo.jsonl")
        #expect((zoo as? ZooCommand)?.lanes == 3)
        let studies = try LeakLabCommand.parseAsRoot(["accuracy", "--results", "a.jsonl", "--study", "tasks"])
        #expect((studies as? AccuracyStudiesCommand)?.series.results == "a.jsonl")
    }
}
