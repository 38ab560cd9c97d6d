/// What a comparison needs to know of a run, and all it knows: a baseline file is this as JSON, so that comparing with
/// the file and with the run it was made from give the same document.
///
/// Schema 1; keys may be added, never renamed.
package struct RunMeasures: Codable, Hashable, Sendable {
    package static let presentSchema = 1
    package static let kindOfFile = "leaklab-baseline"

    package var kind = RunMeasures.kindOfFile
    package var schema = RunMeasures.presentSchema
    package var run: String
    package var scenario: String
    package var title: String
    package var seed: UInt64
    package var valid: Bool
    package var invalidBecause: [String]
    /// What was asked of every variant, in the order to be shown; runs of different loads cannot be compared.
    package var load: [LabelledValue]
    /// Machine and versions, as far as they can make a difference.
    package var environment: [LabelledValue]
    /// Incident seconds in a wall second.
    package var timeScale: Double
    package var producer: Producer
    /// Wall seconds that one window of ``VariantMeasures/windows`` lasts.
    package var windowSeconds: Double
    package var variants: [VariantMeasures]
    /// Of several runs taken together, each by itself; `nil` for one run.
    ///
    /// The figures above are then those of all of them.
    package var repetitions: [RunMeasures]?
    /// Invalid ones that are not among them, with their reasons.
    package var leftOut: [String]?

    /// How the lab's own load generator did: what it suffered is the machine's doing, not a variant's.
    package struct Producer: Codable, Hashable, Sendable {
        /// Against its schedule, milliseconds of wall time.
        @NullCoded package var delayP50Millis: Double?
        @NullCoded package var delayP99Millis: Double?
        @NullCoded package var cpuSecondsPerMillionEvents: Double?
        /// So many variants it fed: what it needs for an event depends on that.
        package var variants: Int

        package init(
            delayP50Millis: Double?,
            delayP99Millis: Double?,
            cpuSecondsPerMillionEvents: Double?,
            variants: Int
        ) {
            self.delayP50Millis = delayP50Millis
            self.delayP99Millis = delayP99Millis
            self.cpuSecondsPerMillionEvents = cpuSecondsPerMillionEvents
            self.variants = variants
        }
    }

    package init(
        run: String,
        scenario: String,
        title: String,
        seed: UInt64,
        valid: Bool,
        invalidBecause: [String],
        load: [LabelledValue],
        environment: [LabelledValue],
        timeScale: Double,
        producer: Producer,
        windowSeconds: Double,
        variants: [VariantMeasures]
    ) {
        self.run = run
        self.scenario = scenario
        self.title = title
        self.seed = seed
        self.valid = valid
        self.invalidBecause = invalidBecause
        self.load = load
        self.environment = environment
        self.timeScale = timeScale
        self.producer = producer
        self.windowSeconds = windowSeconds
        self.variants = variants
    }
}
