import LabCore

extension LoadPhase {
    /// Pieces that the rest of a recorded rate may come to, each a straight line.
    private static let mostLines = 200

    /// The phase up to a time since its start, and the rest of it in pieces that scenarios can write.
    ///
    /// Both together ask for the same events at the same times. Names and world are the phase's own.
    /// - Precondition: the time is above zero and before the end of the phase.
    /// - Throws: ``LabError`` if the rest of a recorded rate has too many points.
    func split(after time: Duration) throws(LabError) -> (before: LoadPhase, after: [LoadPhase]) {
        var before = self
        before.duration = time
        let rest = duration - time
        switch shape {
        case .constant: return (before, [piece(shape, lasting: rest)])
        case .ramp(let from, let to):
            let middle = LoadProfile(phases: [self]).rate(at: time)
            before.shape = .ramp(from: from, to: middle)
            return (before, [piece(Self.line(from: middle, to: to), lasting: rest)])
        case .spikes(let base, let peak, let every, let lasting):
            let lead = (every - lasting) / 2
            let within = Duration.nanoseconds(time.inNanoseconds % max(1, every.inNanoseconds))
            let ends = [(lead, base), (lead + lasting, peak), (every, base)]
            return (before, spikes(from: within, ends: ends, lasting: rest))
        case .curve(let curve): return (before, try lines(of: curve, from: time))
        }
    }

    /// The same at so many times the rate.
    func multiplied(by factor: Double) -> LoadPhase {
        func times(_ rate: EventRate) -> EventRate { EventRate(perSecond: rate.perSecond * factor) }
        var phase = self
        phase.shape =
            switch shape {
            case .constant(let rate): .constant(times(rate))
            case .ramp(let from, let to): .ramp(from: times(from), to: times(to))
            case .spikes(let base, let peak, let every, let lasting):
                .spikes(base: times(base), peak: times(peak), every: every, lasting: lasting)
            case .curve(let curve):
                .curve(
                    RateCurve(
                        points: curve.points.map { .init(seconds: $0.seconds, rate: $0.rate * factor) }
                    )
                )
            }
        return phase
    }

    private func piece(_ shape: LoadShape, lasting duration: Duration) -> LoadPhase {
        LoadPhase(name: name, duration: duration, shape: shape, world: world)
    }

    /// A line from nothing to nothing is a pause.
    private static func line(from: EventRate, to: EventRate) -> LoadShape {
        from == to ? .constant(from) : .ramp(from: from, to: to)
    }

    /// The rest of the period that is `within` on, and whole periods after it; `ends` are those of its parts.
    private func spikes(
        from within: Duration,
        ends: [(at: Duration, rate: EventRate)],
        lasting rest: Duration
    ) -> [LoadPhase] {
        var (pieces, at, left) = ([LoadPhase](), within, rest)
        for end in ends where at < end.at && left > .zero {
            let length = min(end.at - at, left)
            pieces.append(piece(.constant(end.rate), lasting: length))
            at = end.at
            left -= length
        }
        return left > .zero ? pieces + [piece(shape, lasting: left)] : pieces
    }

    /// Straight lines from point to point.
    private func lines(of curve: RateCurve, from time: Duration) throws(LabError) -> [LoadPhase] {
        let (start, end) = (time.inSeconds, duration.inSeconds)
        let between = curve.points.map(\.seconds).filter { $0 > start && $0 < end }
        guard between.count < Self.mostLines else {
            throw .act(
                "the rest of the recorded rate has \(grouped(between.count)) points, which are too many to be cut here",
                hint: "Wait for the next phase, or set a rate."
            )
        }
        let profile = LoadProfile(phases: [self])
        let times = [time] + between.map { .seconds($0) }
        let rates = times.map(profile.rate) + [EventRate(perSecond: curve.rate(at: end))]
        let bounds = times + [duration]
        return times.indices.map { index in
            piece(
                Self.line(from: rates[index], to: rates[index + 1]),
                lasting: bounds[index + 1] - bounds[index]
            )
        }
    }
}
