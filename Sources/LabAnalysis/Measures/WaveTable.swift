import LabCore

/// The waves of every segment of a run, and which of them are compared with which.
struct WaveTable: Sendable {
    private let variants: [ObservedVariant]
    private let waves: [[ObservedWaves]]

    init(_ variants: [ObservedVariant], timeScale: Double) {
        self.variants = variants
        waves = variants.map { variant in
            let series = variant.recorded.series
            let due = Track.counter(series[.scheduled] ?? series[.produced])
            return variant.segments.map { ObservedWaves(of: $0, due: due, timeScale: timeScale) }
        }
    }

    /// - Parameter variant: its place in the run.
    /// - Returns: for each of its segments.
    func waves(ofVariant variant: Int) -> [VariantResult.Waves] {
        waves[variant].enumerated().map { segment, waves in
            var result = waves.result
            result.ratio = reference(variant, segment).flatMap { other in
                waves.ratio(to: self.waves[other.variant][other.segment], called: name(other))
            }
            return result
        }
    }

    private typealias Place = (variant: Int, segment: Int)

    /// What the segment was to improve on: the latest one before it with waves, or, for how a mitigation starts, the
    /// first suspect's first one with waves; of the same handler, since what another one keeps is no matter of limits.
    private func reference(_ variant: Int, _ segment: Int) -> Place? {
        let handler = variants[variant].segments[segment].header.handler
        func isComparable(_ place: Place) -> Bool {
            variants[place.variant].segments[place.segment].header.handler == handler
                && waves[place.variant][place.segment].result.periodSeconds != nil
        }
        if let before = (0..<segment).reversed().map({ (variant, $0) }).first(where: isComparable) {
            return before
        }
        guard segment == 0, variants[variant].recorded.header.role == .mitigation else { return nil }
        let suspects = variants.indices.filter { variants[$0].recorded.header.role == .suspect }
        return suspects.flatMap { suspect in variants[suspect].segments.indices.map { (suspect, $0) } }
            .first(where: isComparable)
    }

    private func name(_ place: Place) -> String {
        let variant = variants[place.variant]
        let name = variant.recorded.header.name
        return variant.segments.count == 1 ? name : "\(name).\(variant.segments[place.segment].header.name)"
    }
}
