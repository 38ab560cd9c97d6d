import LabCluster
import LabCore
import LabTelemetry

extension StageState {
    /// Of which the live display needs the latest reading.
    private static let shownMetrics: Set<MetricName> = [.rss, .charge, .heap, .tasks, .processed]
    static let producer = "producer"

    /// A process of the lab has started: the companion of a variant, or one for all.
    mutating func processStarted(_ name: String, variant: String?) -> [StageAction] {
        let target = nextTarget()
        processes[target] = Process(name: name, variant: variant)
        return [.startSampling(target)]
    }

    /// The producer's last count, which came too late for the sampler.
    mutating func producerEnded(scheduled: Int) {
        for (target, process) in processes where process.name == Self.producer {
            processes[target]?.latest[.scheduled] = Double(scheduled)
        }
    }

    /// The pods are about to be stopped: what they look like while they end is not recorded.
    mutating func endSampling() { isSamplingOver = true }

    mutating func described(
        _ metric: MetricName,
        as description: MetricDescription,
        target: Int
    ) -> [StageAction] {
        // A process of the lab's own may call something else by the same name.
        let isOfLab = processes[target].map { $0.variant == nil } ?? false
        guard !isOfLab, descriptions[metric] == nil else { return [] }
        descriptions[metric] = description
        return clock == nil ? [] : [.describe(metric, as: description)]
    }

    mutating func sampled(
        _ value: Double,
        of metric: MetricName,
        target: Int,
        at time: UInt64
    ) -> [StageAction] {
        guard !isSamplingOver else { return [] }
        guard let at = clock?.time(ofMonotonic: time), at >= 0 else {
            lives[target]?.idle[metric] = value
            return []
        }
        if lives[target] != nil { return sampledLife(value, of: metric, target, time, at) }
        guard let process = processes[target] else { return [] }
        processes[target]?.latest[metric] = value
        let owner = metric.isOfIncident ? process.variant : nil
        let subject = owner.map(StageSubject.variant) ?? .process(process.name)
        return [.record(value, of: metric, subject, at: at)]
    }

    private mutating func sampledLife(
        _ value: Double,
        of metric: MetricName,
        _ target: Int,
        _ time: UInt64,
        _ at: Int64
    ) -> [StageAction] {
        var actions: [StageAction] = []
        // What a pod holds before its first event must not depend on when it happens to be read.
        if let idle = lives[target]?.idle.removeValue(forKey: metric) {
            actions.append(.record(idle, of: metric, .life(target), at: 0))
            if metric == .charge { noteIdle(idle, target) }
            actions += named(idle, metric, target, at: 0)
        }
        actions.append(.record(value, of: metric, .life(target), at: at))
        actions += named(value, metric, target, at: at)
        if Self.shownMetrics.contains(metric) { lives[target]?.latest[metric] = value }
        switch metric {
        case .processesUnread where value > 0: actions += noteUnread(target, count: value, at: time)
        case .assigned: lives[target]?.assigned = Int(max(0, min(value, 1e6)))
        case .rebalanceStall: actions += noteRebalance(target, stall: value, at: time)
        default: break
        }
        return actions
    }

    private mutating func noteIdle(_ charge: Double, _ target: Int) {
        guard let variant = lives[target]?.pod.variant, charge.isFinite else { return }
        let before = variants[variant]?.idleCharge ?? 0
        variants[variant]?.idleCharge = max(before, charge)
    }

    /// What a reading of an external program means besides, since the scenario says so.
    private mutating func named(
        _ value: Double,
        _ metric: MetricName,
        _ target: Int,
        at time: Int64
    ) -> [StageAction] {
        guard let external = lives[target]?.pod.external else { return [] }
        var actions: [StageAction] = []
        // Threads were counted before the start, too; those of the first reading after it count.
        if metric == external.tasks, time > 0 {
            actions.append(.record(value, of: .tasks, .life(target), at: time))
            lives[target]?.latest[.tasks] = value
        }
        if metric == external.heap {
            actions.append(.record(value, of: .heap, .life(target), at: time))
            lives[target]?.latest[.heap] = value
        }
        if metric == external.handled { actions += counted(value, of: target, at: time) }
        return actions
    }

    /// Once in each life: what a pod holds is then known only in part.
    private mutating func noteUnread(_ target: Int, count: Double, at time: UInt64) -> [StageAction] {
        guard let life = lives[target], !life.hasUnread else { return [] }
        lives[target]?.hasUnread = true
        return note(
            "ProcessesUnread",
            of: "pod/\(life.pod.name)",
            "\(grouped(Int(min(max(count, 0), 1e6)))) of its processes cannot be read in full: what they hold is missing",
            isWarning: true,
            at: time
        )
    }

    private mutating func noteRebalance(_ target: Int, stall: Double, at time: UInt64) -> [StageAction] {
        guard let life = lives[target] else { return [] }
        let pause = Duration.milliseconds(Int64(min(max(stall, 0), 1e12)))
        return note(
            "Rebalanced",
            of: "pod/\(life.pod.name)",
            "holds \(life.assigned) partitions, stood still for \(pause.text)",
            at: time
        )
    }
}
