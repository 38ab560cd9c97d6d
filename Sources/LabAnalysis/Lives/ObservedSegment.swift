import LabCore

/// A part of a variant's run in which its pods were to be the same, with the lives that were started for it.
struct ObservedSegment: Sendable {
    let header: SegmentHeader
    let lives: LifeSet
    /// Wall seconds since the start of the run: when the first of its lives began, and when the last one ended or the
    /// run did; as planned if it had none.
    let from: Double
    let to: Double
    /// Why nothing is to be found out here, though nothing went wrong; `nil` if it has to be judged.
    ///
    /// Pods that a step leaves alone live on: they are judged with the segment that they were started for.
    let exemption: String?

    /// - Parameters:
    ///   - header: as it was planned.
    ///   - lives: those that were started for it.
    ///   - earlier: those that were started for the segments before.
    ///   - plannedEnd: when the next segment was to begin, or production ended; wall seconds.
    ///   - runEnd: when anything of the variant was last seen; wall seconds.
    init(_ header: SegmentHeader, lives: LifeSet, earlier: [Life], plannedEnd: Double, runEnd: Double) {
        self.header = header
        self.lives = lives
        let planned = Double(header.start) / 1e9
        from = lives.lives.map(\.start).min() ?? planned
        to = max(from, lives.lives.map { $0.end ?? runEnd }.max() ?? planned)
        let isCarriedOn = planned < plannedEnd && earlier.contains { ($0.end ?? .infinity) >= plannedEnd }
        exemption = lives.lives.isEmpty && isCarriedOn ? Self.carriedOn : nil
    }

    private static let carriedOn = "its pods are those of an earlier segment, and judged there"
}

extension VariantHeader {
    /// The name of a segment before the first step.
    private static let firstSegment = "start"

    /// At least one: a variant that never changed is one segment.
    var allSegments: [SegmentHeader] {
        guard segments.isEmpty else { return segments }
        let whole = SegmentHeader(
            name: Self.firstSegment,
            start: 0,
            handler: handler,
            replicas: replicas,
            memoryLimit: memoryLimit
        )
        return [whole]
    }
}
