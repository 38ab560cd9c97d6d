import Foundation
package import LabCluster
import LabCore
import LabIncidents
import LabPod
import LabRecording
package import LabScenario

/// Measures, before a run, what its handlers cost on this machine: each for less than a second, in processes of their
/// own that do not outlive it.
package struct Rehearsal: Sendable {
    /// Of the whole, on the wall clock.
    private static let limit = Duration.seconds(10)
    /// For all handlers together, from their first events on.
    private static let measuringTime = Duration.seconds(3.6)
    private static let longestMeasurement = Duration.seconds(0.6)
    private static let mostEvents = 40_000
    /// More of them say nothing more about the cost of an event.
    private static let mostPartitions = 32
    private static let runsPerPartition = 4
    /// Of what the broker keeps; the rest is for events larger than the mean, and for partitions with more of them.
    private static let retained = 0.5
    /// Of key and envelope of the protocol, bytes.
    private static let recordOverhead = 100.0
    private static let largestGrowth = ByteCount.mebibytes(400)
    /// Of the memory that is available.
    private static let growthShare: Int64 = 4
    /// Of configurations, pages, ledgers and logs, for each handler.
    private static let scratchBytes = ByteCount.mebibytes(2)

    let scenario: Scenario
    let control: MemoryControl
    let executable: String
    private let scratchRoot: String?

    /// - Parameters:
    ///   - scenario: what is to be run.
    ///   - control: how the run will limit and charge its pods.
    ///   - executable: the program whose hidden subcommands the processes are.
    ///   - scratchRoot: folder of the files that the processes share; `nil` for the best place on this machine.
    package init(
        _ scenario: Scenario,
        control: MemoryControl,
        executable: String,
        scratchRoot: String? = nil
    ) {
        self.scenario = scenario
        self.control = control
        self.executable = executable
        self.scratchRoot = scratchRoot
    }

    /// Whether a run of the scenario depends on what the machine can do: it compresses time, or limits memory.
    package static func isNeeded(for scenario: Scenario) -> Bool {
        scenario.timeScale.factor > 1
            || scenario.variants.contains { $0.segments.contains { $0.memory != nil } }
    }

    /// Rehearses every handler of the scenario, one after the other.
    ///
    /// Cancelling the task ends it, and so does the switch; whatever way it ends, nothing of it is left.
    /// - Parameters:
    ///   - guardian: ends the processes should this one die; `nil` for a guardian of the rehearsal's own.
    ///   - stop: that of the run which is to follow.
    /// - Returns: a figure for every subject of the scenario.
    /// - Throws: ``LabError`` if a process cannot be started, says nothing, or the whole takes over ten seconds.
    package func run(
        guardian: Guardian? = nil,
        stop: StopSwitch = StopSwitch()
    ) async throws -> RehearsalFigures {
        guard let guardian else {
            return try await Guardian.watching(executable: executable) {
                try await run(guardian: $0, stop: stop)
            }
        }
        let id = RunID.make(now: WallTime.nanoseconds)
        let subjects = scenario.rehearsalSubjects
        let size = ByteCount(Int64(subjects.count + 1) * Self.scratchBytes.bytes)
        let scratch = try Scratch.make(run: id, root: scratchRoot, needing: size)
        for place in scratch.places { guardian.watch(folder: place) }
        defer {
            scratch.remove()
            for place in scratch.places { guardian.release(folder: place) }
        }
        let stage = RehearsalStage(
            id: id,
            rehearsal: self,
            children: Children(executable: executable, scratch: scratch, logsFolder: scratch.path),
            guardian: guardian
        )
        return try await Self.within(Self.limit, stop) { try await stage.run(subjects) }
    }

    private static func within<Result: Sendable>(
        _ limit: Duration,
        _ stop: StopSwitch,
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw LabError(
                    "rehearsal: not done after \(limit.text)",
                    hint: "The machine seems to be busy with other things."
                )
            }
            group.addTask {
                await stop.wait()
                try Task.checkCancellation()
                throw LabError.stoppedBeforeItBegan
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    // MARK: - What the processes get

    func role(of subject: RehearsalSubject) -> VariantRole {
        scenario.incident.flatMap(IncidentLibrary.named)?.handler(named: subject.handler)?.role
            ?? .suspect
    }

    /// `name` is that of its files in `scratch`.
    func configuration(
        of subject: RehearsalSubject,
        among count: Int,
        name: String,
        _ scratch: Scratch
    ) -> RehearsalConfiguration {
        let workload = Self.workload(of: scenario)
        let available = Machine.availableMemory.map { $0.bytes / Self.growthShare } ?? .max
        return RehearsalConfiguration(
            pod: pod(subject, name: name, topic: "", servers: "", scratch),
            workload: workload,
            events: Self.events(of: workload),
            limit: min(Self.longestMeasurement, Self.measuringTime / max(1, count)),
            growthLimit: ByteCount(min(Self.largestGrowth.bytes, available))
        )
    }

    /// As many as say enough, and as the broker keeps even if they do not compress.
    static func events(of workload: Workload) -> Int {
        let record = workload.payload.mean + recordOverhead
        let kept = Double(BrokerCapacity.retainedBytesPerPartition * workload.partitions) / record
        return max(1, Int(min(Double(mostEvents), retained * kept)))
    }

    /// The scenario's, with no more partitions than make a difference, and runs so short that these share the events.
    static func workload(of scenario: Scenario) -> Workload {
        var workload = scenario.workload
        workload.partitions = min(workload.partitions, mostPartitions)
        let share = events(of: workload) / workload.partitions
        workload.runLength = max(1, min(workload.runLength, share / runsPerPartition))
        return workload
    }

    /// A pod as the run will start it, with partitions of a topic that is empty.
    func pod(
        _ subject: RehearsalSubject,
        name: String,
        topic: String,
        servers: String,
        _ scratch: Scratch
    ) -> PodConfiguration {
        let payload = ByteCount(Int64(scenario.workload.payload.mean.rounded(.up)))
        var configuration = PodConfiguration(
            name: name,
            incident: scenario.incident ?? "",
            handler: subject.handler,
            parameters: subject.parameters,
            seed: scenario.seed,
            timeScale: scenario.timeScale,
            properties: ClientProfile.consumer(
                bootstrapServers: servers,
                group: name,
                prefetch: .pinned(peakPerPod: .zero, payload: payload),
                offsetReset: "error",
                overrides: []
            ),
            topic: topic,
            assignment: .fixed(partitions: [0]),
            concurrency: subject.concurrency,
            commitInterval: 1,
            heapInterval: scenario.sampling.heap.inSeconds,
            telemetryPath: scratch.file("\(name).page"),
            ledgerPath: scratch.file("\(name).ledger"),
            folder: scratch.path
        )
        configuration.numbersAreInHeader = scenario.workload.content?.isNumbered ?? false
        return configuration
    }
}
