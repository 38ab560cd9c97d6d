import Foundation
import LabCore
import Testing

@Suite struct RecordedValueTests {
    private struct Document: Codable, Equatable {
        @NullCoded var number: Double?
        @NullCoded var text: String?
    }

    @Test("An unknown value is written as null")
    func encoding() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(data: try encoder.encode(Document(number: 1.5, text: nil)), encoding: .utf8)
        #expect(text == #"{"number":1.5,"text":null}"#)
    }

    @Test(
        "A value is read back, null and a missing key as nothing",
        arguments: [
            (#"{"number":1.5,"text":"a"}"#, 1.5, "a"), (#"{"number":null}"#, nil, nil), ("{}", nil, nil),
        ]
            as [(String, Double?, String?)]
    )
    func decoding(_ text: String, _ number: Double?, _ word: String?) throws {
        let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
        #expect(document == Document(number: number, text: word))
    }

    @Test("A value of another type is an error")
    func wrongType() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(Document.self, from: Data(#"{"number":"many"}"#.utf8))
        }
    }

    @Test(
        "A series tells its last value at or before a time",
        arguments: [(9, nil), (10, 1), (19, 1), (20, 2), (29, 2), (30, 3), (1_000, 3)] as [(Int64, Double?)]
    )
    func series(_ time: Int64, _ value: Double?) {
        var series = Series(times: [10, 20], values: [1, 2])
        series.append(3, at: 30)
        #expect(series.value(at: time) == value)
    }

    @Test("An empty series has no value")
    func emptySeries() {
        #expect(Series().isEmpty)
        #expect(Series().value(at: 0) == nil)
    }

    @Test("Every exit status has a number of its own and a meaning")
    func exitStatus() {
        #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 64, 130])
        #expect(ExitStatus.allCases.allSatisfy { !$0.meaning.isEmpty })
        #expect(LabError("it broke").exitStatus == .labFailed)
    }

    @Test("Metrics are written as their names, and sites are kept apart")
    func metricNames() throws {
        #expect(String(data: try JSONEncoder().encode([MetricName.rss]), encoding: .utf8) == #"["rss"]"#)
        #expect(MetricName.live(site: "a") != MetricName.created(site: "a"))
        #expect(try JSONDecoder().decode([MetricName].self, from: Data(#"["heap"]"#.utf8)) == [.heap])
    }

    @Test("A metric's unit is written even if unknown, and a result of before there were units is read")
    func metricUnits() throws {
        let metric = VariantResult.Metric(name: "m", kind: .gauge, peak: 1)
        let text = try #require(String(data: try JSONEncoder().encode(metric), encoding: .utf8))
        #expect(text.contains(#""unit":null"#))
        let earlier = text.replacing(#""unit":null,"#, with: "").replacing(#","unit":null"#, with: "")
        #expect(!earlier.contains("unit"))
        #expect(try JSONDecoder().decode(VariantResult.Metric.self, from: Data(earlier.utf8)) == metric)
    }

    @Test("A time scale that no clock could follow is read as real time", arguments: ["0", "-1"])
    func timeScale(_ text: String) throws {
        #expect(try JSONDecoder().decode([TimeScale].self, from: Data("[\(text)]".utf8)) == [.realTime])
    }
}
