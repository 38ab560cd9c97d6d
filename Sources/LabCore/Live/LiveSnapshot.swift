/// What a running scenario looks like at one instant.
package struct LiveSnapshot: Sendable, Hashable {
    package var title: String
    package var run: String
    /// Wall seconds since the start.
    package var elapsed: Double
    /// Wall seconds that the run is planned to take; `nil` if it runs until it is stopped.
    package var total: Double?
    package var timeScale: Double
    /// Such as `peak`, `draining`.
    package var phase: String
    /// Of incident time, as is `achieved`.
    package var target: EventRate
    package var achieved: EventRate
    /// The unit in which the scenario has its rates; `nil` if it has none.
    package var rateUnit: RateUnit?
    /// p99 of how late the producer is against its schedule, wall milliseconds.
    package var scheduleDelayMillis: Double?
    /// Such as `embedded 127.0.0.1:41233`.
    package var broker: String
    package var variants: [LiveVariant]
    /// Why the run will be invalid; empty as long as all is well.
    package var warnings: [String]
    /// The last things that happened, newest last; as many are shown as find room.
    package var events: [TimelineEvent]
    /// What is planned next, such as `calm: 100/s`, and when: wall seconds since the start; `nil` if nothing is.
    package var next: (text: String, at: Double)? {
        get { nextText.map { ($0, nextAt) } }
        set { (nextText, nextAt) = (newValue?.text, newValue?.at ?? 0) }
    }
    private var nextText: String?
    private var nextAt = 0.0
    /// The keys that do something to the run, and what came of the last one; `nil` where there are none.
    package var keys: String?

    package init(
        title: String,
        run: String,
        elapsed: Double,
        total: Double?,
        timeScale: Double = 1,
        phase: String = "",
        target: EventRate = .zero,
        achieved: EventRate = .zero,
        rateUnit: RateUnit? = nil,
        scheduleDelayMillis: Double? = nil,
        broker: String = "",
        variants: [LiveVariant] = [],
        warnings: [String] = [],
        events: [TimelineEvent] = []
    ) {
        self.title = title
        self.run = run
        self.elapsed = elapsed
        self.total = total
        self.timeScale = timeScale
        self.phase = phase
        self.target = target
        self.achieved = achieved
        self.rateUnit = rateUnit
        self.scheduleDelayMillis = scheduleDelayMillis
        self.broker = broker
        self.variants = variants
        self.warnings = warnings
        self.events = events
    }
}

/// One variant at one instant.
package struct LiveVariant: Sendable, Hashable {
    package var name: String
    package var role: VariantRole
    package var isControl: Bool
    package var processed: Int
    /// `nil` as long as it is unknown.
    package var lag: Int?
    /// What counts towards the limit so far, bytes of all live pods together, oldest first, at equal distances of time; RSS
    /// where nothing is charged.
    package var curve: [Double] = []
    package var curveName = "RSS"
    /// What the limits of its pods allow together, bytes; `nil` without one.
    package var limit: Double?
    /// Bytes, of all live pods together, as is `heap`.
    package var rss: Double?
    /// RSS so far, oldest first, at equal distances of time.
    package var rssHistory: [Double]
    package var heap: Double?
    package var tasks: Int?
    package var tasksPerEvent: Double?
    /// What the verdict would be if the run ended now; `nil` before it was judged first.
    package var verdict: Verdict?
    /// What a verdict waits for if there is none yet, such as `warm-up, 6 s left`.
    package var open: String?
    /// Of what is beyond its limit, with or without a verdict.
    package var findings: [Finding.Kind]
    /// One word for each pod, as `kubectl get pods` has it: `Running`, `OOMKilled`, `CrashLoopBackOff`.
    package var pods: [String]
    package var restarts: Int
    /// Lives that their memory limit ended.
    package var oomKills: Int
    /// `nil` as long as it is unknown.
    package var lagStatus: LagStatus?
    /// Seconds of incident time until the lag is worked off at the present rates; `nil` if it is not shrinking, or if
    /// there is none.
    package var drainSeconds: Double?
    /// The name of the step that the variant has reached; `nil` if it takes none.
    package var segment: String?

    package init(
        name: String,
        role: VariantRole,
        isControl: Bool = false,
        processed: Int = 0,
        lag: Int? = nil,
        rss: Double? = nil,
        rssHistory: [Double] = [],
        heap: Double? = nil,
        tasks: Int? = nil,
        tasksPerEvent: Double? = nil,
        verdict: Verdict? = nil,
        open: String? = nil,
        findings: [Finding.Kind] = [],
        pods: [String] = [],
        restarts: Int = 0,
        oomKills: Int = 0,
        lagStatus: LagStatus? = nil,
        drainSeconds: Double? = nil,
        segment: String? = nil
    ) {
        self.name = name
        self.role = role
        self.isControl = isControl
        self.processed = processed
        self.lag = lag
        self.rss = rss
        self.rssHistory = rssHistory
        self.heap = heap
        self.tasks = tasks
        self.tasksPerEvent = tasksPerEvent
        self.verdict = verdict
        self.open = open
        self.findings = findings
        self.pods = pods
        self.restarts = restarts
        self.oomKills = oomKills
        self.lagStatus = lagStatus
        self.drainSeconds = drainSeconds
        self.segment = segment
    }
}
