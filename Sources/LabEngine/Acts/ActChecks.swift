import LabCluster
import LabCore
import LabScenario

/// Whether this machine, and the run as it was begun, can do what an act asks for.
struct ActChecks {
    let stage: StageRun
    let recorder: StageRecorder

    /// Each pod's page, and its configuration.
    private static let podBytes: Int64 = 576 << 10

    /// What does not depend on the moment.
    func check(_ act: RunAct) throws(LabError) {
        guard stage.request.repetition == nil else {
            throw .act(
                "this run is one of several repetitions, which are to be alike",
                hint: "Only “stop” is done here."
            )
        }
        switch act {
        case .memory(let limit, _): try checkControl(limit)
        case .world(let name, _) where name == WorldVariable.broker.name: try checkBroker()
        default: break
        }
        guard stage.plan.stages.count > 1 else { return }
        if case .world = act { throw Self.oneAfterAnother }
        if act.changesLoad { throw Self.oneAfterAnother }
    }

    /// What the run would come to.
    func check(_ next: Agenda, _ act: RunAct, _ change: Agenda.Change, at moment: Duration) throws(LabError) {
        let changed = change.variants.map { stage.plan.variants[$0] }
        for variant in changed where !stage.variants.contains(where: { $0.name == variant.name }) {
            throw .act(
                "\(variant.name) does not run now",
                hint: "The variants run one after another: now \(stage.variants[0].name)."
            )
        }
        switch act {
        case .rate, .multiply: try checkLoad(next)
        default: break
        }
        guard !changed.isEmpty else { return }
        try checkIdle(next, changed, at: moment)
        try checkRoom(next, at: moment)
    }

    private static let oneAfterAnother = LabError.act(
        "the variants run one after another, and each is to have the same load",
        hint: "A scenario with “schedule: parallel” can be steered."
    )

    private func checkControl(_ limit: ByteCount?) throws(LabError) {
        guard limit != nil, case .none(let reason) = stage.control else { return }
        throw .act("nothing can limit memory here: \(reason)")
    }

    private func checkBroker() throws(LabError) {
        guard stage.broker.pid != nil else {
            throw .act("the broker is not the lab's own", hint: "Do to it what you want it to suffer.")
        }
        guard stage.plan.scenario.disturbsBroker else {
            throw .act(
                "the pods of this run reach the broker directly, where it cannot be disturbed",
                hint: "They do not in a scenario of which a phase has “world: {broker: …}”."
            )
        }
    }

    // MARK: - Load

    private func checkLoad(_ next: Agenda) throws(LabError) {
        let revised = stage.plan.scenario.following(next)
        let plan = RunPlan(id: stage.plan.id, scenario: revised)
        let room = stage.plan.ledgerCapacity
        guard plan.plannedCapacity <= room else {
            let most = grouped(room * revised.workload.partitions)
            throw .act(
                "the load would come to \(grouped(plan.profile.totalEvents)) events, "
                    + "and this run has room for some \(most)",
                hint: "Ask for a lower rate, or for a shorter time."
            )
        }
        let servers = stage.request.bootstrapServers
        let refusal =
            servers == nil
            ? BrokerCapacity.refusal(of: revised)
            : stage.request.limits.refusal(
                of: plan.load,
                elsewhere: servers.map { !BrokerAddress.areLoopback($0) } ?? false
            )
        if let refusal { throw .act(refusal.description, hint: refusal.hint) }
    }

    // MARK: - Pods

    /// A pod that uses more than its limit before its first event would never come up.
    private func checkIdle(
        _ next: Agenda,
        _ changed: [VariantPlan],
        at moment: Duration
    ) throws(LabError) {
        for variant in changed {
            guard let limit = segment(of: variant, in: next, at: moment).memory,
                let idle = recorder.idleCharge(of: variant), Double(limit.bytes) < idle
            else { continue }
            throw .act(
                "a pod of \(variant.name) uses \(ByteCount(Int64(idle))) before its first event, and could not live within \(limit)",
                hint: "Set a limit above that."
            )
        }
    }

    private func checkRoom(_ next: Agenda, at moment: Duration) throws(LabError) {
        var (promised, added) = (Int64(0), 0)
        for variant in stage.variants {
            let segment = segment(of: variant, in: next, at: moment)
            let (product, overflow) = (segment.memory?.bytes ?? 0).multipliedReportingOverflow(
                by: Int64(segment.replicas)
            )
            promised = overflow ? .max : promised.addingReportingOverflow(product).partialValue
            added += max(0, segment.replicas - recorder.podNames(of: variant).count)
        }
        guard stage.request.overcommits || promised <= Machine.memory.bytes else {
            throw .act(
                "the limits of all pods together would allow \(ByteCount(promised)), this machine has \(Machine.memory)",
                hint: "Ask for less, or run with --overcommit."
            )
        }
        guard added > 0 else { return }
        if let refusal = RunRoom.present.refusal(pods: added) {
            throw .act(refusal.description, hint: refusal.hint)
        }
        let needed = Int64(added) * Self.podBytes
        if let free = Folder.freeBytes(at: stage.children.scratch.path), free.bytes < needed {
            throw .act("\(stage.children.scratch.path) has no room for the pages of \(added) more pods")
        }
    }

    private func segment(of variant: VariantPlan, in agenda: Agenda, at moment: Duration) -> VariantSegment {
        let segments = agenda.segments(ofVariant: variant.index)
        // A step of this moment may be a millisecond late.
        return segments.last { $0.at <= moment + .milliseconds(2) } ?? segments[0]
    }
}
