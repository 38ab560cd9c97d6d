import ArgumentParser
import Foundation
import LabCore
import LabScenario
import Testing

@testable import LabCommands

@Suite("The scenarios that the program carries")
struct CarriedScenarioTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scenarios")

    static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".yaml") }.sorted()

    @Test("are the files of the repository, all of them")
    func all() {
        #expect(!Self.files.isEmpty)
        #expect(Set(CarriedScenarios.names) == Set(Self.files.map { String($0.dropLast(".yaml".count)) }))
    }

    @Test("are carried as they are, and valid", arguments: files)
    func valid(file: String) throws {
        let name = String(file.dropLast(".yaml".count))
        let carried = try #require(CarriedScenarios.named(name))
        let text = try String(contentsOf: Self.folder.appendingPathComponent(file), encoding: .utf8)
        #expect(carried.text == text)
        let scenario = try ScenarioOptions.parse([name]).load()
        #expect(scenario.name == name)
        #expect(!scenario.expectations.isEmpty)
        #expect(scenario.variants.filter(\.isControl).count == 1)
        #expect(scenario.variants.contains { $0.role == .suspect })
    }

    @Test("open no more connections than a machine has descriptors and ports for", arguments: [false, true])
    func connections(isQuick: Bool) throws {
        let arguments = ["client-per-request"] + (isQuick ? ["--quick"] : [])
        let scenario = try ScenarioOptions.parse(arguments).load()
        let profile = scenario.workload.profile(at: scenario.timeScale)
        #expect(profile.phases.reduce(0) { $0 + $1.events } <= 5_000)
        #expect(profile.phases.allSatisfy { $0.events <= 50 * $0.duration.inSeconds })
    }

    @Test("are suggested when a name is not known")
    func unknown() {
        let error = #expect(throws: LabError.self) { _ = try ScenarioSource.find("service-for-event") }
        #expect(error?.description == "there is no scenario “service-for-event”")
        #expect(error?.hint?.contains("service-per-event") == true)
        #expect(error?.exitStatus == .invalidScenario)
        let path = #expect(throws: LabError.self) { _ = try ScenarioSource.find("./mine.yaml") }
        #expect(path?.description == "./mine.yaml: cannot be read")
    }
}
