/// What a benchmark of a scenario's variants found: the document that `leaklab bench --format json` prints.
///
/// Keys may be added, never renamed. Rates are events a second of incident time, drains and the shape of a measurement incident
/// time; latencies and CPU wall time. Unknown and not applicable are `null`.
package struct BenchResult: Codable, Hashable, Sendable {
    package var kind = "leaklab-bench"
    package var schema = 1
    package var scenario: String
    package var title: String
    package var seed: UInt64
    package var timeScale: Double
    /// `--set` and the like, as given.
    package var overrides: [String]
    package var environment: [LabelledValue]
    package var shape: Shape
    /// `null` if no highest rate was looked for.
    @NullCoded package var search: Search?
    package var variants: [Variant]
    /// By rate, concurrency, then variant.
    package var cells: [BenchCell]
    /// By concurrency, then variant; empty without a search.
    package var sustained: [Sustained]
    package var measurements: [BenchMeasurement]
    package var notes: [String]
    package var isInterrupted: Bool
    package var exitStatus: Int32

    /// How each measurement was made.
    package struct Shape: Codable, Hashable, Sendable {
        package var warmUpSeconds: Double
        package var seconds: Double
        package var partitions: Int
        /// How often each cell was measured.
        package var repeats: Int

        package init(warmUpSeconds: Double, seconds: Double, partitions: Int, repeats: Int) {
            self.warmUpSeconds = warmUpSeconds
            self.seconds = seconds
            self.partitions = partitions
            self.repeats = repeats
        }
    }

    package struct Search: Codable, Hashable, Sendable {
        /// The ends of a bracket are at most this share apart.
        package var precision: Double
        package var verifications: Int
        package var highestPerSecond: Double

        package init(precision: Double, verifications: Int, highestPerSecond: Double) {
            self.precision = precision
            self.verifications = verifications
            self.highestPerSecond = highestPerSecond
        }
    }

    package struct Variant: Codable, Hashable, Sendable {
        package var name: String
        package var role: VariantRole
        /// Others are told against it.
        package var control: Bool
        package var summary: String
        /// How many events a pod handles at once unless something else was asked for; `null` for a command.
        @NullCoded package var concurrency: Int?
        package var replicas: Int
        /// `null` for none.
        @NullCoded package var memoryLimitBytes: Int64?
        /// The limit is not the scenario's: it keeps a leak from taking the machine's memory.
        package var isSafetyLimit: Bool
        /// The words of its command; `null` for a handler.
        @NullCoded package var command: String?

        package init(
            name: String,
            role: VariantRole,
            control: Bool,
            summary: String,
            concurrency: Int?,
            replicas: Int,
            memoryLimitBytes: Int64?,
            isSafetyLimit: Bool,
            command: String?
        ) {
            self.name = name
            self.role = role
            self.control = control
            self.summary = summary
            self.concurrency = concurrency
            self.replicas = replicas
            self.memoryLimitBytes = memoryLimitBytes
            self.isSafetyLimit = isSafetyLimit
            self.command = command
        }
    }

    /// The highest rate of one variant at one concurrency.
    package struct Sustained: Codable, Hashable, Sendable {
        package var variant: String
        /// `null` for the variant's own.
        @NullCoded package var concurrency: Int?
        package var rate: SustainedRate
        /// Its rate over the control's: the middle of the brackets, and what their ends allow; `null` for the control, and where
        /// a consumer's limit of either is not known.
        @NullCoded package var againstControl: Estimate?
        /// What was seen at the lower of the rates that failed; `null` if nothing was.
        @NullCoded package var because: String?

        package init(
            variant: String,
            concurrency: Int?,
            rate: SustainedRate,
            againstControl: Estimate? = nil,
            because: String? = nil
        ) {
            self.variant = variant
            self.concurrency = concurrency
            self.rate = rate
            self.againstControl = againstControl
            self.because = because
        }
    }

    package init(
        scenario: String,
        title: String,
        seed: UInt64,
        timeScale: Double,
        overrides: [String],
        environment: [LabelledValue],
        shape: Shape,
        search: Search?,
        variants: [Variant],
        cells: [BenchCell],
        sustained: [Sustained],
        measurements: [BenchMeasurement],
        notes: [String],
        isInterrupted: Bool,
        exitStatus: Int32
    ) {
        self.scenario = scenario
        self.title = title
        self.seed = seed
        self.timeScale = timeScale
        self.overrides = overrides
        self.environment = environment
        self.shape = shape
        self.search = search
        self.variants = variants
        self.cells = cells
        self.sustained = sustained
        self.measurements = measurements
        self.notes = notes
        self.isInterrupted = isInterrupted
        self.exitStatus = exitStatus
    }
}
