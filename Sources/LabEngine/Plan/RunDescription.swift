import Foundation
import Kafka
import LabCluster
import LabCore
import LabIncidents
import LabScenario

/// What a run's record says about itself before it starts: configuration, machine, versions.
struct RunDescription {
    let plan: RunPlan
    let request: RunRequest
    let control: MemoryControl
    /// `nil` if nothing had to be rehearsed.
    let rehearsed: RehearsalFigures?
    /// `nil` where no pod needs it.
    let jemalloc: Jemalloc?

    func header(startedAt: Int64, broker: BrokerDescription) -> RunHeader {
        let scenario = plan.scenario
        return RunHeader(
            id: plan.id,
            startedAt: startedAt,
            scenario: scenario.name,
            title: scenario.title,
            incident: scenario.incident ?? RunHeader.noIncident,
            scenarioText: scenario.text,
            overrides: request.overrides,
            seed: scenario.seed,
            timeScale: scenario.timeScale.factor,
            broker: broker,
            memoryControl: control.name,
            environment: environment + [self.broker(broker)],
            configuration: configuration,
            variants: plan.variants.map { $0.header(in: scenario, jemalloc) },
            phases: plan.phaseHeaders,
            sampleInterval: scenario.sampling.interval.inSeconds,
            warmUp: scenario.verdict.warmUp.inSeconds,
            oomLimit: scenario.verdict.oomLimit?.bytes,
            expectations: scenario.expectations.map(\.text),
            findings: scenario.findings,
            resources: scenario.verdict.resources,
            memoryThresholds: scenario.verdict.memory,
            form: scenario.form,
            findsWarmUp: scenario.verdict.findsWarmUp ? true : nil
        )
    }

    private var environment: [LabelledValue] {
        Machine.description + [
            LabelledValue("leaklab", request.version),
            LabelledValue("librdkafka", KafkaLibrary.version),
            LabelledValue("memory control", control.explanation),
            LabelledValue("MALLOC_ARENA_MAX of the pods", MallocArenas.pinned),
        ] + allocators + (rehearsed.map(rehearsal) ?? [])
    }

    /// Which one each variant has; that of the system goes without saying where all have it.
    private var allocators: [LabelledValue] {
        let names = plan.variants.map { PodAllocation(of: $0.variant, with: jemalloc).name }
        guard names.contains(where: { $0 != nil }) else { return [] }
        let value =
            Set(names).count == 1
            ? names[0] ?? ""
            : zip(plan.variants, names).map { "\($0.name): \($1 ?? "the system's")" }.joined(separator: "; ")
        return [LabelledValue(RunHeader.allocatorLabel, value)]
    }

    /// Of an embedded one the address is another in every run.
    private func broker(_ broker: BrokerDescription) -> LabelledValue {
        LabelledValue("broker", broker.isExternal ? "external, \(broker.bootstrapServers)" : "embedded")
    }

    private func rehearsal(_ figures: RehearsalFigures) -> [LabelledValue] {
        guard let scenario = plan.scenario.withHandlersOnly else { return [] }
        let scale = HonestTimeScale(of: scenario, from: figures, on: .present)
        return [LabelledValue("largest honest time scale", scale.description)]
            + figures.incompressible(in: scenario).map { LabelledValue("not compressed", $0) }
    }

    private var configuration: [LabelledValue] {
        let settings = plan.scenario.settings.map { LabelledValue($0.label, $0.value) }
        let prefetch = plan.variants.filter { $0.variant.command == nil }.map { variant in
            LabelledValue(
                "prefetch of \(variant.name)",
                variant.prefetch(
                    replicas: variant.variant.pods.replicas,
                    peak: plan.peakRate,
                    payload: plan.meanPayload
                ).text
            )
        }
        let properties = request.kafkaProperties.map { property in
            var shown = ClientProperties()
            shown[property.label] = property.value
            return LabelledValue("Kafka property", shown.description)
        }
        return settings + prefetch + properties + repetition
    }

    private var repetition: [LabelledValue] {
        guard let repetition = request.repetition else { return [] }
        let order = plan.stages.flatMap { $0.map(\.name) }.joined(separator: ", ")
        return [
            LabelledValue(
                "repetition",
                "\(repetition.number) of \(repetition.count) of \(repetition.series)"
            ),
            LabelledValue("order of the variants", order),
        ]
    }
}
