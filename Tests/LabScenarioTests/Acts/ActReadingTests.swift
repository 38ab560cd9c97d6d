import LabCore
import LabScenario
import Testing

@Suite("Reading what is done to a run")
struct ActReadingTests {
    private static let text = """
        incident: service-per-event
        workload:
          partitions: 4
          phases: [{duration: 60s, rate: 100/s}]
        variants:
          - {name: per-event}
          - {name: singleton, control: true}
        """

    private static func read(_ act: String, of text: String = text) throws -> RunAct {
        let scenario = try load(text)
        let incident = scenario.incident.flatMap { IncidentCatalogue.test[name: $0] }
        return try RunAct(act.split(separator: " ").map(String.init), in: scenario, incident)
    }

    private static func problem(_ act: String, of text: String = text) -> String {
        do {
            _ = try read(act, of: text)
            return ""
        } catch {
            let error = error as? LabError
            return [error?.description, error?.hint].compactMap(\.self).joined(separator: ". ")
        }
    }

    @Test(
        "Each act is read with the notation of a scenario",
        arguments: [
            ("rate 5000/s", RunAct.rate(EventRate(perSecond: 5_000))),
            ("rate 7.2M/h", .rate(EventRate(perSecond: 2_000))),
            ("rate 2x", .multiply(2)),
            ("rate ×0.5", .multiply(0.5)),
            ("limit 256MiB", .memory(.mebibytes(256), variant: nil)),
            ("limit per-event none", .memory(nil, variant: "per-event")),
            ("scale per-event 4", .scale(4, variant: "per-event")),
            ("scale 2", .scale(2, variant: nil)),
            ("rollout per-event singleton", .handler("singleton", variant: "per-event")),
            ("world broker: down", .world("broker", .down)),
            ("world broker slow 800ms", .world("broker", .slow(.milliseconds(800)))),
            ("next", .next),
            ("pause", .pause),
            ("resume", .resume),
            ("profile", .profile(pod: nil)),
            ("profile per-event-0", .profile(pod: "per-event-0")),
            ("stop", .stop),
        ]
    )
    func acts(text: String, act: RunAct) throws {
        #expect(try Self.read(text) == act)
    }

    @Test("The example of each act can be read, and its usage names its verb", arguments: ActVerb.allCases)
    func examples(verb: ActVerb) throws {
        #expect(verb.usage.hasPrefix(verb.rawValue) && verb.help.hasSuffix("."))
        let words = verb.example.replacing("'", with: "").replacing("database", with: "broker")
        #expect(throws: Never.self) { try Self.read(words) }
    }

    @Test(
        "What is wrong is answered in words, with what was meant",
        arguments: [
            ("", "no act is named"),
            ("scael 4", "there is no act “scael”. Did you mean “scale”?"),
            ("scale", "scale is written otherwise. Write “scale [VARIANT] PODS”"),
            ("scale per-evnt 4", "there is no variant “per-evnt”. Did you mean “per-event”?"),
            ("scale per-event many", "“many” is not a whole number. “scale” takes"),
            ("scale per-event 65", "“65” is too large. “scale” may be 1 to 64"),
            ("limit 1kB", "“1kB” is too small. “memory” is at least 1 MiB"),
            ("limit lots", "“lots” is not a size. “memory” takes a size such as 256MiB, or none"),
            ("rate fast", "“fast” is not a rate. “rate” takes a rate such as 200/s"),
            ("rate 0/s", "“0/s” is too small"),
            ("rate 0x", "“0x” is out of range. A factor is from 0.01x to 1000x"),
            ("rollout per-event singelton", "has no handler “singelton”. Did you mean “singleton”?"),
            ("world brokr: down", "the world has no “brokr”. Did you mean “broker”?"),
            ("world broker: sideways", "“sideways” is not a state of something that answers"),
            ("pause now", "pause is written otherwise. Write “pause”"),
        ]
    )
    func mistakes(act: String, words: String) {
        #expect(Self.problem(act).contains(words))
    }

    @Test("A variant that is a command has no handlers to roll out")
    func commands() {
        let text = """
            workload: {partitions: 4, phases: [{duration: 60s, rate: 100/s}]}
            variants:
              - {name: own, command: [/bin/true], control: true}
            """
        #expect(Self.problem("rollout own singleton", of: text).contains("“own” is a command"))
    }
}
