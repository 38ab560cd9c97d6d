import LabCore
import Testing

@testable import LabAnalysis

@Suite("Lives that a step or the end of the run stops")
struct StoppedLifeTests {
    private static let leak = LifeModel(seconds: 30, bytesPerEvent: 20_534, tasksPerEvent: 1, hold: 0)

    private func replaced(_ reason: String) -> SegmentedModel {
        let last = LifeModel(seconds: 30).recorded(index: 1, start: 40).moved(to: 1)
        return SegmentedModel(
            parts: [
                .init(name: "start", start: 0, pods: [[Self.leak.recorded().moved(to: 0, exit: reason)]]),
                .init(name: "fix", handler: "singleton", start: 40, pods: [[last]]),
            ],
            productionEnded: 71
        )
    }

    @Test("A life that was replaced did not survive", arguments: ["Completed", "Stopped"])
    func replacement(reason: String) throws {
        let variant = try #require(replaced(reason).result)
        #expect(variant.tasks.sites.map(\.live) == [0])
        #expect(variant.tasks.end == 0)
        #expect(variant.segments.map(\.verdict) == [.leaking, .bounded])
    }

    @Test("A pod that was scaled away did not survive") func scaledAway() throws {
        var model = replaced("Completed")
        model.parts[0].pods.append([Self.leak.recorded()])
        #expect(try #require(model.result).tasks.sites.map(\.live) == [0])
    }

    @Test("Work in progress when a life is replaced is no leak", arguments: ["Completed", "Stopped"])
    func inProgress(reason: String) throws {
        var model = replaced(reason)
        var life = LifeModel(seconds: 30, hold: 0).recorded().moved(to: 0, exit: reason)
        let last = (life.series[.tasks]?.values.count ?? 1) - 1
        life.series[.tasks]?.values[last] = 200
        model.parts[0].pods = [[life]]
        #expect(try #require(model.result).segments[0].verdict == .bounded)
    }

    /// Three seconds are over before the warm-up is; a kill there would be memory's doing.
    @Test(
        "A life that the lab stopped early says nothing, one that was killed does",
        arguments: [("Completed", true), ("Stopped", true), ("OOMKilled", false), ("Error", false)]
    )
    func early(reason: String, isOpen: Bool) {
        let recorded = LifeModel(seconds: 3, hold: 0).recorded().moved(to: 0, exit: reason)
        let life = Life(recorded, warmUp: 10, settings: .standard)
        #expect((life.usable == nil) == isOpen)
        #expect(life.hasCrashed == !isOpen)
    }

    @Test("A pod that had to be killed at the end of a run was there until then") func killedAtTheEnd() {
        var life = LifeModel(tasksPerEvent: 1)
        life.exit = PodExit(reason: "Stopped", code: 137)
        let variant = RunModel.alone(life).result.variants[0]
        #expect(variant.tasks.sites.map(\.live) == [life.events])
        #expect(variant.tasks.end == life.events)
        #expect(variant.verdict == .leaking)
    }
}
