import LabCore
import Testing

@testable import LabAnalysis

@Suite("Processes of a pod that are not its first one")
struct WorkerKillTests {
    private func variant(
        timeScale: Double = 1,
        _ change: (inout RecordedLife) -> Void
    ) throws -> VariantResult {
        var model = RunModel.alone(LifeModel(seconds: 30), .killed(after: 9))
        model.timeScale = timeScale
        var run = model.recorded
        change(&run.variants[0].pods[0].lives[0])
        return try #require(RunAnalysis().result(of: run).variants.first)
    }

    @Test("A kill of each counts as one of the pod's, with its time in incident time")
    func kills() throws {
        let variant = try variant(timeScale: 6) { $0.processKills = [nanoseconds(3), nanoseconds(7.5)] }
        let pod = try #require(variant.pods.first)
        #expect(pod.oomKills == 3 && pod.workerOOMKills == 2)
        #expect(pod.workerKills == [.init(at: 18, life: 0), .init(at: 45, life: 0)])
        #expect(pod.exits.count == 2)
        #expect(variant.segments.map(\.oomKills) == [3])
        #expect(variant.segments.map(\.waves.lives) == [1])
        let words =
            "its pods were killed 3 times at the memory limit, 2 of these another process than the pod's first one"
        #expect(variant.because.contains(words))
    }

    @Test("The first kill is the time to OOM, whichever of the processes it ended")
    func timeToOOM() throws {
        let first = try variant { $0.processKills = [nanoseconds(3), nanoseconds(7.5)] }
        let pod = try variant { _ in }
        #expect(first.timeToOOM.observed == true && pod.timeToOOM.observed == true)
        // The first life is the one that lost a worker, three seconds after the run's zero; the other one dies by itself.
        let (early, late) = try (#require(first.timeToOOM.seconds), #require(pod.timeToOOM.seconds))
        #expect(early > 1 && early < 3 && late > 6)
    }

    @Test("Without such kills nothing is said of them")
    func noKills() throws {
        let variant = try variant { _ in }
        let pod = try #require(variant.pods.first)
        #expect(pod.oomKills == 1 && pod.workerOOMKills == 0 && pod.workerKills.isEmpty)
        #expect(pod.processes == 1 && pod.processesUnread == 0)
        #expect(variant.because.contains("its pods were killed 1 time at the memory limit"))
    }

    @Test("How many there were at once, and how many of them were not read")
    func counts() throws {
        let pod = try #require(
            variant { life in
                life.series[.processes] = Series(times: [1, 2, 3, 4], values: [2, 5, .infinity, 3])
                life.series[.processesUnread] = Series(times: [2], values: [1])
            }
            .pods.first
        )
        #expect(pod.processes == 5 && pod.processesUnread == 1)
    }
}
