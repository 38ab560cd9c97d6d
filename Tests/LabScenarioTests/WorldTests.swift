import LabCore
import LabScenario
import Testing

/// What phases change besides the load.
@Suite struct WorldTests {
    private func text(_ world: String) -> String {
        """
        incident: cache-stampede
        timeScale: 10
        workload:
          phases:
            - {name: calm, duration: 60s, rate: 100/s}
            - {name: outage, duration: 60s, rate: 100/s, world: \(world)}
        variants:
          - {name: stampede}
          - {name: try-lock, control: true}
        """
    }

    @Test("A phase says what is not as it should be, and the others say nothing")
    func conditions() throws {
        let phases = try load(text("{registry: down, backend-2: slow 800ms, error-rate: 2.5%}")).workload
            .phases
        #expect(phases[0].world.isEmpty)
        #expect(
            phases[1].world
                == ["registry": .down, "backend-2": .slow(.milliseconds(800)), "error-rate": .share(0.025)]
        )
        #expect(phases[1].summary == "100/s, backend-2 slow 800 ms, error-rate 2.5%, registry down")
    }

    @Test("Delays are incident time, and so shorter on the wall clock")
    func scaled() throws {
        let scenario = try load(text("{registry: down, backend-2: slow 800ms}"))
        #expect(
            scenario.profile.phases[1].world == ["registry": .down, "backend-2": .slow(.milliseconds(80))]
        )
    }

    @Test(
        "The broker may fail in every scenario",
        arguments: [
            ("down", .down, "broker down"), ("slow 800ms", .slow(.milliseconds(800)), "broker slow 800 ms"),
            (
                "errors NOT_COORDINATOR 5%", .errors(.notCoordinator, share: 0.05),
                "broker errors NOT_COORDINATOR 5%"
            ),
        ] as [(String, WorldCondition, String)]
    )
    func broker(text: String, condition: WorldCondition, summary: String) throws {
        let phase = try load(self.text("{broker: \(text)}")).workload.phases[1]
        #expect(phase.world == ["broker": condition])
        #expect(phase.summary == "100/s, \(summary)")
        #expect(
            WorldVariable.broker.condition(parsing: condition.text.replacing("800 ms", with: "800ms"))
                == condition
        )
    }

    @Test(
        "A broker that is up, or errs never, need not be said",
        arguments: ["up", "errors NOT_COORDINATOR 0%"]
    )
    func soundBroker(text: String) throws {
        #expect(try load(self.text("{broker: \(text)}")).workload.phases[1].world.isEmpty)
    }

    @Test("A scenario of commands alone has a broker, and nothing else")
    func ofCommands() throws {
        let text = """
            workload:
              phases: [{duration: 60s, rate: 100/s, world: {broker: down}}]
            variants:
              - {name: own, control: true, command: [/bin/true, "{{topic}}"]}
            """
        #expect(try load(text).workload.phases[0].world == ["broker": .down])
        let wrong = report(text.replacing("broker:", with: "database:"))
        #expect(wrong.contains("unknown key “database”") && wrong.contains("broker"))
    }

    @Test("What is up need not be said")
    func normal() throws {
        #expect(try load(text("{registry: up}")).workload.phases[1].world.isEmpty)
    }

    @Test(
        "Anything else has a place, a problem and a hint",
        arguments: [
            ("{backend-3: down}", "unknown key “backend-3”", "registry, backend-2, error-rate"),
            ("{registry: away}", "away", "“up”, “down” or “slow 800ms”"),
            ("{registry: slow}", "slow", "“up”, “down” or “slow 800ms”"),
            ("{registry: slow 2h}", "slow 2h", "“up”, “down” or “slow 800ms”"),
            ("{registry: 5%}", "5%", "“up”, “down” or “slow 800ms”"),
            ("{error-rate: 120%}", "120%", "“0%” to “100%”"),
            ("{broker: away}", "away", "“up”, “down”, “slow 800ms” or “errors NOT_COORDINATOR 5%”"),
            ("{broker: errors NONSENSE 5%}", "NONSENSE", "“errors NOT_COORDINATOR 5%”"),
            ("{broker: errors NOT_COORDINATOR}", "NOT_COORDINATOR", "“errors NOT_COORDINATOR 5%”"),
            ("{error-rate: down}", "down", "“0%” to “100%”"),
            ("down", "a mapping of keys to values", "registry"),
        ]
    )
    func wrong(world: String, problem: String, hint: String) {
        let report = report(text(world))
        #expect(report.contains("outage.yaml:6:"))
        #expect(report.contains(problem))
        #expect(report.contains(hint))
    }

    @Test("An incident without a world has nothing to change")
    func none() {
        let report = report(
            """
            incident: service-per-event
            workload:
              phases:
                - {duration: 60s, rate: 100/s, world: {database: down}}
            variants:
              - {name: per-event}
              - {name: singleton, control: true}
            """
        )
        #expect(report.contains("unknown key “database”"))
    }
}
