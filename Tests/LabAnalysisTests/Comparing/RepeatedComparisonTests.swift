import LabCore
import Testing

@testable import LabAnalysis

@Suite("A comparison of repeated runs")
struct RepeatedComparisonTests {
    private typealias Side = ComparisonModel.Side

    /// Repetitions of two variants on a machine that gets slower all the time, by 10 % each time.
    private func drifting(_ count: Int, candidateCPU: Double = 20, from first: Int = 1) throws -> RunMeasures
    {
        let runs = (first..<(first + count)).map { number in
            let slower = 1 + 0.1 * Double(number)
            var base = Side()
            (base.name, base.role, base.cpuMicroseconds) = ("before", .suspect, 20 * slower)
            var candidate = Side()
            (candidate.name, candidate.cpuMicroseconds) = ("after", candidateCPU * slower)
            (base.life.seed, candidate.life.seed) = (UInt64(2 * number), UInt64(2 * number + 1))
            return ComparisonModel.measures([base, candidate], run: "r\(number)", seed: UInt64(number))
        }
        return try RunMeasures.merging(runs, as: "rep-\(first)")
    }

    private func cpu(_ base: RunMeasures, _ candidate: RunMeasures) throws -> ComparisonResult.Line {
        try #require(try ComparisonModel.compare(base, candidate).line(.cpu))
    }

    @Test("pairs the variants of one repetition, so that drift is in no difference")
    func paired() throws {
        let same = try drifting(5)
        let line = try cpu(same, same)
        #expect(line.method == "Student on 5 paired repetitions")
        #expect(line.outcome == .same, "\(line)")
        let slower = try drifting(5, candidateCPU: 30)
        #expect(try cpu(slower, slower).outcome == .worse)
    }

    @Test("of runs of their own has the drift in its interval")
    func unpaired() throws {
        let line = try cpu(try drifting(3), try drifting(3, from: 9))
        #expect(line.method == "Welch on 3 and 3 runs")
        let effect = try #require(line.effect)
        #expect(effect.high - effect.low > 8, "\(effect)")
    }

    @Test("takes a single run to scatter as the repetitions of the other side do")
    func oneAgainstMany() throws {
        let single = try drifting(1)
        #expect(single.repetitions == nil)
        let line = try cpu(single, try drifting(4, from: 2))
        #expect(line.method == "Welch on 1 and 4 runs")
        #expect(line.effect != nil)
    }

    @Test("finds the leak that the base has not, and ships nothing that leaks")
    func leak() throws {
        func runs(_ bytes: Double, tasks: Double, _ first: Int) throws -> RunMeasures {
            let runs = (first..<(first + 3)).map { number in
                var side = Side()
                (side.life.bytesPerEvent, side.life.tasksPerEvent, side.life.seed) = (
                    bytes, tasks, UInt64(number)
                )
                return ComparisonModel.measures([side], run: "r\(number)", seed: UInt64(number))
            }
            return try RunMeasures.merging(runs, as: "\(first)")
        }
        let (sound, leaking) = (try runs(0, tasks: 0, 1), try runs(21_000, tasks: 1, 11))
        let worse = try ComparisonModel.compare(sound, leaking)
        #expect(worse.outcome == .worse && worse.exitStatus == 2 && worse.ship == nil)
        #expect(worse.line(.tasks)?.outcome == .worse && worse.line(.heap)?.outcome == .worse)
        let better = try ComparisonModel.compare(leaking, sound)
        #expect(better.pairs.first?.verdict == .better)
        #expect(better.line(.heap)?.outcome == .better)
        #expect(worse.base.runs == ["r1", "r2", "r3"] && worse.candidate.run == "11")
    }

    @Test("adds up what was lost")
    func losses() throws {
        let runs = (1...3).map { number in
            var side = Side()
            side.lost = number == 2 ? 5 : 0
            return ComparisonModel.measures([side], run: "r\(number)")
        }
        let merged = try RunMeasures.merging(runs, as: "all")
        #expect(merged.variants[0].lost == 5)
        let sound = try RunMeasures.merging(
            (4...6).map { ComparisonModel.measures([Side()], run: "r\($0)") },
            as: "b"
        )
        #expect(try ComparisonModel.compare(sound, merged).line(.lost)?.outcome == .worse)
    }

    @Test("leaves out invalid runs and says so")
    func invalid() throws {
        var runs = (1...3).map { ComparisonModel.measures([Side()], run: "r\($0)") }
        runs[1].valid = false
        runs[1].invalidBecause = ["the broker ended"]
        let merged = try RunMeasures.merging(runs, as: "all")
        #expect(merged.valid && merged.repetitions?.map(\.run) == ["r1", "r3"])
        let other = ComparisonModel.measures([Side()], run: "other")
        let comparison = try ComparisonModel.compare(merged, other)
        #expect(comparison.notes.contains("left out of the base: r2 (the broker ended)"))
        for index in runs.indices { runs[index].valid = false }
        #expect(try RunMeasures.merging(runs, as: "all").valid == false)
    }

    @Test("refuses runs of several loads, and one run twice")
    func refused() {
        let first = ComparisonModel.measures([Side()], run: "a")
        var other = ComparisonModel.measures([Side()], run: "b")
        other.load[1].value = "2"
        let load = #expect(throws: LabError.self) { try RunMeasures.merging([first, other], as: "a,b") }
        #expect(load?.description == "a: of another load than b: timeScale is 1 there and 2 here")
        let twice = #expect(throws: LabError.self) { try RunMeasures.merging([first, first], as: "a,a") }
        #expect(twice?.description == "a,a: run a is named twice")
        #expect(throws: LabError.self) { try RunMeasures.merging([], as: "nothing") }
    }

    /// A file of repeated runs is a baseline like any other.
    @Test("says the same of a file of its runs as of the runs")
    func file() throws {
        let (base, candidate) = (try drifting(3), try drifting(3, candidateCPU: 30, from: 20))
        let direct = try ComparisonModel.compare(base, candidate)
        #expect(try ComparisonModel.compare(base.forFile, candidate) == direct)
    }

    @Test("survives measures that hold nonsense", arguments: [0, -1, 1e300, .nan, .infinity] as [Double])
    func absurd(value: Double) throws {
        var runs = (1...3).map { ComparisonModel.measures([Side()], run: "r\($0)") }
        for index in runs.indices {
            runs[index].variants[0].heap?.bytesPerEvent = Estimate(estimate: value, low: value, high: value)
            runs[index].variants[0].heap?.events = value
            runs[index].variants[0].tasks?.events = value
            runs[index].variants[0].peakRSSBytes = value
            runs[index].producer.delayP99Millis = value
            runs[index].windowSeconds = value
        }
        let merged = try RunMeasures.merging(runs, as: "all")
        let sound = ComparisonModel.measures([Side()], run: "sound")
        #expect(try ComparisonModel.compare(merged, sound).pairs.count == 1)
    }
}
