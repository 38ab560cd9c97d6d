import LabCore
import LabScenario

/// What a segment of a variant is asked to do, in incident time.
struct SegmentLoad: Hashable {
    var segment: VariantSegment
    var span: Range<Duration>
    /// Events a second of the variant, all pods together.
    var peak: Double
    /// Of the variant.
    var events: Double
}

/// Neighbouring segments through which pods live on: same handler, same limit.
struct PodStretch: Hashable {
    var segments: [SegmentLoad]

    /// The segment with which its pods begin.
    var first: VariantSegment { segments[0].segment }

    /// Events that its busiest pod handles, if none is killed.
    var eventsOfOnePod: Double {
        segments.reduce(0) { $0 + $1.events / Double(max(1, $1.segment.replicas)) }
    }

    var events: Double { segments.reduce(0) { $0 + $1.events } }
    var mostReplicas: Int { segments.map(\.segment.replicas).max() ?? 1 }
}

extension Scenario {
    /// Segment by segment; those that begin after the last event ask for nothing.
    func loads(of variant: ScenarioVariant) -> [SegmentLoad] {
        let segments = variant.segments
        let profile = workload.profile(at: .realTime)
        return segments.indices.map { index in
            let start = min(segments[index].at, totalDuration)
            let end = index + 1 < segments.count ? min(segments[index + 1].at, totalDuration) : totalDuration
            let span = start..<max(start, end)
            return SegmentLoad(
                segment: segments[index],
                span: span,
                peak: workload.peak(in: span).perSecond,
                events: profile.integral(until: span.upperBound) - profile.integral(until: span.lowerBound)
            )
        }
    }

    func stretches(of variant: ScenarioVariant) -> [PodStretch] {
        var stretches: [PodStretch] = []
        for load in loads(of: variant) {
            if let last = stretches.last, last.first.handler == load.segment.handler,
                last.first.memory == load.segment.memory
            {
                stretches[stretches.count - 1].segments.append(load)
            } else {
                stretches.append(PodStretch(segments: [load]))
            }
        }
        return stretches
    }
}
