import LabCore

extension ChartFactory {
    /// The limits that some line comes near, each value once for the same stretch of time.
    ///
    /// There is one line for each variant of the recording, in its order; the limits are those of one pod, or of all pods
    /// of a variant together.
    func limits(reachedBy lines: [ChartLine], ofOnePod: Bool) -> [ChartLimit] {
        var limits: [ChartLimit] = []
        for (variant, line) in zip(report.recording.variants, lines) {
            let series = [line.series] + line.strands
            let reached = series.flatMap(\.finitePoints).map(\.value).max() ?? 0
            for limit in self.limits(of: variant, ofOnePod: ofOnePod) where limit.value <= reached * 2.5 {
                if let index = limits.firstIndex(where: { $0.isSame(as: limit) }) {
                    limits[index].name += ", \(variant.header.name)"
                } else {
                    limits.append(limit)
                }
            }
        }
        return limits.map { limit in
            var limit = limit
            limit.name = limit.name.count > 48 ? "limit" : "limit of \(limit.name)"
            return limit
        }
    }

    private func limits(of variant: RecordedVariant, ofOnePod: Bool) -> [ChartLimit] {
        let (header, name) = (variant.header, variant.header.name)
        guard header.segments.count > 1 else {
            let known = variant.pods.compactMap(\.memoryLimit)
            guard known.count == variant.pods.count, let limit = known.max() else { return [] }
            let sum = ofOnePod ? Double(limit) : known.reduce(0) { $0 + Double($1) }
            return [ChartLimit(name: name, value: sum)]
        }
        var limits: [ChartLimit] = []
        for (index, segment) in header.segments.enumerated() {
            guard let limit = segment.memoryLimit else { continue }
            let next = index + 1 < header.segments.count ? header.segments[index + 1].start : nil
            let value = Double(limit) * (ofOnePod ? 1 : Double(segment.replicas))
            let start = index == 0 ? nil : segment.start
            if let last = limits.last, last.value == value, last.to == start {
                limits[limits.count - 1].to = next
            } else {
                limits.append(ChartLimit(name: name, value: value, from: start, to: next))
            }
        }
        return limits
    }
}

extension ChartLimit {
    func overlaps(_ phase: PhaseHeader) -> Bool { (from ?? .min) < phase.end && (to ?? .max) > phase.start }

    fileprivate func isSame(as other: ChartLimit) -> Bool {
        value == other.value && from == other.from && to == other.to
    }
}
