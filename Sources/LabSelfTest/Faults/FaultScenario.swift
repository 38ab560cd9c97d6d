import LabScenario

/// What the runs of a fault campaign run: long enough for every phase to have its time, short enough for many.
enum FaultScenario {
    static let topic = "faults"
    static let partitions = 4
    static let variants = ["per-event", "singleton"]
    /// For each variant.
    static let events = 3_000
    static let load = Duration.seconds(5)
    /// When the suspect has more pods, on the wall clock of the load.
    static let step = Duration.milliseconds(3_500)

    /// - Parameter isGroup: pods join a group, for which a run must be long.
    /// - Returns: a scenario file.
    static func text(isGroup: Bool) -> String {
        let phases = isGroup ? "[{duration: 60s, rate: 50/s}]" : "[{duration: 5s, rate: 600/s}]"
        let step = isGroup ? "" : ", steps: [{at: 3500ms, name: more, scale: 2}]"
        return """
            title: A broker behind a bad connection
            incident: service-per-event
            workload:
              topic: \(topic)
              partitions: \(partitions)
              phases: \(phases)
            verdict: {warmUp: 1s, hold: 2s, oomLimit: 512MiB, bytesPerEvent: 256}
            pods:
              assignment: \(isGroup ? "group" : "static")
              gracePeriod: 1s
              restart: {policy: always, backOff: 100ms, longestBackOff: 100ms}
            variants:
              - {name: per-event\(step)}
              - {name: singleton, control: true}
            """
    }

    /// Clients wait for an answer that does not come three seconds and not a minute, so that a run stays short.
    static let patience = ["socket.timeout.ms=3000", "request.timeout.ms=3000"]
}
