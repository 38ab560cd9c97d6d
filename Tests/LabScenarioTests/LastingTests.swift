import LabCore
import LabScenario
import Testing

@Suite("A load that lasts as long as one likes")
struct LastingTests {
    private func phases(_ phases: String, scale: Double = 1, lasting seconds: Int) throws -> [String] {
        let text = """
            incident: service-per-event
            timeScale: \(scale)
            workload:
              phases: [\(phases)]
            variants:
              - {name: per-event}
              - {name: singleton, control: true}
            verdict: {warmUp: 0s}
            """
        let scenario = try load(text).lasting(.seconds(seconds))
        #expect(scenario.timeScale.wall(scenario.totalDuration) == .seconds(seconds))
        return scenario.workload.phases.map { phase in
            "\(phase.name) \(Int(phase.duration.inSeconds)) s \(phase.shape.summary)"
        }
    }

    @Test("A constant rate at the end goes on") func constant() throws {
        let load = "{name: idle, duration: 20s, rate: 1/s}, {name: peak, duration: 10s, rate: 20/s}"
        #expect(try phases(load, lasting: 90) == ["idle 20 s 1/s", "peak 70 s 20/s"])
        #expect(try phases(load, scale: 2, lasting: 90) == ["idle 20 s 1/s", "peak 160 s 20/s"])
    }

    @Test("Other phases come again, all of them") func others() throws {
        let load = "{name: up, duration: 20s, from: 0, to: 10/s}, {name: rest, duration: 10s, rate: 0}"
        let found = try phases(load, lasting: 70)
        #expect(
            found == [
                "up 20 s ramp 0/s → 10/s", "rest 10 s pause", "up-2 20 s ramp 0/s → 10/s",
                "rest-2 10 s pause",
                "up-3 10 s ramp 0/s → 5/s",
            ]
        )
    }

    @Test("What is longer is cut") func cut() throws {
        let load = "{name: up, duration: 20s, from: 10/s, to: 20/s}, {name: peak, duration: 10s, rate: 20/s}"
        #expect(try phases(load, lasting: 10) == ["up 10 s ramp 10/s → 15/s"])
        #expect(try phases(load, lasting: 25) == ["up 20 s ramp 10/s → 20/s", "peak 5 s 20/s"])
    }
}
