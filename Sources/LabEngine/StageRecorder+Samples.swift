import LabAnalysis
import LabCluster
import LabCore
import LabRecording
import LabTelemetry
import Synchronization

extension StageRecorder: SampleSink {
    func described(_ metric: MetricName, as description: MetricDescription, target: Int) {
        state.withLock { state in
            // A process of the lab's own may call something else by the same name.
            guard state.processes[target].map({ $0.variant != nil }) ?? true,
                state.descriptions[metric] == nil
            else { return }
            state.descriptions[metric] = description
            state.recording?.recorder.describe(metric, as: description)
        }
    }

    func sampled(_ value: Double, of metric: MetricName, target: Int, at time: UInt64) {
        state.withLock { state in
            guard !state.isOver else { return }
            guard let (recorder, clock) = state.recording, clock.time(ofMonotonic: time) >= 0 else {
                state.lives[target]?.idle[metric] = value
                return
            }
            let at = clock.time(ofMonotonic: time)
            if let subject = state.lives[target]?.subject {
                // What a pod holds before its first event must not depend on when it happens to be read.
                if let idle = state.lives[target]?.idle.removeValue(forKey: metric) {
                    recorder.record(idle, of: metric, subject: subject, at: 0)
                }
                recorder.record(value, of: metric, subject: subject, at: at)
                if metric == state.lives[target]?.pod.foreign?.tasks {
                    recorder.record(value, of: .tasks, subject: subject, at: at)
                    state.lives[target]?.latest[.tasks] = value
                }
                if metric == .processesUnread, value > 0 { Self.noteUnread(target, count: value, in: &state) }
                if metric == .assigned { state.lives[target]?.assigned = Int(max(0, min(value, 1e6))) }
                if metric == .rebalanceStall { Self.noteRebalance(target, stall: value, in: &state) }
                if Self.shownMetrics.contains(metric) { state.lives[target]?.latest[metric] = value }
            } else if let process = state.processes[target] {
                let owner = metric.isOfIncident ? process.variant : nil
                let subject = owner.map(recorder.variant) ?? recorder.process(process.name)
                recorder.record(value, of: metric, subject: subject, at: at)
                state.processes[target]?.latest[metric] = value
            }
        }
    }

    func roundEnded(at time: UInt64) {
        state.withLock { state in
            guard let (recorder, clock) = state.recording else { return }
            let at = clock.time(ofMonotonic: time)
            guard at >= 0 else { return }
            let scheduled = state.processes.values.first { $0.name == "producer" }?.latest[.scheduled]
            let isObservationDue = time - state.lastObservation > 1_000_000_000
            for (name, ledger) in ledgers {
                let subject = recorder.variant(name)
                let totals = ledger.totals
                Self.watchLag(of: name, ledger, at: at, in: &state, recorder)
                recorder.record(Double(totals.produced), of: .produced, subject: subject, at: at)
                recorder.record(Double(totals.lag), of: .lag, subject: subject, at: at)
                if let scheduled { recorder.record(scheduled, of: .scheduled, subject: subject, at: at) }
                if isObservationDue { recorder.setLedger(LedgerCounts(soFar: totals), variant: name) }
            }
            if isObservationDue {
                state.lastObservation = time
                Self.observe(&state, recorder, at: at)
            }
        }
    }

    /// The pods are about to be stopped: what they look like while they end is not recorded.
    func endSampling() { state.withLock { $0.isOver = true } }

    /// What a lab that is killed would otherwise take with it.
    static func observe(_ state: inout State, _ recorder: RunRecorder, at time: Int64) {
        for (id, life) in state.lives {
            guard let subject = life.subject else { continue }
            let page = PageContents(path: life.pagePath)
            let latency = page.latency
            state.lives[id]?.toldLatency = latency
            tell(latency.since(life.toldLatency), of: subject, to: recorder, at: time)
            recorder.lifeObserved(
                subject,
                sites: page.sites,
                latency: latency,
                eventAge: page.eventAge,
                quiescentFrom: state.quiescentFrom[life.pod.variant]
            )
        }
    }

    /// What the events of the last second or so took; nothing where there were none.
    private static func tell(
        _ latency: HistogramSnapshot,
        of subject: SubjectID,
        to recorder: RunRecorder,
        at time: Int64
    ) {
        for (metric, share) in [(MetricName.latencyP50, 0.5), (.latencyP99, 0.99)] {
            guard let microseconds = latency.interpolatedQuantile(share) else { continue }
            recorder.record(microseconds / 1_000, of: metric, subject: subject, at: time)
        }
    }

    /// The variant has handled all there was, and its prefetch is empty.
    func markQuiescent(_ variant: String) {
        state.withLock { state in
            guard let (_, clock) = state.recording, state.quiescentFrom[variant] == nil else { return }
            state.quiescentFrom[variant] = clock.now
        }
    }

    /// Once in each life: what a pod holds is then known only in part.
    static func noteUnread(_ id: Int, count: Double, in state: inout State) {
        guard let life = state.lives[id], !life.hasUnread else { return }
        state.lives[id]?.hasUnread = true
        note(
            "ProcessesUnread",
            of: "pod/\(life.pod.name)",
            "\(grouped(Int(min(max(count, 0), 1e6)))) of its processes cannot be read in full: what they hold is missing",
            isWarning: true,
            in: &state
        )
    }

    static func noteRebalance(_ id: Int, stall: Double, in state: inout State) {
        guard let life = state.lives[id] else { return }
        let pause = Duration.milliseconds(Int64(min(max(stall, 0), 1e12)))
        note(
            "Rebalanced",
            of: "pod/\(life.pod.name)",
            "holds \(life.assigned) partitions, stood still for \(pause.text)",
            in: &state
        )
    }

    static func watchLag(
        of variant: String,
        _ ledger: Ledger,
        at time: Int64,
        in state: inout State,
        _ recorder: RunRecorder
    ) {
        let isAlive = state.lives.values.contains { $0.pod.variant == variant }
        var watch = state.lag[variant] ?? LagWatch(partitions: ledger.partitionCount)
        let change = watch.observe(ledger, at: time, isAlive: isAlive)
        state.lag[variant] = watch
        if let status = watch.newReading {
            recorder.record(
                Double(status.severity),
                of: .lagStatus,
                subject: recorder.variant(variant),
                at: time
            )
        }
        guard let change else { return }
        note(
            "LagStatus",
            of: "variant/\(variant)",
            "\(change.old.rawValue) → \(change.new.rawValue), lag \(grouped(watch.lag))",
            isWarning: change.new > change.old,
            in: &state
        )
    }

    /// The largest lag of each partition that was seen, events.
    func peakLags(of variant: String) -> [Int] { state.withLock { $0.lag[variant]?.peaks ?? [] } }
}

extension LedgerCounts {
    /// What the books say while events are under way: nothing counts as lost yet.
    fileprivate init(soFar totals: LedgerTotals) {
        self.init()
        produced = totals.produced
        processed = totals.processed
        duplicated = totals.duplicated
        failed = totals.failed
    }
}
