import Foundation
import LabCore
import LabReport
import Testing

@testable import LabSelfTest

@Suite("Inputs that are nearly right", .timeLimit(.minutes(2)))
struct FuzzTests {
    /// A folder of its own, removed afterwards.
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "\(NSTemporaryDirectory())leaklab-fuzz-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test("each target takes what is right, and answers to what is not", arguments: FuzzTarget.allCases)
    func target(target: FuzzTarget) async throws {
        try await withFolder { folder in
            let corpus = try await FuzzCorpus.inputs(of: target, scenarios: [], in: folder)
            #expect(!corpus.isEmpty)
            for input in corpus {
                #expect(throws: Never.self, "\(String(decoding: input.prefix(200), as: UTF8.self))") {
                    try target.read(input, in: folder)
                }
            }
            let mutation = FuzzMutation(corpus: corpus, words: target.words)
            var refused = 0
            for number in 0..<60 {
                do { try target.read(mutation.input(number, seed: 7), in: folder) } catch { refused += 1 }
            }
            if target != .envelope { #expect(refused > 0) }
        }
    }

    @Test("are the same for the same seed, and begin with the corpus as it is")
    func mutation() {
        let mutation = FuzzMutation(corpus: [[1, 2, 3], []], words: ["word"])
        #expect(mutation.input(0, seed: 1) == [1, 2, 3] && mutation.input(1, seed: 1) == [])
        let inputs = (2..<500).map { mutation.input($0, seed: 1) }
        #expect(inputs == (2..<500).map { mutation.input($0, seed: 1) })
        #expect(inputs != (2..<500).map { mutation.input($0, seed: 2) })
        #expect(Set(inputs).count > 300)
        #expect(inputs.allSatisfy { $0.count <= FuzzMutation.largestInput })
    }

    @Test("a report of findings ends with a status that a gate can use")
    func report() throws {
        var row = FuzzReport.Row(target: .ledger, inputs: 1_000)
        let clean = FuzzReport(rows: [row], seed: 1, seconds: 6, isInterrupted: false)
        #expect(clean.exitStatus == .success)
        row.findings = [.init(input: "findings/ledger-1-0", ending: 139, words: "crashed")]
        let report = FuzzReport(rows: [row], seed: 1, seconds: 6, isInterrupted: false)
        #expect(report.exitStatus == .expectationsNotMet)
        let text = try report.rendered(as: "text")
        #expect(text.contains("findings/ledger-1-0: crashed (ended with 139)"), "\(text)")
    }
}
