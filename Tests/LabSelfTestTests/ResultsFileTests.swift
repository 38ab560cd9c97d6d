import Foundation
import LabCore
import LabEngine
import Testing

@testable import LabSelfTest

@Suite("The file of results") struct ResultsFileTests {
    private func withFile(_ text: String?, _ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).jsonl").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        if let text { try text.write(toFile: path, atomically: true, encoding: .utf8) }
        try body(path)
    }

    @Test("is made with the first result, and gives back what was appended")
    func appended() throws {
        let records = [SelfTestRecord.made(seed: 1), .made("other", seed: 2, .made(exitStatus: 3))]
        try withFile(nil) { path in
            let results = try SelfTestResults(path: path)
            #expect(results.records.isEmpty)
            for record in records { try results.append(record) }
            #expect(try SelfTestResults(path: path).records == records)
        }
    }

    @Test("loses a last line that was cut off, and nothing else")
    func torn() throws {
        let line = String(decoding: try JSON.encode(SelfTestRecord.made()), as: UTF8.self)
        try withFile("\(line)\n\(line.prefix(40))") { path in
            let results = try SelfTestResults(path: path)
            #expect(results.records == [.made()])
            try results.append(.made(seed: 2))
            #expect(try SelfTestResults(path: path).records.map(\.seed) == [1, 2])
        }
    }

    @Test("that is no such file is refused with its line")
    func foreign() throws {
        let line = String(decoding: try JSON.encode(SelfTestRecord.made()), as: UTF8.self)
        try withFile("\(line)\nhello\n") { path in
            let error = #expect(throws: LabError.self) { _ = try SelfTestResults(path: path) }
            #expect(error?.description == "\(path):2: no result of a self-test")
            #expect(error?.exitStatus == .usage)
        }
    }

    @Test("that cannot be read or written is an error")
    func folder() throws {
        let folder = FileManager.default.temporaryDirectory.path
        #expect(throws: LabError.self) { _ = try SelfTestResults(path: folder) }
        let results = try SelfTestResults(path: "/nowhere/results.jsonl")
        #expect(throws: LabError.self) { try results.append(.made()) }
    }

    @Test("counts for the same scenario, form, seed and version only")
    func same() {
        let record = SelfTestRecord.made(seed: 3)
        #expect(record.isOf(.made(seed: 3)))
        #expect(!record.isOf(.made(seed: 4)))
        #expect(!record.isOf(.made("other", seed: 3)))
        #expect(!record.isOf(SelfTestRun(subject: .made(form: .full), seed: 3)))
        #expect(!record.isOf(SelfTestRun(subject: .made(fingerprint: "g"), seed: 3)))
    }

    @Test("spares a self-test the runs that it tells")
    func books() throws {
        try withFile(nil) { path in
            try SelfTestResults(path: path).append(.made("a", seed: 1))
            let plan = SelfTestPlan(
                form: .quick,
                subjects: [.made("a"), .made("b")],
                skipped: [],
                seeds: [1, 2]
            )
            let records = SeriesRecords(try SelfTestResults(path: path), of: plan.runs) { $0.isOf($1) }
            #expect(
                records.missing(of: plan.runs) { $0.isOf($1) }.map { "\($0.subject.name)\($0.seed)" } == [
                    "b1", "a2", "b2",
                ]
            )
            let (good, bad) = (
                SelfTestRecord.made("b", seed: 1), SelfTestRecord.made("a", seed: 2, .made(flagged: []))
            )
            #expect(try records.add(good) == 2 && records.add(bad) { $0.scenario == "a" } == 2)
            #expect(good.progressLine == "b, seed 1: as expected (31 s)")
            #expect(bad.progressLine == "a, seed 2: NOT AS EXPECTED: suspect bad is not flagged (31 s)")
            #expect(seriesPlace(3, of: 10) == "[ 3/10]")
            #expect(try SelfTestResults(path: path).records.map(\.scenario) == ["a", "b", "a"])
        }
    }
}

enum JSON {
    static func encode(_ value: some Encodable) throws -> Data { try JSONEncoder().encode(value) }
}
