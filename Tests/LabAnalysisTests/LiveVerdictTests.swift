import LabCore
import Testing

@testable import LabAnalysis

@Suite("The verdict so far")
struct LiveVerdictTests {
    private func verdict(_ model: LifeModel, warmUp: Double = 10) -> LiveVerdict {
        let life = model.recorded(start: 3)
        return LiveVerdict(series: life.series, start: life.start, warmUp: warmUp)
    }

    @Test("A leak shows while it goes on") func leaking() throws {
        let live = verdict(LifeModel(bytesPerEvent: 20_534, tasksPerEvent: 1, hold: 0, exit: nil))
        #expect(live.verdict == .leaking)
        #expect(live.word == "leaking")
        #expect(abs(try #require(live.tasksPerEvent) - 1) < 0.001)
        #expect(abs(try #require(live.heapBytesPerEvent) - 20_534) < 50)
    }

    @Test("A steady life is bounded") func bounded() {
        let live = verdict(LifeModel(hold: 0, exit: nil))
        #expect(live.verdict == .bounded)
        #expect(live.tasksPerEvent == 0)
    }

    @Test("Too early to tell", arguments: [0.5, 5, 11])
    func early(seconds: Double) {
        let live = verdict(LifeModel(seconds: seconds, hold: 0, exit: nil))
        #expect(live.verdict == nil)
        #expect(live.word == "…")
    }

    @Test("A life without live heap goes by its counts") func countsOnly() {
        #expect(verdict(LifeModel(memory: [], hold: 0, exit: nil)).verdict == .bounded)
        #expect(verdict(LifeModel(memory: [], tasksPerEvent: 0.01, hold: 0, exit: nil)).verdict == .leaking)
    }

    @Test("A long life is thinned, its newest sample kept") func thinned() throws {
        let series = Series(times: (0..<10_007).map { Int64($0) }, values: (0..<10_007).map { Double($0) })
        let track = Track(series, thinnedTo: 1_000)
        #expect((1_000...1_100).contains(track.values.count))
        #expect(track.values.last == 10_006)
        #expect(Track(Series(), thinnedTo: 0).isEmpty)
        let live = verdict(LifeModel(seconds: 600, bytesPerEvent: 1_000, hold: 0, exit: nil))
        #expect(abs(try #require(live.heapBytesPerEvent) - 1_000) < 5)
    }
}
