import ArgumentParser
import Foundation
import LabCore
import LabTesting
import Testing

@testable import LabCommands
@testable import LabRecording

@Suite("leaklab report of a run whose lab is no more", .timeLimit(.minutes(1)))
struct CutOffReportTests {
    private static let header = RunHeader.made("20240101-000000-0000", incident: "service-per-event")

    /// - Returns: the exit status of a report as JSON, and what it says.
    private func report(by lab: LabProcess) async throws -> (status: Int32, text: String) {
        let store = RunStore(directory: NSTemporaryDirectory() + "leaklab-store-" + UUID().uuidString)
        let file = store.directory + "/report.json"
        let recorder = try store.create(Self.header, options: RecorderOptions(lab: lab))
        await recorder.untilWritten()
        defer { try? FileManager.default.removeItem(atPath: store.directory) }
        var status: Int32 = 0
        do {
            try ReportCommand.parse(["latest", "--store", store.directory, "--format", "json", "-o", file])
                .run()
        } catch let code as ArgumentParser.ExitCode {
            status = code.rawValue
        }
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try await recorder.finish(state: .finished, result: nil)
        return (status, text)
    }

    @Test("ends with the status of an invalid run, and says why")
    func dead() async throws {
        let report = try await report(by: LabProcess(pid: .max, startTime: 1, boot: nil))
        #expect(report.status == LabCore.ExitStatus.inconclusive.rawValue)
        #expect(report.text.contains("the lab ended before the run did: the recording is partial"))
    }

    @Test("is one of a run that goes on as long as its lab lives")
    func alive() async throws {
        let report = try await report(by: .current)
        #expect(report.status == 0)
        #expect(!report.text.contains("partial"))
    }
}
