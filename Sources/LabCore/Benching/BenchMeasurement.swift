/// One measurement of a benchmark: a line of its file of results.
package struct BenchMeasurement: Codable, Hashable, Sendable {
    package var variant: String
    /// The handler concurrency that was asked for; `null` for the variant's own.
    @NullCoded package var concurrency: Int?
    /// Events a second of incident time.
    package var perSecond: Double
    /// From 0, among those of one variant, concurrency and rate.
    package var attempt: Int
    /// Other for another scenario, other settings or another version of the program.
    package var fingerprint: String
    /// The recording; `null` if there was none.
    @NullCoded package var run: String?
    package var wallSeconds: Double
    package var figures: StepFigures

    package init(
        variant: String,
        concurrency: Int?,
        perSecond: Double,
        attempt: Int,
        fingerprint: String,
        run: String?,
        wallSeconds: Double,
        figures: StepFigures
    ) {
        self.variant = variant
        self.concurrency = concurrency
        self.perSecond = perSecond
        self.attempt = attempt
        self.fingerprint = fingerprint
        self.run = run
        self.wallSeconds = wallSeconds
        self.figures = figures
    }
}
