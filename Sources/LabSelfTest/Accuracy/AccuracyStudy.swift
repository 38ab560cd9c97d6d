/// Many runs of one scenario whose leak is known, to count how often the verdict tells it.
package struct AccuracyStudy: Sendable, Hashable {
    /// What a study has to show of the suspects' verdicts.
    package enum Demand: Sendable, Hashable {
        /// There is no leak: at most this share may be called leaking, and none because of its tasks.
        case falseAlarms(atMost: Double)
        /// There is one: at least this share must be called leaking.
        case found(atLeast: Double)
        /// There is one: none may be called bounded and no control leaking, and the verdicts on suspects and on controls
        /// stand after so many seconds of load, in the median of all runs.
        case decided(suspects: Double, controls: Double)
    }

    /// Lower case, hyphens.
    package let name: String
    /// What is injected, and under which load; a few words.
    package let summary: String
    /// `path=value`, for `--set`.
    package let settings: [String]
    /// Of all phases together; `nil` for the scenario's own.
    package let duration: String?
    /// The load goes on until the verdicts stand, and so long at most; `nil` for one of a given length.
    package let atMost: String?
    package let runs: Int
    /// So many runs at a time leave two cores enough room.
    package let lanes: Int
    package let demand: Demand
    /// Neighbouring runs are compared with each other, and have to come out the same.
    package let compares: Bool
    /// Tasks that are injected with each event.
    package let tasksPerEvent: Double
    /// The leak is large enough beside what resident memory does by itself for an estimate to be demanded.
    package let showsInRSS: Bool

    /// What each of them is for is told in docs/accuracy.md.
    package static let all: [AccuracyStudy] = [
        AccuracyStudy(
            name: "no-leak",
            summary: "control against control, 60 s at 2,008/s",
            settings: ["parameters.chunkEvery=0", "parameters.taskEvery=0"],
            runs: 200,
            demand: .falseAlarms(atMost: 0.01),
            compares: true
        ),
        AccuracyStudy(
            name: "tasks",
            summary: "1 task per 10,000 events, 60 s at 2,008/s",
            settings: ["parameters.chunkEvery=0", "parameters.taskEvery=10k"],
            runs: 60,
            demand: .found(atLeast: 1),
            tasksPerEvent: 0.0001
        ),
        AccuracyStudy(
            name: "heap-80",
            summary: "80 B/event, 60 s at 2,008/s",
            settings: ["parameters.chunk=80B", "parameters.taskEvery=0"],
            runs: 60,
            demand: .found(atLeast: 0.95)
        ),
        AccuracyStudy(
            name: "heap-32",
            summary: "32 B/event, 5 min at 2,008/s",
            settings: ["parameters.chunk=32B", "parameters.taskEvery=0"],
            duration: "5m",
            runs: 40,
            demand: .found(atLeast: 0.95)
        ),
        // The standard thresholds are of a size with this leak; so that a scenario may lower them, it is tried here
        // that they then still find no leak in the clean variant.
        AccuracyStudy(
            name: "heap-1",
            summary: "80 B per 80 events, 60 s at 50,000/s, bytesPerEvent 0.25, oneOff 1 MiB",
            settings: [
                "parameters.chunk=80B", "parameters.chunkEvery=80", "parameters.taskEvery=0",
                "workload.phases.peak.rate=50000/s", "workload.partitions=16", "verdict.bytesPerEvent=0.25",
                "verdict.oneOff=1MiB",
            ],
            runs: 60,
            lanes: 2,
            demand: .found(atLeast: 0.95),
            showsInRSS: false
        ),
        AccuracyStudy(
            name: "until-decided",
            summary: "80 B/event at 20,000/s, until decided",
            settings: [
                "parameters.chunk=80B", "parameters.taskEvery=0", "workload.phases.peak.rate=20000/s",
                "workload.partitions=8", "verdict.warmUp=3s", "verdict.hold=1s",
            ],
            atMost: "2m",
            runs: 300,
            lanes: 4,
            demand: .decided(suspects: 20, controls: 60),
            showsInRSS: false
        ),
    ]

    private init(
        name: String,
        summary: String,
        settings: [String],
        duration: String? = nil,
        atMost: String? = nil,
        runs: Int,
        lanes: Int = 8,
        demand: Demand,
        compares: Bool = false,
        tasksPerEvent: Double = 0,
        showsInRSS: Bool = true
    ) {
        self.name = name
        self.summary = summary
        self.settings = settings
        self.duration = duration
        self.atMost = atMost
        self.runs = runs
        self.lanes = lanes
        self.demand = demand
        self.compares = compares
        self.tasksPerEvent = tasksPerEvent
        self.showsInRSS = showsInRSS
    }
}
