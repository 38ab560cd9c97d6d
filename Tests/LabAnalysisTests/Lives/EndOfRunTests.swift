import LabCore
import Testing

@testable import LabAnalysis

@Suite("What is there when a run ends")
struct EndOfRunTests {
    @Test("Sites count what was made in every life, and what lives in the last one only") func sites() {
        var first = LifeModel.killed(after: 20)
        first.tasksPerEvent = 1
        let last = LifeModel(tasksPerEvent: 1)
        let sites = RunModel.alone(first, last).result.variants[0].tasks.sites
        #expect(sites.map(\.created) == [first.events + last.events])
        #expect(sites.map(\.live) == [last.events])
    }

    @Test("A pod whose last life was killed has nothing left") func killed() {
        var life = LifeModel.killed(after: 60)
        life.tasksPerEvent = 1
        #expect(RunModel.alone(life).result.variants[0].tasks.sites.map(\.live) == [0])
    }

    @Test("Pods that stop one after the other are summed up before the first one stops") func stopping()
        throws
    {
        let long = LifeModel(tasksPerEvent: 1, hold: 8)
        let short = LifeModel(tasksPerEvent: 1, hold: 5)
        var run = RunModel.alone(long).recorded
        run.variants[0].pods.append(
            RecordedPod(name: "subject-1", memoryLimit: nil, lives: [short.recorded()])
        )
        let tasks = RunAnalysis().result(of: run).variants[0].tasks
        #expect(tasks.end == long.events + short.events)
        #expect(tasks.peak == tasks.end)
    }

    @Test("A control is compared with from the end of its own warm-up on") func warmUp() throws {
        let life = LifeModel(seconds: 100, memory: [.heap]).life()
        let control = LifeModel(seconds: 60, memory: [.heap]).life(start: 40)
        let usable = try #require(life.usable)
        let points = Windows(usable, settings: .standard).differences(of: .heap, between: life, and: control)
        let first = try #require(points.first)
        #expect(first.events >= life.events(at: 50))
        #expect(points.count >= 8)
    }
}
