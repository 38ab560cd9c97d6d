import Foundation
import LabCore
import LabEngine
import LabRecording
import Testing

@testable import LabBench

@Suite("What a benchmark hands over to its runs")
struct BenchHandoverTests {
    private static func bench(_ properties: [LabelledValue]) throws -> Bench {
        let series = RunSeries(
            store: RunStore(directory: "/nowhere"),
            keepsRuns: false,
            scratchRoot: nil,
            progress: { _ in }
        )
        return Bench(try BenchPlanTests.smallest(), series: series, properties: properties, results: nil)
    }

    @Test("properties go in a file that nobody else may read, and in no argument")
    func properties() throws {
        let scratch = try Scratch.make(run: RunID.make(now: 0), root: nil, needing: ByteCount(1))
        defer { scratch.remove() }
        let properties = [LabelledValue("sasl.password", "hunter2")]
        let arguments = try Self.bench(properties).handOver(in: scratch)
        #expect(arguments.count == 2 && arguments[0] == "--kafka-properties")
        #expect(!arguments.joined().contains("hunter2"))
        #expect(try PropertiesFile.read(arguments[1]) == properties)
        let attributes = try FileManager.default.attributesOfItem(atPath: arguments[1])
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("without properties there is no file")
    func nothing() throws {
        let scratch = try Scratch.make(run: RunID.make(now: 0), root: nil, needing: ByteCount(1))
        defer { scratch.remove() }
        #expect(try Self.bench([]).handOver(in: scratch).isEmpty)
    }
}
