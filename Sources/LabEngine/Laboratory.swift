import Foundation
import LabAnalysis
import LabCluster
package import LabCore
import LabIncidents
import LabLoad
package import LabRecording
import LabScenario
import LabTelemetry
import Synchronization

/// Runs a scenario: broker, producer and pods as processes, everything recorded, the recording judged.
package struct Laboratory: Sendable {
    /// A run that has ended, in whatever way.
    package struct Outcome: Sendable {
        package let recording: RecordedRun
        package let result: RunResult
        /// Where the recording, the logs and the report are.
        package let folder: RunFolder
        /// Why the lab ended the run, if it did; the recording up to then is readable.
        package let failure: LabError?
    }

    private let request: RunRequest
    private let stop: StopSwitch
    private let began: @Sendable (LiveRun) -> Void
    private let progress: @Sendable (LiveSnapshot) -> Void

    /// - Parameters:
    ///   - request: what to run.
    ///   - stop: ends the run early.
    ///   - began: called once, when there is a run to look at, on any thread.
    ///   - progress: called four times a second while events flow, on any thread.
    package init(
        _ request: RunRequest,
        stop: StopSwitch,
        began: @escaping @Sendable (LiveRun) -> Void = { _ in },
        progress: @escaping @Sendable (LiveSnapshot) -> Void
    ) {
        self.request = request
        self.stop = stop
        self.began = began
        self.progress = progress
    }

    /// - Throws: ``LabError`` if the run cannot begin; afterwards nothing of it is left.
    package func run() async throws -> Outcome {
        let id = RunID.make(now: WallTime.nanoseconds)
        let plan = try RunPlan(id, for: request)
        if let refusal = plan.refusal(on: request.bootstrapServers) ?? request.refusal(of: plan) {
            throw refusal
        }
        try checkMemory(plan)
        if let refusal = RunRoom.present.refusal(pods: plan.largestPodCount) { throw refusal }
        let control = try MemoryControl.choose(request.memoryControl)
        let executable = try Executable.path()
        var jemalloc = try await Jemalloc.needed(by: request.scenario)
        let scratch = try Scratch.make(run: id, root: request.scratchRoot, needing: plan.sharedBytes)
        defer { scratch.remove() }
        if let found = jemalloc {
            jemalloc?.agent = await AgentLibrary.find(beside: executable, in: scratch.path, for: found)
        }
        defer { jemalloc?.agent?.removeIfMade() }
        let folder = try request.store.reserve(id)
        let children = Children(
            executable: executable,
            scratch: scratch,
            logsFolder: folder.logsDirectory,
            jemalloc: jemalloc,
            profilesFolder: try RunProfiles.makeFolder(in: folder, for: plan, with: jemalloc)
        )
        let session = RunSession(
            plan: plan,
            request: request,
            children: children,
            folder: folder,
            control: control,
            stop: stop,
            began: began,
            progress: progress
        )
        do {
            return try await Guardian.watching(
                executable: executable,
                environment: scratch.mark.environment,
                onRestart: { session.note("Restarted", of: "guardian", $0) },
                onLoss: { session.note("Lost", of: "guardian", $0.description) },
                { guardian in
                    for place in scratch.places { guardian.watch(folder: place) }
                    try await session.rehearse(executable, guardian)
                    return try await session.run(guardian)
                }
            )
        } catch {
            if !session.hasRecording { Folder.remove(folder.path) }
            throw error
        }
    }

    /// Limits are promises: what they allow together must be there.
    private func checkMemory(_ plan: RunPlan) throws(LabError) {
        guard !request.overcommits, let promised = plan.largestMemory, promised > Machine.memory else {
            return
        }
        throw LabError(
            "pods.memory: the limits of all pods together allow \(promised), this machine has \(Machine.memory)",
            hint:
                "Lower “memory” or “replicas”, or run with --overcommit: the kernel may then kill other processes.",
            exitStatus: .invalidScenario
        )
    }

}

extension RunPlan {
    /// What a request comes to.
    init(_ id: String, for request: RunRequest) throws {
        self.init(
            id: id,
            scenario: request.scenario,
            onExternalBroker: request.bootstrapServers != nil,
            reversed: request.repetition?.isReversed ?? false,
            topicSuffix: request.reusesTopics ? "" : request.repetition?.topicSuffix ?? "",
            looks: try request.atMost.map { try LookPlan(of: request.scenario, atMost: $0) }
        )
    }

    /// Why it cannot run on brokers of that kind; `nil` if it can.
    ///
    /// `servers` is `nil` for an embedded broker.
    func refusal(on servers: String?) -> LabError? {
        if let refusal = scenario.groupRefusal(isEmbedded: servers == nil) { return refusal }
        guard servers == nil else { return scenario.externalBrokerRefusal }
        guard let refusal = BrokerCapacity.refusal(of: scenario) else { return nil }
        guard looks != nil, let hint = refusal.hint else { return refusal }
        return LabError(
            refusal.description,
            hint: "\(hint) Or allow less with --at-most.",
            exitStatus: refusal.exitStatus
        )
    }
}

extension RunRequest {
    /// Why so much load shall not go to the brokers as they are named; `nil` if it may, or if they are the lab's own.
    fileprivate func refusal(of plan: RunPlan) -> LabError? {
        bootstrapServers.flatMap {
            limits.refusal(of: load(of: plan), elsewhere: !BrokerAddress.areLoopback($0))
        }
    }

    /// Of the run, and of all repetitions that it is one of.
    func load(of plan: RunPlan) -> PlannedLoad { plan.load.times(repetition?.mostRuns ?? 1) }
}

package enum WallTime {
    /// Nanoseconds since 1970.
    package static var nanoseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
}
