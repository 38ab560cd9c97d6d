package import LabCore

extension RunHeader {
    /// The header of a run that was never made: on an embedded broker, without limits, variants and phases.
    package static func made(
        _ id: String = "20260101-000000-abcd",
        scenario: String = "s",
        title: String = "",
        incident: String = "",
        scenarioText: String = "",
        overrides: [String] = [],
        seed: UInt64 = 1,
        timeScale: Double = 1,
        sampleInterval: Double = 0.1,
        warmUp: Double = 10
    ) -> RunHeader {
        RunHeader(
            id: id,
            startedAt: 0,
            scenario: scenario,
            title: title,
            incident: incident,
            scenarioText: scenarioText,
            overrides: overrides,
            seed: seed,
            timeScale: timeScale,
            broker: BrokerDescription(kind: "embedded", bootstrapServers: ""),
            memoryControl: "none",
            environment: [],
            configuration: [],
            variants: [],
            phases: [],
            sampleInterval: sampleInterval,
            warmUp: warmUp,
            oomLimit: nil,
            expectations: []
        )
    }
}
