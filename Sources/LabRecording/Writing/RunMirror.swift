import LabCore
import Synchronization

/// What was recorded of a run so far, in memory, for who judges it while it goes on.
///
/// Each series has bounded room, so that neither the memory that this takes nor the time to judge it grows with the
/// length of the run.
final class RunMirror: Sendable {
    private typealias SeriesByMetric = [MetricName: ThinnedSeries]

    private struct MirroredLife {
        var record: LifeRecord
        var life: RecordedLife
    }

    private struct State {
        /// Without series and pods.
        var run: RecordedRun
        /// By number of the subject, as are the others.
        var series: [Int64: SeriesByMetric] = [:]
        var variants: [Int64: String] = [:]
        var processes: [Int64: String] = [:]
        var lives: [Int64: MirroredLife] = [:]
        var endedLives = 0
    }

    /// Readings of a series of a life that goes on, of a variant, or of a process.
    private static let samples = 2_400
    /// Of a life that is over, and of one after so many others.
    private static let samplesOfEnded = 300
    private static let samplesOfMany = 75
    private static let manyLives = 100
    private static let events = 500

    private let state: Mutex<State>

    init(_ header: RunHeader) {
        let variants = header.variants.map { RecordedVariant(header: $0) }
        state = Mutex(State(run: RecordedRun(header: header, state: .recording, variants: variants)))
    }

    /// The run as it would be read if the recording ended now, long series thinned.
    var run: RecordedRun {
        let state = state.withLock { $0 }
        var run = state.run
        for (subject, name) in state.processes { run.processes[name] = Self.series(of: subject, in: state) }
        for index in run.variants.indices {
            let name = run.variants[index].header.name
            if let subject = state.variants.first(where: { $0.value == name })?.key {
                run.variants[index].series = Self.series(of: subject, in: state)
            }
            run.variants[index].pods = Self.pods(of: name, in: state)
        }
        return run
    }

    private static func series(of subject: Int64, in state: State) -> [MetricName: Series] {
        state.series[subject]?.mapValues(\.series) ?? [:]
    }

    private static func pods(of variant: String, in state: State) -> [RecordedPod] {
        let lives = state.lives.filter { $0.value.record.variant == variant }.sorted {
            let (one, other) = ($0.value.record, $1.value.record)
            return (one.ordinal, one.pod, one.life) < (other.ordinal, other.pod, other.life)
        }
        return lives.reduce(into: []) { pods, entry in
            let (record, number) = (entry.value.record, entry.key)
            if pods.last?.name != record.pod {
                pods.append(RecordedPod(name: record.pod, memoryLimit: record.memoryLimit))
            }
            var life = entry.value.life
            life.series = series(of: number, in: state)
            pods[pods.count - 1].lives.append(life)
        }
    }

    // MARK: - Recording

    func variant(_ name: String, is subject: Int64) { state.withLock { $0.variants[subject] = name } }

    func process(_ name: String, is subject: Int64) { state.withLock { $0.processes[subject] = name } }

    func lifeStarted(_ record: LifeRecord, is subject: Int64) {
        let life = RecordedLife(
            index: Int(record.life),
            segment: Int(record.segment ?? 0),
            pid: record.pid,
            start: record.start
        )
        state.withLock { $0.lives[subject] = MirroredLife(record: record, life: life) }
    }

    func append(_ value: Double, of metric: MetricName, subject: Int64, at time: Int64) {
        guard value.isFinite else { return }
        state.withLock { state in
            let empty = ThinnedSeries(keeping: Self.samples)
            state.series[subject, default: [:]][metric, default: empty].append(value, at: time)
        }
    }

    /// What a metric is counts from the first one who says it.
    func describe(_ metric: MetricName, as description: MetricDescription) {
        state.withLock { state in
            if state.run.metrics[metric] == nil { state.run.metrics[metric] = description }
        }
    }

    func apply(_ change: Change) {
        state.withLock { state in
            switch change {
            case .lifeObserved(let subject, let observation): Self.note(observation, of: subject, in: &state)
            case .lifeEnded(let subject, let time, let exit): Self.end(subject, at: time, exit, in: &state)
            case .processKilled(let subject, let time):
                state.lives[subject]?.life.processKills.append(time)
            case .event(let event): Self.append(event, to: &state)
            case .header(let header): Self.revise(header, in: &state)
            case .ledger(let name, let counts, let partitions, let drain):
                guard let index = state.run.variants.firstIndex(where: { $0.header.name == name }) else {
                    return
                }
                state.run.variants[index].ledger = counts
                state.run.variants[index].partitions = partitions
                state.run.variants[index].drain = drain
            case .scheduleDelay(let delay): state.run.scheduleDelay = delay
            case .productionEnded(let time): state.run.productionEnded = time
            case .until(let until): state.run.until = until
            case .problem(let text): state.run.invalidBecause.append(text)
            case .metric, .subject, .lifeStarted: break
            }
        }
    }

    private static func note(_ observation: LifeObservation, of subject: Int64, in state: inout State) {
        state.lives[subject]?.life.sites = observation.sites
        state.lives[subject]?.life.latency = observation.latency
        state.lives[subject]?.life.eventAge = observation.eventAge
        state.lives[subject]?.life.quiescentFrom = observation.quiescentFrom
    }

    private static func end(_ subject: Int64, at time: Int64, _ exit: PodExit, in state: inout State) {
        state.lives[subject]?.life.end = time
        state.lives[subject]?.life.exit = exit
        state.endedLives += 1
        let limit = state.endedLives > manyLives ? samplesOfMany : samplesOfEnded
        state.series[subject] = state.series[subject]?.mapValues {
            ThinnedSeries($0.series.thinned(to: limit), keeping: samples)
        }
    }

    private static func revise(_ header: RunHeader, in state: inout State) {
        state.run.header = header
        for (index, variant) in header.variants.enumerated() where state.run.variants.indices.contains(index)
        {
            state.run.variants[index].header = variant
        }
    }

    private static func append(_ event: TimelineEvent, to state: inout State) {
        state.run.timeline.append(event)
        if state.run.timeline.count > events { state.run.timeline.removeFirst(events / 2) }
    }
}
