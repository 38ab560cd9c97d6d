extension VariantResult {
    /// What one counter or gauge came to: one that an incident declares on its pods' telemetry page, or one of the lab's
    /// own that is reported beside these.
    package struct Metric: Codable, Hashable, Sendable {
        package enum Kind: String, Codable, Sendable, CaseIterable {
            /// Only rises, from zero at the start of a life.
            case counter
            /// A level.
            case gauge
        }

        package var name: String
        /// As the incident declared it; of recordings that do not tell, what never fell in any variant is a counter.
        package var kind: Kind
        /// Of the readings, as the incident declared it; `null` for recordings that do not tell.
        @NullCoded package var unit: MetricUnit?
        /// The largest sum over the pods that live at one instant.
        package var peak: Double
        /// That sum at the end of the run; `null` if nobody lived to tell it.
        @NullCoded package var end: Double?
        /// The last values of all lives together; `null` for a gauge.
        @NullCoded package var total: Double?
        /// The total by the events that those lives handled, those handled twice counted twice; `null` for a gauge.
        @NullCoded package var perEvent: Double?

        package init(
            name: String,
            kind: Kind,
            unit: MetricUnit? = nil,
            peak: Double,
            end: Double? = nil,
            total: Double? = nil,
            perEvent: Double? = nil
        ) {
            self.name = name
            self.kind = kind
            self.unit = unit
            self.peak = peak
            self.end = end
            self.total = total
            self.perEvent = perEvent
        }
    }
}
