import Foundation
import LabCore
import LabScenario

@testable import LabEngine

enum TestScenario {
    /// A scenario of the reference incident with two variants, changed by assignments `path=value`.
    static func make(_ assignments: [String], expect: [String] = []) throws -> Scenario {
        var text = """
            incident: service-per-event
            workload:
              topic: events
              partitions: 4
              phases:
                - {name: up, duration: 10s, from: 0/s, to: 100/s}
                - {name: peak, duration: 20s, rate: 100/s}
            variants:
              - {name: per-event, role: suspect}
              - {name: singleton, role: fix, control: true}
            verdict: {warmUp: 0s}
            """
        if !expect.isEmpty { text += "\nexpect:\n" + expect.map { "  - \($0)\n" }.joined() }
        return try Scenario.load(
            text: text,
            path: "test.yaml",
            catalogue: .library,
            overrides: assignments.map { .set($0) }
        )
    }

    /// Of a run that was recorded without a machine.
    static func header(of scenario: Scenario, run: String) -> RunHeader {
        RunHeader(
            id: run,
            startedAt: 0,
            scenario: scenario.name,
            title: scenario.title,
            incident: scenario.incident ?? RunHeader.noIncident,
            scenarioText: scenario.text,
            overrides: [],
            seed: scenario.seed,
            timeScale: scenario.timeScale.factor,
            broker: BrokerDescription(kind: "embedded", bootstrapServers: ""),
            memoryControl: "none",
            environment: [],
            configuration: scenario.settings.map { LabelledValue($0.label, $0.value) },
            variants: RunPlan(id: run, scenario: scenario).variants.map { $0.header(in: scenario) },
            phases: [],
            sampleInterval: 0.1,
            warmUp: scenario.verdict.warmUp.inSeconds,
            oomLimit: nil,
            expectations: []
        )
    }
}

/// A folder for one test, gone when the test is.
final class ScratchFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "leaklab-engine-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}

func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
