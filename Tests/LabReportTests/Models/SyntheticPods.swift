import LabCore

/// The pods of one variant of a synthetic run: they climb, are killed, restart and climb again, and change at the
/// variant's steps.
struct SyntheticPods {
    let run: SyntheticRun
    private(set) var variant: SyntheticRun.Variant
    private(set) var timeline: [TimelineEvent] = []
    private(set) var random: SplitMix64
    private let header: VariantHeader
    private var pods: [Pod] = []
    private var segment = 0

    private struct Pod {
        var recorded: RecordedPod
        var life: RecordedLife?
        var isActive = true
        var handled = 0.0
        var backlog = 0.0
        var restartsAt = 0.0
        /// How far this life's growth is from the mean.
        var spread = 1.0
    }

    init(run: SyntheticRun, variant: SyntheticRun.Variant, random: SplitMix64) {
        self.run = run
        self.variant = variant
        self.random = random
        header = run.header(of: variant)
    }

    private var hasSteps: Bool { !header.segments.isEmpty }

    mutating func record() -> RecordedVariant {
        var recorded = RecordedVariant(header: header)
        scale(to: variant.replicas)
        var produced = 0.0
        var (lag, total, status) = (Series(), Series(), Series())
        for tick in 0...Int(run.duration / run.sampleInterval) {
            let time = Double(tick) * run.sampleInterval
            let now = run.nanoseconds(time)
            stepIfDue(at: time)
            let arriving = run.rate(at: time) * run.sampleInterval
            produced += arriving
            for index in pods.indices {
                advance(index, time: time, arriving: arriving / Double(variant.replicas))
            }
            let behind = pods.reduce(0) { $0 + $1.backlog } + run.rate(at: time) * 0.02
            lag.append(behind.rounded(), at: now)
            total.append(produced.rounded(), at: now)
            status.append(
                behind > run.rate(at: time) * 0.8 ? 2 : behind > run.rate(at: time) * 0.3 ? 1 : 0,
                at: now
            )
        }
        for index in pods.indices {
            end(index, at: run.duration + 0.4, PodExit(reason: "Completed", code: 0))
        }
        recorded.series[.lag] = lag
        if run.hasSteps { recorded.series.merge([.produced: total, .lagStatus: status]) { $1 } }
        recorded.pods = pods.map(\.recorded)
        recorded.ledger.produced = Int(produced)
        recorded.ledger.processed = Int(produced - pods.reduce(0) { $0 + $1.backlog })
        return recorded
    }

    private mutating func scale(to replicas: Int) {
        let backlog = pods.reduce(0) { $0 + $1.backlog }
        while pods.count < replicas {
            let name = "\(variant.name)-\(pods.count)"
            pods.append(Pod(recorded: RecordedPod(name: name, memoryLimit: variant.memoryLimit)))
        }
        for index in pods.indices {
            pods[index].isActive = index < replicas
            pods[index].backlog = index < replicas ? backlog / Double(replicas) : 0
        }
    }

    private mutating func stepIfDue(at time: Double) {
        guard variant.steps.indices.contains(segment), variant.steps[segment].at <= time else { return }
        let step = variant.steps[segment]
        segment += 1
        let before = variant
        variant.heapGrowth = step.heapGrowth ?? variant.heapGrowth
        variant.tasksGrowth = step.tasksGrowth ?? variant.tasksGrowth
        variant.replicas = step.replicas ?? variant.replicas
        variant.memoryLimit = step.memoryLimit ?? variant.memoryLimit
        note(time, "Step", "variant/\(variant.name)", step.name)
        for index in pods.indices { end(index, at: time, PodExit(reason: "Stopped", code: 0)) }
        if before.replicas != variant.replicas {
            note(
                time,
                "Scaled",
                "variant/\(variant.name)",
                "from \(before.replicas) to \(variant.replicas) pods"
            )
        }
        if before.memoryLimit != variant.memoryLimit, let old = before.memoryLimit,
            let new = variant.memoryLimit
        {
            note(
                time,
                "LimitChanged",
                "variant/\(variant.name)",
                "from \(ByteCount(old)) to \(ByteCount(new))"
            )
        }
        if let handler = step.handler {
            note(time, "RolledOut", "variant/\(variant.name)", "handler \(handler)")
        }
        scale(to: variant.replicas)
        for index in pods.indices { pods[index].restartsAt = time + run.sampleInterval * 2 }
    }

