import LabScenario

/// What the runs of a kill campaign run: long enough to be hit anywhere, short enough for many.
enum KillScenario {
    static let topic = "kills"
    static let partitions = 4
    static let variants = ["per-event", "singleton"]
    /// For each variant.
    static let events = 3_000

    /// Pods come back at once: a kill of one loses nothing.
    static let text = """
        title: Kills at random moments
        incident: service-per-event
        workload:
          topic: \(topic)
          partitions: \(partitions)
          phases: [{duration: 3s, rate: 1000/s}]
        verdict: {warmUp: 500ms, hold: 2500ms, oomLimit: 512MiB, bytesPerEvent: 256}
        pods:
          gracePeriod: 1s
          restart: {policy: always, backOff: 100ms, longestBackOff: 100ms}
        variants:
          - {name: per-event}
          - {name: singleton, control: true}
        """
}
