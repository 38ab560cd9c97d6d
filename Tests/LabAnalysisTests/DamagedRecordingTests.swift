import Foundation
import LabCore
import Testing

@testable import LabAnalysis

@Suite("A recording of which anything may be wrong")
struct DamagedRecordingTests {
    /// The encoder throws on infinities and on what is no number, so one such figure would cost the whole document.
    @Test("Gives a document that can be written, with a reason for each verdict", arguments: 0..<8)
    func document(batch: UInt64) throws {
        for seed in batch * 50..<(batch + 1) * 50 {
            var damaged = DamagedRecording(seed: seed)
            let result = RunAnalysis().result(of: damaged.next()).concluded(with: [], state: .finished)
            #expect(throws: Never.self, "seed \(seed)") { try JSONEncoder().encode(result) }
            #expect(result.variants.allSatisfy { !$0.because.isEmpty }, "seed \(seed)")
            let segments = result.variants.map(\.segments)
            #expect(segments.allSatisfy { !$0.isEmpty }, "seed \(seed)")
            #expect(segments.joined().allSatisfy { !$0.because.isEmpty && $0.to >= $0.from }, "seed \(seed)")
        }
    }

    @Test("Does not stop the verdict so far", arguments: 0..<50)
    func live(seed: UInt64) {
        var damaged = DamagedRecording(seed: seed)
        var run = damaged.next()
        (run.state, run.productionEnded) = (.recording, nil)
        let result = RunAnalysis().result(of: run)
        #expect(throws: Never.self) { try JSONEncoder().encode(result) }
        #expect(result.variants.allSatisfy { !$0.because.isEmpty })
    }

    @Test("A fraction of an event is none") func fraction() {
        let series = Series(times: [0, 1, 2, 3], values: [0, .leastNonzeroMagnitude, 1.9, 1])
        #expect(Track.counter(series).values == [0, 0, 1, 1])
    }
}
