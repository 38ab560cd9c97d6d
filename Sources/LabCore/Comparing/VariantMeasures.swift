/// What a comparison needs to know of one variant of a run.
package struct VariantMeasures: Codable, Hashable, Sendable {
    package var name: String
    package var role: VariantRole
    package var control: Bool
    /// One sentence: what this variant does differently.
    package var summary: String
    package var verdict: Verdict
    package var flagged: Bool
    package var because: [String]
    package var processed: Int
    /// `null` for a command, of which nobody knows what became of an event.
    @NullCoded package var lost: Int?
    /// `null` for a command, and in files of before it was kept, as all of what follows down to the tasks.
    @NullCoded package var failed: Int?
    package var oomKills: Int
    /// Of these, those after which the pod went on; not there in older files.
    package var workerOOMKills: Int?
    @NullCoded package var restarts: Int?
    @AddedList package var findings: [Finding]
    @AddedList package var resources: [VariantResult.Resource]
    /// What is reported of every pod beside what its program does, for each event, by the metric's name; not there in
    /// older files.
    package var reported: [String: Double]?
    /// What a verdict of `leaking` rests on: `tasks`, `heap`, or the name of a resource such as `descriptors`.
    @AddedList package var leaking: [String]
    /// Of the run as a whole, as its report shows them.
    @NullCoded package var cpuSecondsPerMillionEvents: Double?
    @NullCoded package var p50Millis: Double?
    @NullCoded package var p99Millis: Double?
    /// `null` where tasks were not counted.
    @NullCoded package var tasks: Count?
    @NullCoded package var heap: Growth?
    @NullCoded package var rss: Growth?
    @NullCoded package var charge: Growth?
    @NullCoded package var timeToOOM: TimeToOOM?
    @NullCoded package var peakRSSBytes: Double?
    package var windows: Windows
    /// The allocator of its pods if it was not the system's; not there in older files.
    package var allocator: String?
    /// The protocol of its group if it was not the classic one; not there in older files.
    package var groupProtocol: String?

    /// An exact count for each event: the median over lives, the least and the most.
    package struct Count: Codable, Hashable, Sendable {
        package var perEvent: Estimate
        /// That the count was taken over, in the life that handled fewest.
        package var events: Double

        package init(perEvent: Estimate, events: Double) {
            self.perEvent = perEvent
            self.events = events
        }
    }

    /// Bytes per event by themselves, and in the windows that two variants have in common.
    package struct Growth: Codable, Hashable, Sendable {
        @NullCoded package var bytesPerEvent: Estimate?
        /// That the growth was taken over, in the middle one of the lives.
        package var events: Double
        /// What the memory was seen to give back by itself, bytes.
        package var largestFallBytes: Double
        /// Windows of ``bytesPerEvent``.
        package var n: Int
        /// What is no leak by the thresholds that the run was judged with; not there in older files.
        package var thresholdBytesPerEvent: Double?

        package init(bytesPerEvent: Estimate?, events: Double, largestFallBytes: Double, n: Int) {
            self.bytesPerEvent = bytesPerEvent
            self.events = events
            self.largestFallBytes = largestFallBytes
            self.n = n
        }
    }

    package struct TimeToOOM: Codable, Hashable, Sendable {
        package var limitBytes: Int64
        /// Incident time; `null` where memory does not grow towards the limit.
        @NullCoded package var seconds: Estimate?

        package init(limitBytes: Int64, seconds: Estimate?) {
            self.limitBytes = limitBytes
            self.seconds = seconds
        }
    }

    /// Columns over equal windows of the planned production, counted from its start, all pods of the variant together;
    /// `null` in windows of warm-up and in those without a reading.
    package struct Windows: Codable, Hashable, Sendable {
        /// Events handled in the window.
        package var handled: [Double?] = []
        /// CPU time used in the window.
        package var cpuSeconds: [Double?] = []
        /// The mean of what the readings in the window say.
        package var p50Millis: [Double?] = []
        package var p99Millis: [Double?] = []
        /// The largest reading in the window.
        package var rssPeakBytes: [Double?] = []
        /// Events handled until the window's lowest memory was read.
        ///
        /// Empty, as are the bytes, where pods were replaced or
        /// killed on the way.
        package var heap = Lowest()
        package var rss = Lowest()
        package var charge = Lowest()

        package init() {}
    }

    package struct Lowest: Codable, Hashable, Sendable {
        package var events: [Double?] = []
        package var bytes: [Double?] = []

        package init() {}
    }

    package init(name: String, role: VariantRole, control: Bool, summary: String, verdict: Verdict) {
        self.name = name
        self.role = role
        self.control = control
        self.summary = summary
        self.verdict = verdict
        flagged = false
        because = []
        (processed, lost, failed, oomKills, restarts) = (0, 0, 0, 0, 0)
        (findings, resources, leaking) = ([], [], [])
        (cpuSecondsPerMillionEvents, p50Millis, p99Millis) = (nil, nil, nil)
        (tasks, heap, rss, charge, timeToOOM, peakRSSBytes) = (nil, nil, nil, nil, nil, nil)
        windows = Windows()
    }
}
