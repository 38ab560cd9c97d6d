import LabAnalysis
import LabCluster
import LabCore
import LabTelemetry

@testable import LabEngine

/// A stage that things happen to, with everything that followed from them.
///
/// Times are seconds of the monotonic clock; the stage's zero is at 100 s.
struct StagedRun {
    var state: StageState
    let plans: [VariantPlan]
    private(set) var actions: [StageAction] = []

    static let zero = 100.0

    /// Of the suspect `per-event` and the fix `singleton`, with two pods each.
    init(_ assignments: [String] = ["pods.replicas=2"]) throws {
        let scenario = try TestScenario.make(assignments)
        plans = RunPlan(id: "20241121-040405-abcd", scenario: scenario).variants
        state = StageState(plans)
    }

    static func clock(_ seconds: Double) -> UInt64 { UInt64((seconds * 1e9).rounded()) }

    mutating func begin() { take { $0.begin(RunClock(zero: Self.clock(Self.zero))) } }

    mutating func take(_ input: (inout StageState) -> [StageAction]) { actions += input(&state) }

    /// What followed since the last time it was asked.
    mutating func followed() -> [StageAction] {
        defer { actions = [] }
        return actions
    }

    // MARK: - Pods

    static func pod(
        _ name: String = "per-event-0",
        segment: Int = 0,
        external: ExternalProgram? = nil
    ) -> PodSpecification {
        let parts = name.split(separator: "-")
        return PodSpecification(
            name: name,
            variant: parts.dropLast().joined(separator: "-"),
            ordinal: Int(parts.last ?? "") ?? 0,
            segment: segment,
            memoryLimit: .mebibytes(64),
            restart: RestartPolicy(condition: .always),
            gracePeriod: .zero,
            external: external
        ) { _ in ChildProcess(executable: "/bin/true", arguments: [], logPath: "/dev/null") }
    }

    mutating func start(_ pod: PodSpecification = pod(), life: Int = 0, at seconds: Double) {
        take { $0.podStarted(pod, life: life, pid: Int32(40 + life), at: Self.clock(seconds)) }
    }

    mutating func end(
        _ reason: String = "OOMKilled",
        code: Int32 = 137,
        of pod: PodSpecification = pod(),
        life: Int = 0,
        processed: Int = 0,
        at seconds: Double
    ) {
        let exit = PodExit(reason: reason, code: code)
        let last = LifeReading(processed: processed)
        take { $0.podEnded(pod, life: life, exit: exit, last: last, at: Self.clock(seconds)) }
    }

    mutating func lose(_ pod: PodSpecification = pod(), life: Int = 0, killed: Double, at seconds: Double) {
        take { $0.podLostProcess(pod, life: life, killed: Self.clock(killed), at: Self.clock(seconds)) }
    }

    mutating func sample(_ value: Double, of metric: MetricName, target: Int = 1, at seconds: Double) {
        take { $0.sampled(value, of: metric, target: target, at: Self.clock(seconds)) }
    }

    // MARK: - Rounds

    static func ledger(produced: Int, processed: Int, lag: [Int]) -> LedgerReading {
        var totals = LedgerTotals()
        (totals.produced, totals.processed, totals.lag) = (produced, processed, lag.reduce(0, +))
        let partitions = lag.enumerated().map { index, lag in
            LagObservation(
                partition: Int32(index),
                committedOffset: Int64(processed),
                endOffset: Int64(processed + lag),
                lag: lag
            )
        }
        return LedgerReading(totals: totals, partitions: partitions)
    }

    mutating func round(
        _ ledgers: [String: LedgerReading] = [:],
        pages: [Int: LifeReading] = [:],
        at seconds: Double
    ) {
        take { $0.roundEnded(at: Self.clock(seconds), ledgers: ledgers, pages: pages) }
    }

    func glance(_ variant: Int = 0) -> VariantGlance { state.glance(at: plans[variant], LedgerTotals()) }
}

extension [StageAction] {
    /// What was recorded, as `subject metric value at`; whole milliseconds.
    var records: [String] {
        compactMap { action in
            guard case .record(let value, let metric, let subject, let time) = action else { return nil }
            let owner =
                switch subject {
                case .life(let target): "#\(target)"
                case .variant(let name), .process(let name): name
                }
            return "\(owner) \(metric.rawValue) \(value) at \(time / 1_000_000)"
        }
    }

    /// The timeline, as `reason object message`, with `!` before warnings.
    var events: [String] {
        compactMap { action in
            guard case .event(let event) = action else { return nil }
            return "\(event.isWarning ? "!" : "")\(event.reason) \(event.object) \(event.message)"
        }
    }

    /// The beginnings, ends and kills of lives, and what the sampler is asked for, in order; whole milliseconds.
    var lives: [String] {
        compactMap { action in
            switch action {
            case .startSampling(let target): "sample #\(target)"
            case .stopSampling(let target): "leave #\(target)"
            case .lifeStarted(let target, let life):
                "#\(target) is \(life.pod) life \(life.life) at \(life.start / 1_000_000)"
            case .lifeEnded(let target, let exit, _, _, let time):
                "#\(target) \(exit.reason) at \(time / 1_000_000)"
            case .processKilled(let target, let time): "#\(target) lost a process at \(time / 1_000_000)"
            case .record, .event, .describe, .lifeObserved, .setLedger: nil
            }
        }
    }
}
