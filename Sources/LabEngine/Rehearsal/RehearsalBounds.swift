import LabCore
import LabIncidents
import LabScenario

/// What a scenario asks of a machine, bound by bound.
struct TimeScaleNeeds {
    /// One thing that sets a largest scale.
    struct Bound {
        var limit: Double
        var reason: String
        /// The variant without which it would be higher.
        var variant: String?

        static let none = Bound(limit: .infinity, reason: "nothing here depends on it")
    }

    /// Of all processors; the lab itself, kernel and readings take the rest.
    private static let usableCPU = 0.85
    /// Of the rate at which a pod can handle events: the rest is for catching up.
    private static let usableRate = 0.9
    /// A life shall be so many times as long as its start, and as a sampling interval.
    private static let lifeFactor = 10.0
    /// With a group, whose stalls last seconds: on the wall clock.
    private static let shortestGroupLife = 60.0

    let scenario: Scenario
    let figures: RehearsalFigures
    let machine: RehearsalMachine

    /// Whether the cost of an event shrinks with the time scale, so that it sets no bound.
    private var workFollows: Bool {
        scenario.incident.flatMap(IncidentLibrary.named)?.workFollowsTimeScale ?? false
    }

    /// The tightest for these variants.
    func bound(among variants: [ScenarioVariant]) -> Bound {
        let stages = scenario.schedule.stages(of: scenario.variants).map { stage in
            stage.filter(variants.contains)
        }
        let bounds =
            stages.flatMap { [workFollows ? nil : processors($0), producer($0)] } + variants.flatMap(pods)
        return bounds.compactMap(\.self).min { $0.limit < $1.limit } ?? .none
    }

    /// How to run the rest at the scenario's scale without the variant that a bound is due to.
    ///
    /// The control runs in any case.
    func alternative(to bound: Bound) -> String? {
        let rest = scenario.variants.filter { $0.name != bound.variant }
        guard let variant = bound.variant, rest.count < scenario.variants.count,
            rest.contains(where: \.isControl), self.bound(among: rest).limit >= scenario.timeScale.factor
        else { return nil }
        let named = rest.count == 1 ? rest : rest.filter { !$0.isControl }
        return named.map { "--variant \($0.name)" }.joined(separator: " ") + " to leave out \(variant)"
    }

    // MARK: - CPU

    /// All processors together, at the time at which the variants side by side need most.
    private func processors(_ stage: [ScenarioVariant]) -> Bound? {
        let starts = Set(stage.flatMap { scenario.loads(of: $0).map(\.span.lowerBound) }).sorted()
        let ends = starts.dropFirst() + [scenario.totalDuration]
        return zip(starts, ends).compactMap { start, end -> Bound? in
            guard start < end else { return nil }
            return processors(stage, during: start..<end)
        }
        .min { $0.limit < $1.limit }
    }

    private func processors(_ stage: [ScenarioVariant], during span: Range<Duration>) -> Bound? {
        let costs = stage.compactMap { variant in
            scenario.loads(of: variant).last { $0.span.lowerBound <= span.lowerBound && !$0.span.isEmpty }
                .flatMap { figures[variant.subject(of: $0.segment)] }
                .map { (name: variant.name, seconds: $0.cost.cpuSecondsPerEvent) }
        }
        let peak = scenario.workload.peak(in: span)
        let demand = peak.perSecond * costs.reduce(0) { $0 + $1.seconds }
        guard demand > 0 else { return nil }
        let named = costs.map { "\($0.name) \($0.seconds.shortText)" }.joined(separator: ", ")
        return Bound(
            limit: Self.usableCPU * machine.cores / demand,
            reason: "an event costs \(named) of CPU, at a peak of \(peak) on \(abbreviated(machine.cores)) "
                + (machine.cores == 1 ? "core" : "cores"),
            variant: costs.max { $0.seconds < $1.seconds }?.name
        )
    }

    /// One process writes for all variants of a stage; that its client has threads of its own is left as reserve.
    private func producer(_ stage: [ScenarioVariant]) -> Bound? {
        let costs = stage.map { variant in
            variant.segments.compactMap { figures[variant.subject(of: $0)]?.cost.productionCPUSeconds }.max()
                ?? 0
        }
        let peak = scenario.workload.peak(in: .zero..<max(scenario.totalDuration, .nanoseconds(1)))
        let demand = peak.perSecond * costs.reduce(0, +)
        guard demand > 0 else { return nil }
        return Bound(
            limit: Self.usableRate / demand,
            reason: "the producer writes each event of the peak of \(peak) "
                + (stage.count == 1 ? "" : "for \(stage.count) variants ")
                + "and needs \((costs.max() ?? 0).shortText) for one"
        )
    }

    // MARK: - Pods

    private func pods(of variant: ScenarioVariant) -> [Bound] {
        scenario.stretches(of: variant).flatMap { stretch -> [Bound] in
            guard let figures = figures[variant.subject(of: stretch.first)] else { return [] }
            return stretch.segments.compactMap { workFollows ? nil : rate($0, figures, variant) }
                + stretch.segments.compactMap { life($0, in: stretch, figures, variant) }
        }
    }

    /// What one pod can handle.
    private func rate(_ load: SegmentLoad, _ figures: RehearsedHandler, _ variant: ScenarioVariant) -> Bound?
    {
        let share = load.peak / Double(max(1, load.segment.replicas))
        guard share > 0, figures.cost.secondsPerEvent > 0 else { return nil }
        let most = 1 / figures.cost.secondsPerEvent
        return Bound(
            limit: Self.usableRate * most / share,
            reason:
                "a pod of \(variant.name) handles \(abbreviated(most)) events a second and its share of the peak "
                + "is \(abbreviated(share))",
            variant: variant.name
        )
    }

    /// How short a life may become, where pods are killed.
    private func life(
        _ load: SegmentLoad,
        in stretch: PodStretch,
        _ figures: RehearsedHandler,
        _ variant: ScenarioVariant
    ) -> Bound? {
        let leak = figures.leakedBytesPerEvent
        let share = load.peak / Double(max(1, load.segment.replicas))
        guard let limit = load.segment.memory, leak > 0, share > 0 else { return nil }
        let room = Double(limit.bytes - (figures.pod.idleCharge?.bytes ?? 0))
        // A pod that is not killed has one life.
        guard room > 0, stretch.eventsOfOnePod * leak > room else { return nil }
        let (shortest, why) = shortestLife(figures, variant)
        return Bound(
            limit: room / (leak * share * shortest),
            reason:
                "a pod of \(variant.name) that keeps \(ByteCount.describe(leak)) of each event has to live at least "
                + "\(Duration.seconds(shortest).text) under \(limit), \(why)",
            variant: variant.name
        )
    }

    private func shortestLife(
        _ figures: RehearsedHandler,
        _ variant: ScenarioVariant
    ) -> (seconds: Double, why: String) {
        let factor = abbreviated(Self.lifeFactor)
        let start = figures.pod.readySeconds
        let interval = scenario.sampling.interval.inSeconds
        let candidates = [
            (Self.lifeFactor * start, "\(factor) times its start of \(Duration.seconds(start).text)"),
            (Self.lifeFactor * interval, "\(factor) times the sampling interval"),
            (
                variant.pods.assignment == .group ? Self.shortestGroupLife : 0,
                "since its group stalls for seconds at each kill"
            ),
        ]
        return candidates.max { $0.0 < $1.0 } ?? (0, "")
    }
}