    private mutating func note(_ time: Double, _ reason: String, _ object: String, _ message: String) {
        timeline.append(
            TimelineEvent(at: run.nanoseconds(time), reason: reason, object: object, message: message)
        )
    }

    private mutating func end(_ index: Int, at time: Double, _ exit: PodExit) {
        guard var life = pods[index].life else { return }
        pods[index].life = nil
        life.end = run.nanoseconds(time)
        life.exit = exit
        let (handled, tasks) = (pods[index].handled, pods[index].handled * variant.tasksGrowth)
        if exit.code == 0 {
            life.sites = [
                .init(site: "IndexCache.worker", kind: "task", created: Int(handled), live: Int(tasks))
            ]
        }
        pods[index].recorded.lives.append(life)
    }

    private mutating func start(_ index: Int, at time: Double) {
        let life = pods[index].recorded.lives.count
        let now = run.nanoseconds(time)
        pods[index].handled = 0
        pods[index].spread = hasSteps ? 0.97 + Double(random.next() % 1_000) / 1_000 * 0.06 : 1
        pods[index].life = RecordedLife(
            index: life,
            segment: segment,
            pid: Int32(4_100 + life * 7),
            start: now
        )
        if hasSteps { pods[index].life?.series[.ready] = Series(times: [now + 310_000_000], values: [1]) }
        note(time, "Started", "pod/\(pods[index].recorded.name)", "life \(life)")
    }

    private mutating func advance(_ index: Int, time: Double, arriving: Double) {
        guard pods[index].isActive else { return }
        pods[index].backlog += arriving
        if pods[index].life == nil {
            guard time >= pods[index].restartsAt else { return }
            start(index, at: time)
        }
        let events = min(
            pods[index].backlog,
            variant.capacity / Double(variant.replicas) * run.sampleInterval
        )
        pods[index].backlog -= events
        pods[index].handled += events
        let charge = sample(index, at: run.nanoseconds(time))
        if let limit = variant.memoryLimit, charge > Double(limit) { kill(index, at: time, limit) }
    }

    /// - Returns: the charge, bytes.
    private mutating func sample(_ index: Int, at now: Int64) -> Double {
        guard var life = pods[index].life else { return 0 }
        pods[index].life = nil
        defer { pods[index].life = life }
        let handled = pods[index].handled
        let growth = variant.heapGrowth * pods[index].spread * handled
        let noise = Double(random.next() % 1_000) / 1_000
        let heap = 6.2 * 0x1p20 + growth + noise * 40_000
        let charge = 10.2 * 0x1p20 + growth * variant.chargeShare + noise * 40_000
        life.series[.heap, default: Series()].append(heap, at: now)
        life.series[.charge, default: Series()].append(charge, at: now)
        life.series[.rss, default: Series()].append(
            growth * variant.rssShare + (heap - growth) * 0.62 + 22 * 0x1p20 + noise * 90_000,
            at: now
        )
        life.series[.tasks, default: Series()].append((handled * variant.tasksGrowth).rounded(), at: now)
        life.series[.processed, default: Series()].append(handled.rounded(), at: now)
        life.series[.threads, default: Series()].append(7, at: now)
        if let queries = variant.queriesPerEvent {
            life.series[.queries, default: Series()].append((handled * queries).rounded(.up), at: now)
        }
        if let entries = variant.entries {
            life.series[.entries, default: Series()].append(
                entries(Double(now) / 1e9, handled).rounded(),
                at: now
            )
        }
        return charge
    }

    private mutating func kill(_ index: Int, at time: Double, _ limit: Int64) {
        let (pod, handled) = (pods[index].recorded.name, Int(pods[index].handled))
        timeline.append(
            TimelineEvent(
                at: run.nanoseconds(time),
                isWarning: true,
                reason: "OOMKilled",
                object: "pod/\(pod)",
                message: "memory charge reached \(ByteCount(limit)) after \(grouped(handled)) events"
            )
        )
        end(index, at: time, PodExit(reason: "OOMKilled", code: 137, peakCharge: limit))
        pods[index].restartsAt = time + variant.restart
        guard hasSteps else { return }
        timeline.append(
            TimelineEvent(
                at: run.nanoseconds(time),
                isWarning: true,
                reason: "BackOff",
                object: "pod/\(pod)",
                message: "restart in \(Duration.seconds(variant.restart).text)"
            )
        )
    }
}

extension MetricName {
    static let queries = MetricName("catalogueQueries")
    static let entries = MetricName("entries")
}
