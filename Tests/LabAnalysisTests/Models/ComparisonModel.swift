import LabCore

@testable import LabAnalysis

/// Two runs of one load, made by arithmetic, that are measured and compared.
struct ComparisonModel: Sendable {
    /// One run of one variant: what its recording shows.
    struct Side: Sendable {
        var name = "subject"
        var life = LifeModel()
        /// CPU time for an event, µs, and how much that scatters from second to second, as a share.
        var cpuMicroseconds = 20.0
        var cpuScatter = 0.05
        /// Milliseconds; the scatter is that of an autoregression with a correlation of 0.6 between seconds.
        var p50 = 20.0
        var p99 = 35.0
        var latencyScatter = 0.1
        var lost = 0
        /// Milliseconds by which the producer was late at its p99.
        var producerDelay = 1.0
        var producerCPU = 12.0
        var processor = "AMD EPYC, 2 cores"
        var broker = "embedded"
        var role = VariantRole.fix
        var memoryLimit: Int64?
    }

    static func recording(_ sides: [Side], run: String = "r", seed: UInt64 = 1) -> RecordedRun {
        let model = RunModel(
            variants: sides.map {
                RunModel.Variant(
                    name: $0.name,
                    role: $0.role,
                    lives: [$0.life],
                    memoryLimit: $0.memoryLimit,
                    lost: $0.lost
                )
            }
        )
        var recorded = model.recorded
        recorded.header.id = run
        recorded.header.seed = seed
        let first = sides[0]
        recorded.header.environment = [
            LabelledValue("processor", first.processor), LabelledValue("broker", first.broker),
        ]
        recorded.scheduleDelay.record(UInt64(first.producerDelay * 1_000), count: 1_000)
        let produced = recorded.variants.reduce(0.0) { $0 + Double($1.ledger.produced) }
        recorded.processes["producer"] = [
            .cpu: Series(times: [0, nanoseconds(90)], values: [0, first.producerCPU * produced / 1e6])
        ]
        for (index, side) in sides.enumerated() {
            add(side, to: &recorded.variants[index].pods[0].lives[0], seed: seed &* 977 &+ UInt64(index))
        }
        return recorded
    }

    private static func add(_ side: Side, to life: inout RecordedLife, seed: UInt64) {
        var random = Gaussian(seed: seed)
        var cpu = Series()
        var (low, high) = (Series(), Series())
        var seconds = 0.05
        var noise = 0.0
        let end = side.life.lead + side.life.seconds
        for tick in 0...Int(end * 10) {
            let time = Double(tick) / 10
            let events = side.life.events(at: time) - side.life.events(at: time - 0.1)
            seconds += max(
                0,
                events * side.cpuMicroseconds * 1e-6 * (1 + side.cpuScatter * 3 * random.next())
            )
            cpu.append(seconds, at: nanoseconds(time))
            guard tick.isMultiple(of: 10), events > 0 else { continue }
            noise = 0.6 * noise + 0.8 * side.latencyScatter * random.next()
            low.append(side.p50 * (1 + noise), at: nanoseconds(time))
            high.append(side.p99 * (1 + noise + side.latencyScatter * random.next()), at: nanoseconds(time))
        }
        life.series[.cpu] = cpu
        life.series[.latencyP50] = low
        life.series[.latencyP99] = high
    }

    static func measures(_ sides: [Side], run: String = "r", seed: UInt64 = 1) -> RunMeasures {
        let recording = recording(sides, run: run, seed: seed)
        return RunMeasures(of: recording, result: RunAnalysis().result(of: recording))
    }

    /// A run of each, compared.
    static func compare(
        _ base: Side,
        _ candidate: Side,
        seed: UInt64 = 1,
        tolerances: Tolerances = Tolerances(),
        isStrict: Bool = false
    ) throws -> ComparisonResult {
        func seeded(_ side: Side, _ seed: UInt64) -> Side {
            var side = side
            side.life.seed = seed
            return side
        }
        let left = measures([seeded(base, 2 * seed)], run: "a", seed: 2 * seed)
        let right = measures([seeded(candidate, 2 * seed + 1)], run: "b", seed: 2 * seed + 1)
        return try compare(left, right, tolerances: tolerances, isStrict: isStrict)
    }

    static func compare(
        _ base: RunMeasures,
        _ candidate: RunMeasures,
        tolerances: Tolerances = Tolerances(),
        isStrict: Bool = false
    ) throws -> ComparisonResult {
        RunComparison(tolerances: tolerances, isStrict: isStrict).result(
            base: base,
            candidate: candidate,
            plan: try ComparisonPlan(
                base: .init(base, variant: nil, place: base.run),
                candidate: .init(candidate, variant: nil, place: candidate.run)
            )
        )
    }
}

extension ComparisonResult {
    func line(_ metric: ComparedMetric) -> Line? { pairs.first?.lines.first { $0.metric == metric } }
}
