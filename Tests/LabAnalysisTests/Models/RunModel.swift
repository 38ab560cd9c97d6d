import LabCore
import LabTesting

@testable import LabAnalysis

/// A recorded run of some variants that all got the same load.
struct RunModel: Sendable {
    struct Variant: Sendable {
        var name: String
        var role: VariantRole = .fix
        var isControl = false
        var replicas = 1
        /// The lives of its only pod, one after the other.
        var lives: [LifeModel] = [LifeModel()]
        var memoryLimit: Int64?
        var lost = 0
        var producedShare = 1.0
    }

    var variants: [Variant]
    var warmUp = 10.0
    var timeScale = 1.0
    var state = RunState.finished
    var invalidBecause: [String] = []
    var memoryThresholds: MemoryThresholds?
    /// How long the producer went on after the schedule's end.
    var overrun = 0.0
    var broker = BrokerDescription(kind: "embedded", bootstrapServers: "")
    var timeline: [TimelineEvent] = []

    /// One variant alone, judged without a control.
    static func alone(_ lives: LifeModel...) -> RunModel {
        RunModel(variants: [Variant(name: "subject", lives: lives)])
    }

    var recorded: RecordedRun {
        let load = variants.first?.lives.first ?? LifeModel()
        let end = load.lead + load.seconds
        var header = RunHeader.empty
        header.timeScale = timeScale
        header.broker = broker
        header.warmUp = warmUp
        header.memoryThresholds = memoryThresholds
        header.variants = variants.map(\.header)
        header.phases = [PhaseHeader(name: "peak", start: 0, end: nanoseconds(end), summary: "")]
        return RecordedRun(
            header: header,
            state: state,
            variants: variants.map(\.recorded),
            timeline: timeline,
            invalidBecause: invalidBecause,
            productionEnded: nanoseconds(end + overrun)
        )
    }

    var result: RunResult { RunAnalysis().result(of: recorded) }

    /// Of the first variant.
    var verdict: Verdict? { result.variants.first?.verdict }
}

extension RunModel.Variant {
    var header: VariantHeader {
        VariantHeader(
            name: name,
            role: role,
            isControl: isControl,
            handler: name,
            summary: "",
            topic: name,
            replicas: replicas,
            memoryLimit: memoryLimit
        )
    }

    var recorded: RecordedVariant {
        var pod = RecordedPod(name: "\(name)-0", memoryLimit: memoryLimit)
        var start = 0.0
        for (index, life) in lives.enumerated() {
            pod.lives.append(life.recorded(index: index, start: start))
            start += life.lead + life.seconds + life.hold + 1
        }
        let load = lives.first ?? LifeModel()
        let events = lives.reduce(0) { $0 + $1.events }
        var ledger = LedgerCounts()
        ledger.produced = Int(Double(events) * producedShare)
        ledger.processed = max(0, ledger.produced - lost)
        ledger.lost = lost
        let end = load.lead + load.seconds
        let scheduled = Series(
            times: [0, nanoseconds(load.lead), nanoseconds(end), nanoseconds(end + 5)],
            values: [0, 0, Double(events), Double(events)]
        )
        let lag = Series(
            times: [0, nanoseconds(end), nanoseconds(end + 0.5), nanoseconds(end + 1)],
            values: [0, 90, 40, 0]
        )
        return RecordedVariant(
            header: header,
            ledger: ledger,
            series: [.scheduled: scheduled, .lag: lag],
            pods: [pod]
        )
    }
}

extension RunHeader {
    static var empty: RunHeader { .made("r") }
}
