package import LabCore

/// Makes one document of several repetitions of a run: pure, and total for whatever their results hold.
package struct RepetitionsAnalysis: Sendable {
    /// A repetition that came to its end.
    package struct Whole: Sendable {
        package var result: RunResult
        package var measures: RunMeasures

        package init(result: RunResult, measures: RunMeasures) {
            self.result = result
            self.measures = measures
        }
    }

    private let settings: AnalysisSettings

    package init(settings: AnalysisSettings = .standard) { self.settings = settings }

    /// Why a run's figures must not be counted in, whatever they are; empty if they may.
    ///
    /// What a variant did is no reason, only what the lab, its producer or the broker did.
    package func objections(to result: RunResult) -> [String] {
        if !result.valid {
            return result.invalidBecause.isEmpty ? ["the run is invalid"] : result.invalidBecause
        }
        let late = result.variants.filter {
            $0.load.targetPerHour > 0
                && $0.load.achievedPerHour < settings.slowestPacing * $0.load.targetPerHour
        }
        guard let worst = late.first else { return [] }
        let share = worst.load.achievedPerHour / worst.load.targetPerHour * 100
        return [
            "the producer reached \(decimal(share.rounded(.down), places: 0)) % of the rate that was due: "
                + "this machine could not keep up"
        ]
    }

    /// Each variant over all repetitions, in the order of the first.
    package func variants(of repetitions: [Whole]) -> [RepetitionsResult.Variant] {
        let names = repetitions.first?.result.variants.map(\.name) ?? []
        return names.compactMap { name in
            let parts = repetitions.compactMap { repetition -> RepeatedVariant.Part? in
                guard let result = repetition.result.variants.first(where: { $0.name == name }),
                    let measures = repetition.measures.variants.first(where: { $0.name == name })
                else { return nil }
                return RepeatedVariant.Part(run: repetition.measures, result: result, measures: measures)
            }
            return RepeatedVariant(parts, settings: settings).combined
        }
    }

    /// What the figures rest on.
    package func notes(repetitions: Int) -> [String] {
        let confidence = percent(settings.confidence)
        switch repetitions {
        case 0: return []
        case 1:
            return [
                "one repetition does not show how far repetitions lie apart: the intervals are those of the run itself"
            ]
        case 2..<6:
            return [
                "intervals: \(confidence), by Student from \(repetitions) repetitions; with fewer than 6 they rest on the repetitions "
                    + "scattering about normally, as no ranking of so few could reach 95 %"
            ]
        default: return ["intervals: \(confidence), by Student from \(repetitions) repetitions"]
        }
    }
}

extension RunResult {
    /// The keys of a variant's result that several repetitions have a combined figure for.
    package static let combinedKeys: Set<String> = {
        let estimates = [
            "tasks.perEvent", "heap.bytesPerEvent", "rss.bytesPerEvent", "charge.bytesPerEvent",
        ]
        return Set(estimates.flatMap { ["\($0).estimate", "\($0).low", "\($0).high"] })
            .union([
                "verdict", "flagged", "role", "control", "name", "events.lost",
                "smallestDetectableBytesPerEvent",
                "rss.peakBytes", "cpu.secondsPerMillionEvents", "latency.p50Millis", "latency.p99Millis",
                "timeToOOM.seconds",
            ])
    }()

    /// This result with the combined figures in the place of its own, so that expectations and the exit status follow from them.
    package func replacingFigures(by combined: [RepetitionsResult.Variant]) -> RunResult {
        var result = self
        for index in result.variants.indices {
            let name = result.variants[index].name
            guard let variant = combined.first(where: { $0.name == name }) else { continue }
            result.variants[index].take(variant)
        }
        return result
    }
}

extension VariantResult {
    fileprivate mutating func take(_ combined: RepetitionsResult.Variant) {
        func figure(_ metric: ComparedMetric) -> RepeatedFigure? {
            combined.figures.first { $0.metric == metric }
        }
        (verdict, flagged, because) = (combined.verdict, combined.flagged, combined.because)
        (events.lost, events.failed) = (combined.lost, combined.failed)
        events.processed = combined.processed ?? events.processed
        tasks.perEvent = figure(.tasks)?.interval
        heap.bytesPerEvent = figure(.heap)?.interval
        rss.bytesPerEvent = figure(.rss)?.interval
        charge.bytesPerEvent = figure(.charge)?.interval
        rss.peakBytes = figure(.peakRSS)?.estimate
        cpu.secondsPerMillionEvents = figure(.cpu)?.estimate
        latency.p50Millis = figure(.latencyP50)?.estimate
        latency.p99Millis = figure(.latencyP99)?.estimate
        timeToOOM.seconds = combined.verdict == .bounded ? nil : figure(.timeToOOM)?.estimate
        smallestDetectableBytesPerEvent = combined.smallestDetectableBytesPerEvent
    }
}
