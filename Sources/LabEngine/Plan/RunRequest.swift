package import LabCluster
package import LabCore
package import LabRecording
package import LabScenario

/// What to run, and against what.
package struct RunRequest: Sendable {
    package var scenario: Scenario
    /// As given on the command line, to be shown in the report.
    package var overrides: [String]
    /// `nil` for an embedded broker.
    package var bootstrapServers: String?
    /// For every client, over the lab's own.
    package var kafkaProperties: [LabelledValue]
    /// The brokers may be elsewhere than on a loopback address.
    package var allowsRemote: Bool
    /// Of the load on an external broker.
    package var limits: LoadLimits
    /// Use topics that exist already on an external broker.
    package var reusesTopics: Bool
    /// Leave the run's topics on an external broker.
    package var keepsTopics: Bool
    package var store: RunStore
    /// Folder of the files that the run's processes share; `nil` for the best place on this machine.
    package var scratchRoot: String?
    /// How pods' memory is limited and charged.
    package var memoryControl: MemoryControlChoice
    /// Allow more memory in limits than the machine has.
    package var overcommits: Bool
    /// Measure what the handlers cost first if the run depends on it, and refuse one that the machine cannot do honestly.
    package var isRehearsed: Bool
    /// Somebody looks at what it comes to while it goes on.
    package var isWatched: Bool
    /// The load goes on until every verdict stands, and no longer than this wall time; `nil` for as long as it is.
    package var atMost: Duration?
    package var version: String
    /// Which of several repetitions this run is; `nil` for a run by itself.
    package var repetition: RunRepetition?

    package init(
        scenario: Scenario,
        overrides: [String] = [],
        bootstrapServers: String? = nil,
        kafkaProperties: [LabelledValue] = [],
        allowsRemote: Bool = false,
        limits: LoadLimits = LoadLimits(),
        reusesTopics: Bool = false,
        keepsTopics: Bool = false,
        store: RunStore,
        scratchRoot: String? = nil,
        memoryControl: MemoryControlChoice = .auto,
        overcommits: Bool = false,
        isRehearsed: Bool = true,
        isWatched: Bool = false,
        atMost: Duration? = nil,
        version: String,
        repetition: RunRepetition? = nil
    ) {
        self.scenario = scenario
        self.overrides = overrides
        self.bootstrapServers = bootstrapServers
        self.kafkaProperties = kafkaProperties
        self.allowsRemote = allowsRemote
        self.limits = limits
        self.reusesTopics = reusesTopics
        self.keepsTopics = keepsTopics
        self.store = store
        self.scratchRoot = scratchRoot
        self.memoryControl = memoryControl
        self.overcommits = overcommits
        self.isRehearsed = isRehearsed
        self.isWatched = isWatched
        self.atMost = atMost
        self.version = version
        self.repetition = repetition
    }
}
