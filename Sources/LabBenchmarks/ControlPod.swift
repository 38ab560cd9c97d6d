import LabCore
import LabEngine
import LabPod

extension PodConfiguration {
    /// A pod of the reference incident's control, as a run starts it.
    static func control(
        name: String,
        topic: String,
        partitions: Int,
        servers: String,
        offsetReset: String,
        in bench: Workbench
    ) -> PodConfiguration {
        PodConfiguration(
            name: name,
            incident: "service-per-event",
            handler: "singleton",
            seed: 1,
            timeScale: .realTime,
            properties: ClientProfile.consumer(
                bootstrapServers: servers,
                group: name,
                prefetch: .pinned(peakPerPod: EventRate(perHour: 7_230_000), payload: ByteCount(300)),
                offsetReset: offsetReset,
                overrides: []
            ),
            topic: topic,
            assignment: .fixed(partitions: (0..<Int32(partitions)).map(\.self)),
            concurrency: 1,
            commitInterval: 1,
            heapInterval: 0.1,
            telemetryPath: bench.scratch.file("\(name).page"),
            ledgerPath: bench.scratch.file("\(name).ledger")
        )
    }
}
