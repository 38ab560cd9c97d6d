package import LabCore
package import LabScenario

/// What the embedded broker can hold of a workload.
///
/// librdkafka's mock cluster keeps 5 MiB or 100,000 batches per partition, as sent and so compressed, and then drops
/// the oldest silently (rdkafka_mock.c); it answers each fetch with one batch, found by walking the partition's list,
/// so that many small batches cost it a core.
package struct BrokerCapacity: Hashable, Sendable {
    package static let retainedBytesPerPartition = 5 << 20
    /// Walking more than this for every fetch makes the broker the bottleneck.
    package static let comfortableBatchesPerPartition = 4_000
    /// Of the uncompressed size; such payloads come out at 0.25–0.35 with lz4 in runs of 64 events; the other codecs pack no worse.
    static func packed(_ compression: Compression) -> Double { compression == .none ? 1 : 0.4 }

    /// Events per partition that fit before the oldest are dropped.
    package let eventsPerPartition: Int
    /// Batches that a partition will hold at most.
    package let batchesPerPartition: Int
    package let plannedEventsPerPartition: Int

    /// Estimates from the workload: `events` of the whole run, `payload` the mean size of a record's value, `wallRate`
    /// and `linger` on the wall clock.
    package init(
        events: Double,
        partitions: Int,
        payload: ByteCount,
        wallRate: EventRate,
        runLength: Int,
        linger: Duration,
        compression: Compression = .standard
    ) {
        let recordBytes = (Double(payload.bytes) + 24) * Self.packed(compression)
        let lingered = max(1, min(Double(runLength), wallRate.perSecond * linger.inSeconds))
        let batchBytes = lingered * recordBytes + 80
        plannedEventsPerPartition = Int(events / Double(max(1, partitions)))
        eventsPerPartition = Int(Double(Self.retainedBytesPerPartition) / batchBytes * lingered)
        batchesPerPartition = Int(
            min(Double(plannedEventsPerPartition), Double(eventsPerPartition)) / lingered
        )
    }

    /// The lag in events of all partitions from which on the broker drops what was not read; `nil` if the whole run
    /// fits.
    package func largestLag(partitions: Int) -> Int? {
        plannedEventsPerPartition <= eventsPerPartition ? nil : eventsPerPartition * partitions
    }

    /// Why the run shall not start; `nil` if it may.
    package func refusal(partitions: Int, wallRate: EventRate) -> LabError? {
        if batchesPerPartition > Self.comfortableBatchesPerPartition {
            return LabError(
                "workload: the embedded broker would hold \(grouped(batchesPerPartition)) batches per partition, "
                    + "above the \(grouped(Self.comfortableBatchesPerPartition)) that it serves without falling behind",
                hint: "Use more partitions, larger runs or a real broker (--bootstrap-servers).",
                exitStatus: .invalidScenario
            )
        }
        if let lag = largestLag(partitions: partitions), Double(lag) < wallRate.perSecond * 5 {
            return LabError(
                "workload: the embedded broker holds \(grouped(lag)) events, less than five seconds of the peak",
                hint: "Use more partitions, smaller payloads or a real broker (--bootstrap-servers).",
                exitStatus: .invalidScenario
            )
        }
        return nil
    }

    /// Why a run of the scenario on an embedded broker shall not start; `nil` if it may.
    package static func refusal(of scenario: Scenario) -> LabError? {
        let plan = RunPlan(id: "", scenario: scenario)
        let workload = scenario.workload
        let events = Double(plan.profile.totalEvents)
        // Pauses make no batch smaller.
        let sending = plan.profile.phases.filter { $0.shape != .constant(.zero) }
        let seconds = sending.reduce(0) { $0 + $1.duration.inSeconds }
        let capacity = BrokerCapacity(
            events: events,
            partitions: workload.partitions,
            payload: plan.meanPayload,
            wallRate: EventRate(perSecond: events / max(1e-9, seconds)),
            runLength: workload.runLength,
            linger: .milliseconds(20),
            compression: workload.compression
        )
        return capacity.refusal(partitions: workload.partitions, wallRate: plan.peakRate)
    }
}
