import LabCluster
import LabCore
import LabPod
import LabScenario
import LabTelemetry

/// How the pods of one variant are made, for each segment of the run.
struct PodTemplate: Sendable {
    let plan: RunPlan
    let variant: VariantPlan
    let request: RunRequest
    let broker: RunBroker
    let children: Children
    /// Of the variant's companion.
    let endpoints: [String: Int]
    /// What is kept of pods that run a command.
    let commands: CommandPods

    /// `index` is the segment's number among those of the variant.
    func specification(_ segment: VariantSegment, number index: Int, ordinal: Int) -> PodSpecification {
        let pods = variant.variant.pods
        let name = variant.podName(ordinal)
        return PodSpecification(
            name: name,
            variant: variant.name,
            ordinal: ordinal,
            segment: index,
            memoryLimit: segment.memory,
            restart: restartPolicy(pods.restart),
            gracePeriod: pods.gracePeriod,
            external: segment.command?.external
        ) { [self] life in
            if let command = segment.command {
                return try child(of: command, pod: ordinal, life: life)
            }
            let page = StageRecorder.pagePath(name, life: life, in: children.scratch)
            _ = try TelemetryPage.create(at: page)
            var configuration = configuration(of: segment, ordinal, page: page)
            configuration.profiling = profiling(of: segment, life: life)
            let agent = try agent(pod: name, life: life)
            return try children.pod(configuration, life: life, allocation.environment(agent))
        }
    }

    var allocation: PodAllocation { PodAllocation(of: variant.variant, with: children.jemalloc) }

    /// What the agent of one life is told, with its page made.
    /// - Returns: `nil` where the pod has none.
    /// - Throws: ``LabError`` if there is no room for the page.
    func agent(pod: String, life: Int) throws -> PodAllocation.Agent? {
        guard allocation.jemalloc?.agent != nil else { return nil }
        let page = StageRecorder.agentPath(pod, life: life, in: children.scratch)
        try AgentPage.create(at: page)
        let dumps = allocation.isProfiled ? children.profilesFolder : nil
        return PodAllocation.Agent(
            page: page,
            dumps: dumps.map { "\($0)/\(CommandAgent.dumpStem(pod, life: life))" }
        )
    }

    private func profiling(of segment: VariantSegment, life: Int) -> ProfilingConfiguration? {
        guard allocation.isProfiled, let folder = children.profilesFolder else { return nil }
        return ProfilingConfiguration(
            folder: folder,
            life: life,
            warmUp: plan.scenario.verdict.warmUp.inSeconds,
            every: variant.variant.pods.profile.every?.inSeconds,
            memoryLimit: segment.memory?.bytes
        )
    }

    func cgroupName(ordinal: Int) -> String {
        "\(Scratch.namePrefix)\(plan.id)-\(variant.podName(ordinal))"
    }

    private func restartPolicy(_ restart: PodSettings.Restart) -> RestartPolicy {
        let scale = plan.scenario.timeScale
        return RestartPolicy(
            condition: RestartPolicy.Condition(rawValue: restart.condition.rawValue) ?? .never,
            initialDelay: scale.wall(restart.backOff),
            longestDelay: scale.wall(restart.longestBackOff),
            resetAfter: scale.wall(restart.resetAfter)
        )
    }

    private func configuration(of segment: VariantSegment, _ ordinal: Int, page: String) -> PodConfiguration {
        let (scenario, pods) = (plan.scenario, variant.variant.pods)
        let partitions = VariantPlan.partitions(
            ofPod: ordinal,
            among: segment.replicas,
            of: scenario.workload.partitions
        )
        var configuration = PodConfiguration(
            name: variant.podName(ordinal),
            incident: scenario.incident ?? "",
            handler: segment.handler,
            parameters: variant.variant.parameters,
            seed: scenario.seed,
            timeScale: scenario.timeScale,
            properties: properties(replicas: segment.replicas),
            topic: variant.topic,
            assignment: pods.assignment == .static
                ? .fixed(partitions: partitions) : .group(id: variant.group),
            concurrency: pods.concurrency,
            errors: pods.errors,
            commitInterval: pods.commitInterval.inSeconds,
            heapInterval: scenario.sampling.heap.inSeconds,
            telemetryPath: page,
            ledgerPath: children.ledgerPath(of: variant),
            worldPath: children.worldPath,
            endpoints: endpoints,
            folder: children.folder(of: variant)
        )
        configuration.numbersAreInHeader = scenario.workload.content?.isNumbered ?? false
        return configuration
    }

    private func properties(replicas: Int) -> [LabelledValue] {
        let pods = variant.variant.pods
        let overrides = pods.assignment == .group ? GroupSession.properties(of: pods) : []
        return ClientProfile.consumer(
            bootstrapServers: broker.podServers,
            group: variant.group,
            prefetch: variant.prefetch(replicas: replicas, peak: plan.peakRate, payload: plan.meanPayload),
            offsetReset: "error",
            overrides: overrides + request.kafkaProperties
        )
    }
}
