/// One line of a comparison.
///
/// The raw value is the key of a variant's result where the result has it.
package enum ComparedMetric: String, Codable, Sendable, CaseIterable {
    case lost = "events.lost"
    case tasks = "tasks.perEvent"
    case heap = "heap.bytesPerEvent"
    case rss = "rss.bytesPerEvent"
    case charge = "charge.bytesPerEvent"
    case timeToOOM = "timeToOOM.seconds"
    case peakRSS = "rss.peakBytes"
    case cpu = "cpu.secondsPerMillionEvents"
    case throughput = "events.handledPerHour"
    case latencyP50 = "latency.p50Millis"
    case latencyP99 = "latency.p99Millis"

    /// As the reports call it.
    package var title: String {
        switch self {
        case .lost: "lost events"
        case .tasks: "tasks/event"
        case .heap: "heap/event"
        case .rss: "RSS/event"
        case .charge: "charge/event"
        case .timeToOOM: "time to OOM"
        case .peakRSS: "RSS peak"
        case .cpu: "CPU/event"
        case .throughput: "throughput"
        case .latencyP50: "latency p50"
        case .latencyP99: "latency p99"
        }
    }

    /// The name that `--tolerance` takes.
    package var option: String {
        switch self {
        case .lost: "lost"
        case .tasks: "tasks"
        case .heap: "heap"
        case .rss: "rss"
        case .charge: "charge"
        case .timeToOOM: "time-to-oom"
        case .peakRSS: "rss-peak"
        case .cpu: "cpu"
        case .throughput: "throughput"
        case .latencyP50: "p50"
        case .latencyP99: "p99"
        }
    }

    package var unit: String {
        switch self {
        case .lost: "events"
        case .tasks: "tasks/event"
        case .heap, .rss, .charge: "B/event"
        case .timeToOOM: "s of incident time"
        case .peakRSS: "B"
        case .cpu: "s/M events"
        case .throughput: "events/h of incident time"
        case .latencyP50, .latencyP99: "ms"
        }
    }

    /// More of it is good.
    package var isBetterWhenLarger: Bool { self == .throughput || self == .timeToOOM }

    /// What the variant keeps or loses, as opposed to what it costs: people read these as they are, not as percentages.
    package var isKept: Bool {
        switch self {
        case .lost, .tasks, .heap, .rss, .charge: true
        default: false
        }
    }

    /// No measurement of it lies below nought, so that no interval needs to.
    package var isNeverNegative: Bool {
        switch self {
        case .tasks, .heap, .rss, .charge: false
        case .lost, .timeToOOM, .peakRSS, .cpu, .throughput, .latencyP50, .latencyP99: true
        }
    }

    /// Depends on how fast the machine is, so that two machines cannot be compared.
    package var isOfMachine: Bool {
        switch self {
        case .cpu, .throughput, .latencyP50, .latencyP99: true
        default: false
        }
    }

    /// The value as people read it, without a sign for what is more than nought.
    package func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 0x1p60 else { return "–" }
        switch self {
        case .lost: return grouped(Int64(value.rounded()))
        case .tasks: return decimal(value, places: value != 0 && abs(value) < 0.0005 ? 5 : 3)
        case .heap, .rss, .charge, .peakRSS: return ByteCount.describe(value)
        case .timeToOOM: return abs(value) < 1e12 ? (value == 0 ? "0 s" : Duration.seconds(value).text) : "–"
        case .cpu: return "\(decimal(value, places: 1)) µs"
        case .throughput: return EventRate(perHour: value).description
        case .latencyP50, .latencyP99: return "\(decimal(value, places: abs(value) < 10 ? 2 : 1)) ms"
        }
    }
}
