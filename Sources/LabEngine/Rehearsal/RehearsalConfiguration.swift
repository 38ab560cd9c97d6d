package import LabCore
package import LabPod

/// All that a rehearsing process gets when it starts, as the lab hands it over in a JSON file.
package struct RehearsalConfiguration: Codable, Hashable, Sendable {
    /// The pod to be rehearsed; the rehearsal fills in its Kafka properties and its offsets.
    package var pod: PodConfiguration
    package var workload: Workload
    /// Written before the pod starts, as fast as the broker takes them.
    package var events: Int
    /// Wall time in which events are handled.
    package var limit: Duration
    /// The pod is stopped when it has grown by so much meanwhile.
    package var growthLimit: ByteCount

    package init(
        pod: PodConfiguration,
        workload: Workload,
        events: Int,
        limit: Duration,
        growthLimit: ByteCount
    ) {
        self.pod = pod
        self.workload = workload
        self.events = events
        self.limit = limit
        self.growthLimit = growthLimit
    }
}
