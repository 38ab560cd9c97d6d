import LabAnalysis
import LabCore
import LabEngine
import LabScenario

/// Makes the document of a benchmark from its measurements.
struct BenchSummary {
    private let plan: BenchPlan
    private let books: BenchBooks
    private let isInterrupted: Bool

    init(_ plan: BenchPlan, _ books: BenchBooks, isInterrupted: Bool) {
        self.plan = plan
        self.books = books
        self.isInterrupted = isInterrupted
    }

    var result: BenchResult {
        let (cells, sustained) = (self.cells, self.sustained)
        return BenchResult(
            scenario: plan.scenario.name,
            title: plan.scenario.title,
            seed: plan.scenario.seed,
            timeScale: plan.scenario.timeScale.factor,
            overrides: plan.source.asGiven,
            environment: Machine.description,
            shape: BenchResult.Shape(
                warmUpSeconds: plan.warmUp.inSeconds,
                seconds: plan.duration.inSeconds,
                partitions: plan.partitions,
                repeats: plan.repeats
            ),
            search: plan.search,
            variants: plan.scenario.variants.map(variant),
            cells: cells,
            sustained: sustained,
            measurements: books.measurements,
            notes: plan.notes,
            isInterrupted: isInterrupted,
            exitStatus: status(cells, sustained).rawValue
        )
    }

    private var control: String? { plan.scenario.variants.first(where: \.isControl)?.name }

    private func variant(_ variant: ScenarioVariant) -> BenchResult.Variant {
        BenchResult.Variant(
            name: variant.name,
            role: variant.role,
            control: variant.isControl,
            summary: variant.summary,
            concurrency: variant.command == nil ? variant.pods.concurrency : nil,
            replicas: variant.pods.replicas,
            memoryLimitBytes: (variant.pods.memory ?? plan.safetyLimits[variant.name])?.bytes,
            isSafetyLimit: variant.pods.memory == nil && plan.safetyLimits[variant.name] != nil,
            command: variant.command?.text
        )
    }

    private var cells: [BenchCell] {
        let table = BenchTable(books.measurements, repeats: plan.repeats, control: control)
        return plan.rates.flatMap { rate in
            plan.pairs.compactMap {
                table.cell(variant: $0.variant, concurrency: $0.concurrency, perSecond: rate)
            }
        }
    }

    private var sustained: [BenchResult.Sustained] {
        plan.pairs.compactMap { pair in
            guard let rate = books.searches[pair]?.result else { return nil }
            let base = control.flatMap { control in
                books.searches[BenchPair(variant: control, concurrency: pair.concurrency)]?.result
            }
            return BenchResult.Sustained(
                variant: pair.variant,
                concurrency: pair.concurrency,
                rate: rate,
                againstControl: pair.variant == control
                    ? nil : base.flatMap { RatioOfRepeats.estimate(rate, over: $0) },
                because: reason(pair, rate.failedPerSecond)
            )
        }
    }

    private func reason(_ pair: BenchPair, _ rate: Double?) -> String? {
        books.measurements.last {
            $0.variant == pair.variant && $0.concurrency == pair.concurrency && $0.perSecond == rate
                && $0.figures.outcome != .sustained
        }?
        .figures.because.first
    }

    private func status(_ cells: [BenchCell], _ sustained: [BenchResult.Sustained]) -> ExitStatus {
        if isInterrupted { return .interrupted }
        let isOpen =
            cells.contains { $0.outcomes.unknown > 0 } || sustained.contains { $0.rate.limit == .unknown }
        return isOpen ? .inconclusive : .success
    }
}
