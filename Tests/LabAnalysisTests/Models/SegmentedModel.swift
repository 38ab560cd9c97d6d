import LabCore

@testable import LabAnalysis

/// A recorded variant whose pods change on the way.
struct SegmentedModel: Sendable {
    struct Part: Sendable {
        var name: String
        var handler = "per-event"
        var memoryLimit: Int64?
        /// Planned, wall seconds.
        var start: Double
        /// Of each pod, in order.
        var pods: [[RecordedLife]]
        var replicas: Int?
    }

    var name = "production"
    var role = VariantRole.suspect
    var isControl = false
    var parts: [Part]
    /// Wall seconds.
    var productionEnded = 200.0
    /// Due in a wall second, from when on.
    var due: [(from: Double, rate: Double)] = [(0, 1_000)]
    var lag = Series()
    var lagStatus: Series?

    var recorded: RecordedVariant {
        let segments = parts.map { part in
            SegmentHeader(
                name: part.name,
                start: nanoseconds(part.start),
                handler: part.handler,
                replicas: part.replicas ?? part.pods.count,
                memoryLimit: part.memoryLimit
            )
        }
        let count = parts.map(\.pods.count).max() ?? 0
        let pods = (0..<count).map { pod in
            RecordedPod(
                name: "\(name)-\(pod)",
                memoryLimit: parts.first?.memoryLimit,
                lives: parts.flatMap { pod < $0.pods.count ? $0.pods[pod] : [] }
            )
        }
        var ledger = LedgerCounts()
        ledger.produced = Int(scheduled.values.last ?? 0)
        ledger.processed = ledger.produced
        return RecordedVariant(
            header: VariantHeader(
                name: name,
                role: role,
                isControl: isControl,
                handler: segments.first?.handler ?? "",
                summary: "",
                topic: "",
                replicas: segments.first?.replicas ?? 1,
                memoryLimit: segments.first?.memoryLimit,
                segments: segments.count == 1 ? [] : segments
            ),
            ledger: ledger,
            series: [.scheduled: scheduled, .lag: lag].merging(lagStatus.map { [.lagStatus: $0] } ?? [:]) {
                $1
            },
            pods: pods
        )
    }

    /// Events due since the start of the run, every second.
    private var scheduled: Series {
        var (series, sum) = (Series(), 0.0)
        for second in 0...Int(productionEnded) {
            series.append(sum, at: nanoseconds(Double(second)))
            sum += due.last { $0.from <= Double(second) }?.rate ?? 0
        }
        return series
    }

    var result: VariantResult? { [self].results().first }
}

extension [SegmentedModel] {
    func results(timeScale: Double = 1, warmUp: Double = 10) -> [VariantResult] {
        var header = RunHeader.empty
        header.timeScale = timeScale
        header.warmUp = warmUp
        let end = map(\.productionEnded).max() ?? 0
        header.phases = [PhaseHeader(name: "peak", start: 0, end: nanoseconds(end), summary: "")]
        header.variants = map(\.recorded.header)
        let run = RecordedRun(
            header: header,
            state: .finished,
            variants: map(\.recorded),
            productionEnded: nanoseconds(end)
        )
        return RunAnalysis().result(of: run).variants
    }
}

extension RecordedLife {
    /// The same life, started for another segment and ended in another way.
    func moved(to segment: Int, as index: Int = 0, exit reason: String? = nil) -> RecordedLife {
        var life = self
        (life.segment, life.index) = (segment, index)
        if let reason { life.exit = PodExit(reason: reason, code: reason == "Completed" ? 0 : 137) }
        return life
    }
}
