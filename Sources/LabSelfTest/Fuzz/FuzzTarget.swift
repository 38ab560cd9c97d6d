import Foundation
import LabAnalysis
import LabCluster
import LabCore
import LabEngine
import LabRecording
import LabReport
import LabScenario
import LabTelemetry

/// Something that reads what others have written, and may refuse it, but never fail at it.
package enum FuzzTarget: String, Sendable, Codable, CaseIterable {
    case scenario, override, expectation, page, ledger, baseline, result, metrics, store, envelope

    /// Words that mean something to the target.
    var words: [String] {
        switch self {
        case .scenario, .override:
            [
                "variants:", "phases:", "duration: 1s", "rate: 1/s", "- {name: a, control: true}",
                "parameters:", "expect:",
                "steps:", "replicas: 100000", "memory: 1KiB", "timeScale: 1e9", "quick:", "variants.0.name=x",
                "seed=1",
            ]
        case .expectation:
            [
                " and ", " or ", " not ", "(", ")", " == ", " >= ", "a.verdict", "a.events.lost", "leaking",
                " / ", " * ", "5%", "1GiB",
            ]
        case .metrics:
            [
                "HTTP/1.1 200 OK\r\n", "Transfer-Encoding: chunked\r\n", "\r\n\r\n", "ffffffffffffffff\r\n",
                "# TYPE ", "tasks{", "\"}", " 1e400",
            ]
        case .envelope: [#"{"seq":"#, #","at":"#]
        case .page, .ledger, .baseline, .result, .store: []
        }
    }

    /// Reads one input, as the program does with what it finds in a file or gets from a socket.
    ///
    /// - Parameters:
    ///   - input: any bytes.
    ///   - folder: for a file, where the target reads one.
    /// - Throws: what the target itself throws, which is as good as an answer.
    func read(_ input: [UInt8], in folder: String) throws {
        let text = String(decoding: input, as: UTF8.self)
        switch self {
        case .scenario: try Self.scenario(text, [])
        case .override: try Self.scenario(FuzzCorpus.base, [.set(text)])
        case .expectation:
            _ = try Expectation(
                parsing: text,
                variants: [VariantOutline(name: "a"), VariantOutline(name: "b")]
            )
        case .page: try Self.page(at: try Self.put(input, "\(folder)/page"))
        case .ledger: try Self.ledger(at: try Self.put(input, "\(folder)/ledger"))
        case .baseline: _ = try BaselineDocument.measures(from: text, path: "baseline")
        case .result: _ = try JSONDecoder().decode(RunResult.self, from: Data(input))
        case .metrics:
            _ = PrometheusText.values(of: ["tasks", "cacheBytes"], in: try HTTPAnswer(input).body)
        case .store: try Self.store(input, in: folder)
        case .envelope: unsafe input.withUnsafeBytes { _ = EventEnvelope(readingFrom: unsafe $0.bytes) }
        }
    }

    private static func put(_ input: [UInt8], _ path: String) throws -> String {
        try Data(input).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func scenario(_ text: String, _ overrides: [ScenarioOverride]) throws {
        _ = try Scenario.load(text: text, path: "fuzz.yaml", catalogue: .library, overrides: overrides)
    }

    private static func page(at path: String) throws {
        var reader = try TelemetryReader(openingPageAt: path)
        reader.refresh()
        _ = (reader.hasNonsense, reader.sites)
        for index in reader.descriptors.indices {
            _ = (reader.value(of: index), reader.reading(of: index), reader.histogram(at: index))
        }
    }

    private static func ledger(at path: String) throws {
        let ledger = try Ledger.open(at: path)
        _ = (ledger.counts(), ledger.totals, ledger.isDamaged)
        ledger.markRead(0, 5, sequence: 5)
        ledger.markProduced(0, 5)
        ledger.markProcessed(0, 5)
        for partition in 0..<Int32(min(ledger.partitionCount, 64)) {
            _ = (ledger.books(of: partition, lostLimit: 10), ledger.progress(partition))
        }
    }

    /// Opens the recording, judges it and reports on it.
    private static func store(_ input: [UInt8], in folder: String) throws {
        let run = "\(folder)/store/\(FuzzCorpus.run)"
        try Folder.make(run)
        defer { Folder.remove("\(folder)/store") }
        _ = try put(input, "\(run)/run.sqlite")
        let recording = try RunStore(directory: "\(folder)/store").open(FuzzCorpus.run)
        let result = Judgement.result(of: recording, expecting: [])
        _ = try RunReport(recording: recording, result: result).rendered(as: "text")
    }
}
