import Foundation
import LabCore
import LabScenario
import Testing

/// Scenario files and what the reader says of them, side by side in `Fixtures`.
///
/// `NAME.txt` has the problems of `NAME.yaml`, or its effective settings. `UPDATE_GOLDEN=1` rewrites the text files and fails.
@Suite struct ScenarioFixtureTests {
    @Test("A valid file gives the pinned settings", arguments: fixtures(in: "valid"))
    func valid(_ file: URL) throws {
        let scenario = try read(file)
        try expectGolden(scenario.settings.map { "\($0.label) = \($0.value) (\($0.origin))" }, beside: file)
    }

    @Test("An invalid file gives exactly the pinned problems", arguments: fixtures(in: "invalid"))
    func invalid(_ file: URL) throws {
        let error = #expect(throws: ScenarioError.self) { _ = try read(file) }
        try expectGolden([error?.report ?? ""], beside: file)
        #expect(error?.exitStatus == .invalidScenario)
        let places = error?.problems.map(\.place) ?? []
        #expect(places == places.sorted())
    }

    @Test("The reference scenario follows the incident's curve within two minutes")
    func reference() throws {
        let file = try #require(
            Self.shippedScenarios.first { $0.lastPathComponent == "service-per-event.yaml" }
        )
        let text = try String(contentsOf: file, encoding: .utf8)
        let scenario = try Scenario.load(text: text, path: file.path, catalogue: .test)
        #expect(scenario.name == "service-per-event")
        #expect(scenario.variants.map(\.role) == [.suspect, .fix, .fix])
        #expect(scenario.totalDuration == .seconds(95))
        // 15 s × 200/s, 10 s at the mean of both ends, 70 s × 2,008.33/s.
        #expect(scenario.plannedEvents == 3_000 + 11_041 + 140_583 + 1)
    }

    private func read(_ file: URL) throws -> Scenario {
        let text = try String(contentsOf: file, encoding: .utf8)
        return try Scenario.load(text: text, path: file.lastPathComponent, catalogue: .test)
    }
}

extension ScenarioFixtureTests {
    private static let source = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent()

    /// The project's folder.
    static let project = source.deletingLastPathComponent().deletingLastPathComponent()

    static let shippedScenarios = files(in: project.appending(path: "scenarios"))

    /// Beside the sources, so that golden files can be rewritten.
    static func fixtures(in folder: String) -> [URL] {
        files(in: source.appending(path: "Fixtures/\(folder)"))
    }

    private static func files(in folder: URL) -> [URL] {
        let all = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (all ?? []).filter { $0.pathExtension == "yaml" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    }

    private func expectGolden(_ lines: [String], beside file: URL) throws {
        let golden = file.deletingPathExtension().appendingPathExtension("txt")
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try text.write(to: golden, atomically: true, encoding: .utf8)
            Issue.record("\(golden.lastPathComponent) was rewritten")
        }
        #expect(try String(contentsOf: golden, encoding: .utf8) == text)
    }
}
