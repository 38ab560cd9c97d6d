package import LabCore

extension Workload {
    /// The highest rate of the phases between two times, in incident time.
    ///
    /// Of a phase with spikes it is the spike's, wherever the span begins and ends in it.
    package func peak(in span: Range<Duration>) -> EventRate {
        var (start, peak) = (Duration.zero, 0.0)
        for phase in phases {
            let end = start + phase.duration
            let (from, to) = (max(start, span.lowerBound), min(end, span.upperBound))
            if from < to {
                peak = max(
                    peak,
                    phase.peak(from: (from - start) / phase.duration, to: (to - start) / phase.duration)
                )
            }
            start = end
        }
        return EventRate(perSecond: peak)
    }
}

extension LoadProfile {
    /// The highest rate of all phases.
    var peak: EventRate {
        EventRate(perSecond: phases.map { $0.peak(from: 0, to: 1) }.max() ?? 0)
    }
}

extension LoadPhase {
    /// The highest rate between two times, as fractions of the phase.
    fileprivate func peak(from start: Double, to end: Double) -> Double {
        switch shape {
        case .constant(let rate):
            return rate.perSecond
        case .ramp(let first, let last):
            let slope = last.perSecond - first.perSecond
            return first.perSecond + slope * (slope > 0 ? end : start)
        case .spikes(let base, let peak, _, _):
            return max(base.perSecond, peak.perSecond)
        case .curve(let curve):
            return curve.peak(from: start * duration.inSeconds, to: end * duration.inSeconds)
        }
    }
}
