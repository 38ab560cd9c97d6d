extension VariantResult {
    /// How many of one thing the pods held: file descriptors, threads, or what an incident counts of its own.
    package struct Resource: Codable, Hashable, Sendable {
        package var name: String
        /// The largest sum over the pods that live at one instant.
        package var peak: Double
        /// That sum at the end of the run; `null` if nobody lived to tell it.
        @NullCoded package var end: Double?
        /// From the end of warm-up to the end of each life; the median over lives, the smallest and the largest.
        @NullCoded package var perEvent: Estimate?
        package var verdict: Verdict

        package init(name: String, peak: Double, end: Double?, perEvent: Estimate?, verdict: Verdict) {
            self.name = name
            self.peak = peak
            self.end = end
            self.perEvent = perEvent
            self.verdict = verdict
        }
    }
}
