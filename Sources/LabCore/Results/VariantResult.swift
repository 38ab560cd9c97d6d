/// What a run found out about one variant.
package struct VariantResult: Codable, Hashable, Sendable {
    package var name: String
    package var role: VariantRole
    package var control: Bool
    package var events: Events
    package var load: Load
    package var latency: Latency
    package var eventAge: EventAge
    package var lag: Lag
    package var rss: Memory
    package var heap: Memory
    package var charge: Memory
    package var tasks: Tasks
    package var cpu: CPU
    package var pods: [Pod]
    package var timeToOOM: TimeToOOM
    package var findings: [Finding]
    /// The verdict is `leaking`, or a finding is beyond its limit.
    package var flagged: Bool
    package var verdict: Verdict
    package var because: [String]
    /// What would decide an inconclusive verdict; empty for the others.
    @AddedList package var undecided: [String]
    @NullCoded package var smallestDetectableBytesPerEvent: Double?
    package var evidence: [Evidence]
    /// From one step of the scenario to the next, in order; at least one.
    @AddedList package var segments: [Segment]
    /// The incident's own counters and gauges, by name.
    @AddedList package var metrics: [Metric]
    /// What the pods hold besides memory and tasks: descriptors, threads, and gauges that the scenario names.
    @AddedList package var resources: [Resource]
    /// The words of the command that its pods ran; `null` for a handler.
    @NullCoded package var command: String?
    /// `null` if no life was long enough to look, and in results of before it was looked for.
    @NullCoded package var warmUp: WarmUp?
    /// `null` if the run ended before its load did, and in results of before it was recorded.
    @NullCoded package var drain: Drain?
    /// `null` for a handler, and in results of before it was found out.
    @NullCoded package var runtime: Runtime?
    /// Where the live heap grew, by heap profiles; the key is not there without them.
    package var heapGrowth: HeapGrowth?

    /// Of the life that took longest, wall seconds since it began.
    package struct WarmUp: Codable, Hashable, Sendable {
        /// What the scenario asked to be left out; `null` if it asked for what is found.
        @NullCoded package var givenSeconds: Double?
        /// From where on memory and tasks followed a straight line; `null` if they had not half-way.
        @NullCoded package var foundSeconds: Double?
        package var usedSeconds: Double

        package init(givenSeconds: Double?, foundSeconds: Double?, usedSeconds: Double) {
            self.givenSeconds = givenSeconds
            self.foundSeconds = foundSeconds
            self.usedSeconds = usedSeconds
        }
    }

    package struct Events: Codable, Hashable, Sendable {
        package var produced = 0
        package var processed = 0
        /// Exact; `null` for a command, of which nobody knows what became of an event.
        @NullCoded package var lost: Int? = 0
        /// A lower bound, short by at most the pod's concurrency for each kill; `null` for a command.
        @NullCoded package var duplicated: Int? = 0
        /// `null` for a command.
        @NullCoded package var failed: Int? = 0
        /// Confirmed by the broker, and not readable as what was produced; `null` for a command, here and below.
        @NullCoded package var corrupt: Int? = 0
        /// Read after an event of the same partition that was produced later.
        @NullCoded package var outOfOrder: Int? = 0
        /// Read from another partition than that to which they were written.
        @NullCoded package var wrongPartition: Int? = 0
        /// Read though the broker had not confirmed them, second copies left out.
        @NullCoded package var unexpected: Int? = 0
        @AddedList package var partitions: [Partition] = []
        package init() {}

        /// For a command: the books hold what its group committed, and that is all.
        package mutating func forgetSingleEvents() {
            (lost, duplicated, failed) = (nil, nil, nil)
            (corrupt, outOfOrder, wrongPartition, unexpected) = (nil, nil, nil, nil)
            for index in partitions.indices { partitions[index].forgetSingleEvents() }
        }
    }

    package struct Load: Codable, Hashable, Sendable {
        package var targetPerHour = 0.0
        package var achievedPerHour = 0.0
        @NullCoded package var scheduleDelayP99Millis: Double?
        package init() {}
    }

    /// From the intended send time to the end of the handler.
    package struct Latency: Codable, Hashable, Sendable {
        @NullCoded package var p50Millis: Double?
        @NullCoded package var p99Millis: Double?
        @NullCoded package var maxMillis: Double?
        package init() {}
    }

    /// From the intended send time to the start of the handler, in incident time.
    package struct EventAge: Codable, Hashable, Sendable {
        @NullCoded package var p50Seconds: Double?
        @NullCoded package var p99Seconds: Double?
        @NullCoded package var maxSeconds: Double?
        package init() {}
    }

    package struct Lag: Codable, Hashable, Sendable {
        package var peak = 0
        package var final = 0
        @NullCoded package var drainSeconds: Double?
        /// The state while events were produced last, and the worst one that was seen.
        @NullCoded package var status: LagStatus?
        @NullCoded package var worstStatus: LagStatus?
        /// Incident time spent in each state but `ok`.
        @NullCoded package var laggingSeconds: Double?
        @NullCoded package var stalledSeconds: Double?
        @NullCoded package var stoppedSeconds: Double?
        package init() {}
    }

    package struct Memory: Codable, Hashable, Sendable {
        @NullCoded package var startBytes: Double?
        @NullCoded package var peakBytes: Double?
        @NullCoded package var endBytes: Double?
        @NullCoded package var bytesPerEvent: Estimate?
        package init() {}
    }

    package struct Tasks: Codable, Hashable, Sendable {
        package var peak = 0
        package var end = 0
        /// Events of which at least one task was still alive at the end, found without the handler's help;
        /// detached tasks are not covered.
        package var outlivingTheirEvent = 0
        @NullCoded package var perEvent: Estimate?
        package var sites: [Site] = []
        package init() {}
    }

    package struct Site: Codable, Hashable, Sendable {
        package var site: String
        /// `task` or `instance`.
        package var kind: String
        package var created: Int
        package var live: Int

        package init(site: String, kind: String, created: Int, live: Int) {
            self.site = site
            self.kind = kind
            self.created = created
            self.live = live
        }
    }

    package struct CPU: Codable, Hashable, Sendable {
        @NullCoded package var secondsPerMillionEvents: Double?
        package init() {}
    }

    package struct Pod: Codable, Hashable, Sendable {
        package var name: String
        @NullCoded package var memoryLimitBytes: Int64?
        package var restarts: Int
        /// Of the pod, and of other processes of it while it lived on.
        package var oomKills: Int
        package var exits: [Exit]
        /// Of these kills, those that hit another process than the pod's first one; `null` in results of before they
        /// were counted.
        @NullCoded package var workerOOMKills: Int?
        /// The same one by one, in order.
        @AddedList package var workerKills: [WorkerKill]
        /// The most processes that were seen at once; `null` in results of before they were counted.
        @NullCoded package var processes: Int?
        /// The most at once of which something could not be read: they are missing in what the pod held.
        @NullCoded package var processesUnread: Int?
        /// That its lives were given to listen at, in order; empty where the scenario has no “{{port}}”.
        @AddedList package var ports: [Int]

        package init(
            name: String,
            memoryLimitBytes: Int64?,
            restarts: Int,
            oomKills: Int,
            exits: [Exit],
            workerKills: [WorkerKill] = [],
            processes: Int = 1,
            processesUnread: Int = 0,
            ports: [Int] = []
        ) {
            self.name = name
            self.memoryLimitBytes = memoryLimitBytes
            self.restarts = restarts
            self.oomKills = oomKills
            self.exits = exits
            workerOOMKills = workerKills.count
            self.workerKills = workerKills
            self.processes = processes
            self.processesUnread = processesUnread
            self.ports = ports
        }
    }

    /// The kernel killed a process of a pod for memory, and the pod's first process was not it.
    package struct WorkerKill: Codable, Hashable, Sendable {
        /// Seconds of incident time since the start of the run.
        package var at: Double
        /// The number of the pod's life.
        package var life: Int

        package init(at: Double, life: Int) {
            self.at = at
            self.life = life
        }
    }

    package struct Exit: Codable, Hashable, Sendable {
        /// Seconds of incident time since the start of the run.
        package var at: Double
        /// `Completed`, `OOMKilled`, `Error`, `Killed`, `Stopped`: the words of the kubelet where it has one.
        package var reason: String
        /// As a shell tells it: the exit code, or 128 plus the signal.
        package var code: Int32
        /// The highest charge of that life as the kernel saw it.
        @NullCoded package var peakChargeBytes: Int64?

        package init(at: Double, reason: String, code: Int32, peakChargeBytes: Int64? = nil) {
            self.at = at
            self.reason = reason
            self.code = code
            self.peakChargeBytes = peakChargeBytes
        }
    }

    package struct TimeToOOM: Codable, Hashable, Sendable {
        @NullCoded package var limitBytes: Int64?
        /// Seconds of incident time under the load of the scenario, from the first event of a life until its charge reaches the
        /// limit; `null` for never or unknown.
        @NullCoded package var seconds: Double?
        /// Pods were killed at the limit: the median of what their lives took, and not a prediction.
        @NullCoded package var observed: Bool?
        package init() {}
    }

    package init(name: String, role: VariantRole, control: Bool) {
        self.name = name
        self.role = role
        self.control = control
        events = Events()
        load = Load()
        latency = Latency()
        eventAge = EventAge()
        lag = Lag()
        rss = Memory()
        heap = Memory()
        charge = Memory()
        tasks = Tasks()
        cpu = CPU()
        pods = []
        timeToOOM = TimeToOOM()
        findings = []
        flagged = false
        verdict = .inconclusive
        because = []
        undecided = []
        smallestDetectableBytesPerEvent = nil
        evidence = []
        segments = []
        metrics = []
        resources = []
        command = nil
        warmUp = nil
        runtime = nil
    }
}

