import LabCore
import LabScenario

extension IncidentCatalogue {
    /// Two incidents: one as in the shipped scenarios, one with a parameter of each type.
    static let test = IncidentCatalogue([
        Entry(
            name: "service-per-event",
            handlers: [
                Handler(
                    name: "per-event",
                    summary: "Builds a service for each event.",
                    defaultRole: .suspect
                ),
                Handler(name: "per-event-stopped", summary: "Stops it when done.", defaultRole: .fix),
                Handler(name: "singleton", summary: "Builds it once.", defaultRole: .fix),
            ],
            parameters: [
                Parameter(
                    name: "bufferSlots",
                    type: .wholeNumber(1...65_536),
                    defaultValue: .wholeNumber(1_024),
                    help: "slots of each buffer"
                )
            ]
        ),
        Entry(
            name: "cache-stampede",
            handlers: [
                Handler(name: "stampede", summary: "Refreshes at every call.", defaultRole: .suspect),
                Handler(name: "try-lock", summary: "One call refreshes.", defaultRole: .fix),
            ],
            parameters: [
                Parameter(
                    name: "ttl",
                    type: .duration(.seconds(1) ... .seconds(3_600)),
                    defaultValue: .duration(.seconds(60)),
                    help: "age of an entry at which it is fetched again"
                ),
                Parameter(
                    name: "nodeList",
                    type: .bytes(ByteCount(1_024)...ByteCount(64 << 20)),
                    defaultValue: .bytes(ByteCount(4 << 20)),
                    help: "size of the list"
                ),
                Parameter(
                    name: "deadline",
                    type: .choice(["propagated", "not-propagated"]),
                    defaultValue: .choice("not-propagated"),
                    help: "whether a callee knows when its caller gave up"
                ),
                Parameter(
                    name: "errorRate",
                    type: .number(0...1),
                    defaultValue: .number(0),
                    help: "share of failed fetches"
                ),
                Parameter(
                    name: "agent",
                    type: .flag,
                    defaultValue: .flag(true),
                    help: "whether an agent is local"
                ),
            ],
            defaultConcurrency: 200,
            world: [
                WorldVariable(name: "registry", kind: .service, help: "who tells the nodes"),
                WorldVariable(name: "backend-2", kind: .service, help: "the second node"),
                WorldVariable(name: "error-rate", kind: .share, help: "of the answers that are wrong"),
            ]
        ),
    ])
}

/// The smallest valid scenario, with room for more lines.
func minimalScenario(_ more: String = "") -> String {
    """
    incident: service-per-event
    workload:
      phases:
        - {duration: 60s, rate: 100/s}
    variants:
      - {name: per-event}
      - {name: singleton, control: true}
    \(more)
    """
}

func load(_ text: String, overrides: [ScenarioOverride] = []) throws(ScenarioError) -> Scenario {
    try Scenario.load(text: text, path: "outage.yaml", catalogue: .test, overrides: overrides)
}

/// The report on a scenario with problems; empty if there are none.
func report(_ text: String, overrides: [ScenarioOverride] = []) -> String {
    do {
        _ = try load(text, overrides: overrides)
        return ""
    } catch {
        return error.report
    }
}
