import LabCluster
import LabCore
import LabTelemetry

/// What is known of one stage while it runs: takes what happens, and returns what follows from it.
///
/// A value that reads neither clock nor file. Times that are passed in are CLOCK_MONOTONIC, nanoseconds. The actions are
/// to be performed in their order, and before anything else happens: a life's series can be recorded only once
/// ``StageAction/lifeStarted(_:_:)`` was performed.
struct StageState: Sendable {
    /// `nil` until the recording begins.
    private(set) var clock: RunClock?
    var pods: [String: Pod] = [:]
    /// By the numbers under which the sampler reads them, as are processes.
    var lives: [Int: Life] = [:]
    var processes: [Int: Process] = [:]
    var variants: [String: Variant]
    /// The names of the variants, in the scenario's order.
    let variantNames: [String]
    /// What pods and companions said of their metrics; those that began before the recording did say it once.
    var descriptions: [MetricName: MetricDescription] = [:]
    var lastObservation: UInt64 = 0
    var isSamplingOver = false
    /// The last few of the timeline, oldest first, for the live display.
    private(set) var latestEvents: [TimelineEvent] = []
    private var lastTarget = 0
    /// Warnings of the time before the recording: what fails once and for all fails early.
    private var earlyWarnings: [TimelineEvent] = []

    static let shownEvents = 8
    private static let mostEarlyWarnings = 100

    init(_ variants: [VariantPlan]) {
        variantNames = variants.map(\.name)
        self.variants = Dictionary(uniqueKeysWithValues: variants.map { ($0.name, Variant(plan: $0)) })
    }

    /// A number for the sampler that was not in use before.
    mutating func nextTarget() -> Int {
        lastTarget += 1
        return lastTarget
    }

    /// From now on everything is recorded, the lives that have begun already included.
    mutating func begin(_ clock: RunClock) -> [StageAction] {
        self.clock = clock
        let known = descriptions.sorted { $0.key < $1.key }.map { StageAction.describe($0.key, as: $0.value) }
        let lives = lives.keys.sorted().reduce(into: known) { $0 += register($1, clock) }
        defer { earlyWarnings = [] }
        return lives + earlyWarnings.map { add($0) }
    }

    /// What makes a life part of the recording.
    mutating func register(_ target: Int, _ clock: RunClock) -> [StageAction] {
        guard let life = lives[target] else { return [] }
        let start = max(0, clock.time(ofMonotonic: life.startedAt))
        let started = StartedLife(
            variant: life.pod.variant,
            pod: life.pod.name,
            ordinal: life.pod.ordinal,
            memoryLimit: life.pod.memoryLimit?.bytes,
            life: life.number,
            segment: life.pod.segment,
            pid: life.pid,
            start: start
        )
        let kills = life.earlyKills.map {
            StageAction.processKilled(target, at: max(0, clock.time(ofMonotonic: $0)))
        }
        let event = TimelineEvent(
            at: start,
            reason: "Started",
            object: "pod/\(life.pod.name)",
            message: life.words
        )
        let port = life.port.map { StageAction.record(Double($0), of: .port, .life(target), at: start) }
        return [.lifeStarted(target, started)] + [port].compactMap(\.self) + kills + [add(event)]
    }

    /// Adds something to the timeline.
    ///
    /// With `keepsEarly` a warning of the time before the recording comes at its beginning.
    /// - Returns: nothing before the recording has begun.
    mutating func note(
        _ reason: String,
        of object: String,
        _ message: String,
        isWarning: Bool = false,
        keepsEarly: Bool = false,
        at now: UInt64
    ) -> [StageAction] {
        let event = TimelineEvent(
            at: clock?.time(ofMonotonic: now) ?? 0,
            isWarning: isWarning,
            reason: reason,
            object: object,
            message: message
        )
        guard clock == nil else { return [add(event)] }
        if keepsEarly, isWarning, earlyWarnings.count < Self.mostEarlyWarnings { earlyWarnings.append(event) }
        return []
    }

    /// A client has met something at the brokers.
    mutating func brokerNews(_ news: BrokerNews, of object: String) -> [StageAction] {
        note(news.kind.rawValue, of: object, news.message, isWarning: news.isWarning, at: news.at)
    }

    private mutating func add(_ event: TimelineEvent) -> StageAction {
        latestEvents.append(event)
        if latestEvents.count > Self.shownEvents { latestEvents.removeFirst() }
        return .event(event)
    }
}