package enum VariantRole: String, Codable, Sendable, CaseIterable {
    /// Runs the code under suspicion; must be flagged.
    case suspect
    /// Buys time without removing the cause.
    case mitigation
    /// Removes the cause.
    case fix
}

package enum Verdict: String, Codable, Sendable, CaseIterable {
    case leaking
    case bounded
    case inconclusive
}

/// An effect size with its confidence interval.
package struct Estimate: Codable, Hashable, Sendable {
    package var estimate: Double
    package var low: Double
    package var high: Double

    package init(estimate: Double, low: Double, high: Double) {
        self.estimate = estimate
        self.low = low
        self.high = high
    }
}

/// One line of a verdict's working: what was measured, how, and against what.
package struct Evidence: Codable, Hashable, Sendable {
    /// `tasks`, `instances`, `outliving`, `heap`, `rss`, `charge`, or the name of a resource such as `descriptors`.
    package var metric: String
    /// What the estimate is compared with: `threshold` alone, or the name of the control variant.
    package var against: String
    package var unit: String
    /// Number of windows (or, for exact counts, of lives).
    package var n: Int
    /// Length of a window in wall seconds; `null` for exact counts.
    @NullCoded package var windowSeconds: Double?
    @NullCoded package var estimate: Estimate?
    package var threshold: Double
    /// `leaking`, `bounded`, `inconclusive`, or `reported` if the metric is shown but not judged.
    package var says: String

    package init(
        metric: String,
        against: String,
        unit: String,
        n: Int,
        windowSeconds: Double?,
        estimate: Estimate?,
        threshold: Double,
        says: String
    ) {
        self.metric = metric
        self.against = against
        self.unit = unit
        self.n = n
        self.windowSeconds = windowSeconds
        self.estimate = estimate
        self.threshold = threshold
        self.says = says
    }
}

// MARK: - Over all pods

extension VariantResult {
    package var restarts: Int { pods.reduce(0) { $0 &+ $1.restarts } }

    package var oomKills: Int { pods.reduce(0) { $0 &+ $1.oomKills } }

    /// Those of these that a pod's first process outlived.
    package var workerOOMKills: Int { pods.reduce(0) { $0 &+ ($1.workerOOMKills ?? 0) } }
}
