import LabCore
import LabScenario
import Testing

@Suite("A load that lasts as long as one likes")
struct LastingTests {
    private func phases(
        _ phases: String,
        scale: Double = 1,
        lasting seconds: Int,
        verdict: String = ""
    ) throws -> [String] {
        let text = """
            incident: service-per-event
            timeScale: \(scale)
            workload:
              phases: [\(phases)]
            variants:
              - {name: per-event}
              - {name: singleton, control: true}
            verdict: {warmUp: 0s\(verdict)}
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

    @Test("The scenario's highest rate goes on after its own phases, if it is higher than their last")
    func faster() throws {
        func found(_ load: String, scale: Double = 1, lasting seconds: Int, rate: String) throws -> [String] {
            try phases(load, scale: scale, lasting: seconds, verdict: ", maximumRate: \(rate)")
        }
        let idle = "{name: idle, duration: 20s, rate: 10/s}"
        let raised = try found(idle, lasting: 90, rate: "50/s")
        #expect(raised == ["idle 20 s 10/s", "faster 70 s 50/s"])
        let same = try found(idle, lasting: 90, rate: "10/s")
        #expect(same == ["idle 90 s 10/s"])
        let short = try found(idle, lasting: 10, rate: "50/s")
        #expect(short == ["idle 10 s 10/s"])
        let ramp = "{name: faster, duration: 20s, from: 0, to: 10/s}"
        let renamed = try found(ramp, scale: 2, lasting: 20, rate: "50/s")
        #expect(renamed == ["faster 20 s ramp 0/s → 10/s", "faster-2 20 s 50/s"])
    }

    @Test("A highest rate is above zero", arguments: ["0", "0/s", "20M/s", "fast"])
    func rates(_ rate: String) {
        #expect(throws: ScenarioError.self) {
            try load(minimalScenario(), overrides: [.set("verdict.maximumRate=\(rate)")])
        }
    }
}
