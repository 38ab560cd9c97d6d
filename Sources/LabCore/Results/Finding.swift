/// Something worth flagging besides growth.
package struct Finding: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// A peak far above what is usual: its value is the peak over the baseline.
        case spike
        /// A rise that came to an end: its value is the level.
        case plateau
        /// Climbing and falling back at a regular distance: its value is the period, seconds of incident time.
        case sawTooth = "saw-tooth"
        /// One of several members does more than its share: its value is the busiest one's load over the mean.
        case imbalance
        /// Work that was begun and is not done: its value is the most there was.
        case pileUp = "pile-up"
        /// The same work done many times at once: its value is how many times at most.
        case stampede
        /// A level that nobody asked about rose with the events and never fell: its value is the rise.
        case rising
        /// Pods that end and are started again and again: its value is the most crashes of one pod.
        case crashLoop = "crash-loop"
        /// Kills at the memory limit: its value is how many there were.
        case oomKills = "oom-kills"
        /// Nothing was committed though there was work: its value is for how long, seconds of incident time.
        case stalled
        /// Events were left when the run ended: its value is how many.
        case notDrained = "not-drained"

        /// Those that a scenario can ask for; the others are looked for in every run.
        package static let onDemand: [Kind] = [.spike, .plateau, .sawTooth, .imbalance, .pileUp, .stampede]
    }

    package var kind: Kind
    package var metric: String
    package var value: Double
    /// The scenario's; `null` if it is told without flagging.
    @NullCoded package var limit: Double?
    /// How often the metric went beyond the limit (`spike`, `stampede`, `pile-up`) or fell back (`saw-tooth`), all lives
    /// together; `null` where nothing is counted.
    @NullCoded package var times: Int?
    /// What the incident predicted before the run, in the unit of the value.
    @NullCoded package var predicted: Double?
    /// A `pile-up` went on rising to the end; `null` for all others.
    @NullCoded package var rising: Bool?
    /// What a person needs to understand the value: the baseline of a spike, the busiest member.
    @NullCoded package var note: String?

    package init(
        kind: Kind,
        metric: String,
        value: Double,
        limit: Double?,
        times: Int? = nil,
        predicted: Double? = nil,
        rising: Bool? = nil,
        note: String? = nil
    ) {
        self.kind = kind
        self.metric = metric
        self.value = value
        self.limit = limit
        self.times = times
        self.predicted = predicted
        self.rising = rising
        self.note = note
    }

    /// Whether it flags its variant.
    package var isBeyondLimit: Bool { limit.map { value > $0 } ?? false }

    /// The value over what was predicted; `nil` without a prediction to compare with.
    package var ratio: Double? {
        guard let predicted, predicted > 0 else { return nil }
        let ratio = value / predicted
        return ratio.isFinite ? ratio : nil
    }

    /// How far the value is from what was predicted, such as ` (−2 %)`; empty if that cannot be decided.
    package var differenceText: String {
        guard let ratio else { return "" }
        let percent = ((ratio - 1) * 100).rounded()
        let sign = percent > 0 ? "+" : percent < 0 ? "" : "±"
        return " (\(sign)\(decimal(percent, places: 0)) %)"
    }
}

extension Finding {
    /// What a value, limit or prediction is measured in.
    package enum Unit: Hashable, Sendable {
        case bytes
        /// Of incident time.
        case seconds
        case ratio
        case count

        /// As people write it: `548 MiB`, `2 h 5 m`, `4.2 ×`, `1,240`; `–` for what is no number, or absurd.
        package func text(_ value: Double) -> String {
            guard value.isFinite, abs(value) < 1e15 else { return "–" }
            switch self {
            case .bytes: return ByteCount.describe(value)
            case .seconds: return abs(value) < 1e12 ? Duration.seconds(value).text : "–"
            case .ratio: return abbreviated(value) + " ×"
            case .count: return value == value.rounded() ? grouped(Int64(value)) : abbreviated(value)
            }
        }
    }

    package var unit: Unit { kind.unit(of: MetricName(metric)) }
}

extension Finding.Kind {
    package func unit(of metric: MetricName) -> Finding.Unit {
        switch self {
        case .spike, .imbalance: .ratio
        case .sawTooth, .stalled: .seconds
        case .plateau, .pileUp, .stampede, .rising: metric.unit
        case .crashLoop, .oomKills, .notDrained: .count
        }
    }
}

extension MetricName {
    /// What its readings are in.
    package var unit: Finding.Unit { isInBytes ? .bytes : .count }
}
