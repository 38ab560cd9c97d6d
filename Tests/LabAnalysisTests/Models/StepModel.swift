import LabCore

@testable import LabAnalysis

/// A recorded measurement of a benchmark: two seconds of warm-up, ten at a constant rate, some of drain.
struct StepModel: Sendable {
    static let rate = 2_000.0
    static let from = 2.0
    static let to = 12.0

    /// Events produced so far for each of those that were due; wall seconds in.
    var produced: @Sendable (Double) -> Double = { $0 }
    /// Events that are not handled yet, wall seconds in.
    var lag: @Sendable (Double) -> Double = { _ in 60 }
    var exit = PodExit(reason: "Completed", code: 0)
    /// Of the only life.
    var end = 15.0
    /// How often the kernel killed a process of the pod that was not the first one.
    var workerKills = 0
    var lost = 0
    var dropped = 0
    var isCommand = false
    var invalidBecause: [String] = []
    var scheduleDelayMillis = 2.0
    var timeScale = 1.0

    var figures: StepFigures {
        let run = recorded
        return StepAnalysis().figures(
            of: run,
            result: result(of: run),
            rate: EventRate(perSecond: Self.rate / timeScale)
        )
    }

    private var recorded: RecordedRun {
        var header = RunHeader.empty
        header.timeScale = timeScale
        header.variants = [variantHeader]
        header.phases = [
            PhaseHeader(name: "warm-up", start: 0, end: nanoseconds(Self.from), summary: ""),
            PhaseHeader(
                name: "steady",
                start: nanoseconds(Self.from),
                end: nanoseconds(Self.to),
                summary: ""
            ),
        ]
        return RecordedRun(
            header: header,
            state: .finished,
            variants: [variant],
            invalidBecause: invalidBecause,
            productionEnded: nanoseconds(Self.to)
        )
    }

    private var variantHeader: VariantHeader {
        VariantHeader(
            name: "subject",
            role: .fix,
            isControl: true,
            handler: "subject",
            summary: "",
            topic: "subject",
            replicas: 1,
            memoryLimit: nil,
            command: isCommand ? CommandHeader(text: "./subject", tasks: .threads) : nil
        )
    }

    private var variant: RecordedVariant {
        let times = (0...150).map { Double($0) / 10 }
        let confirmed = times.map { (Self.rate * produced(min($0, Self.to))).rounded(.down) }
        let handled = zip(times, confirmed).map { max(0, ($1 - lag($0)).rounded(.down)) }
        func series(_ values: [Double]) -> Series { Series(times: times.map(nanoseconds), values: values) }
        var life = RecordedLife(index: 0, pid: 1, start: 0, end: nanoseconds(end), exit: exit)
        life.processKills = Array(repeating: nanoseconds(5), count: workerKills)
        life.series = [
            .processed: series(handled),
            .cpu: series(handled.map { $0 * 30e-6 }),
            .rss: series(times.map { _ in 30e6 }),
        ]
        for second in 1...14 {
            // The warm-up is slower.
            life.series[.latencyP50, default: Series()].append(
                second <= 2 ? 500 : 20,
                at: nanoseconds(Double(second))
            )
            life.series[.latencyP99, default: Series()].append(
                second <= 2 ? 900 : 30,
                at: nanoseconds(Double(second))
            )
        }
        var ledger = LedgerCounts()
        ledger.produced = Int(confirmed.last ?? 0)
        ledger.lost = lost
        ledger.processed = ledger.produced - lost
        ledger.droppedByBroker = dropped
        return RecordedVariant(
            header: variantHeader,
            ledger: ledger,
            series: [.produced: series(confirmed), .lag: series(zip(confirmed, handled).map { $0 - $1 })],
            pods: [RecordedPod(name: "subject-0", memoryLimit: nil, lives: [life])]
        )
    }

    private func result(of run: RecordedRun) -> RunResult {
        var result = RunAnalysis().result(of: run)
        for index in result.variants.indices {
            result.variants[index].load.scheduleDelayP99Millis = scheduleDelayMillis
        }
        return result
    }
}
