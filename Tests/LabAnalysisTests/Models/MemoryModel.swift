import LabCore

/// How the memory of a pod behaves besides leaking.
enum MemoryModel: String, CaseIterable, Sendable {
    /// Independent deviations of 0.05 MiB: live heap under a steady load.
    case quiet = "white noise"
    /// First-order autoregression with a time constant of 19.5 s (φ = 0.95 at 1 Hz) and a deviation of 0.5 MiB.
    case correlatedNoise = "AR(1)"
    /// Teeth of 12 MiB, 35 to 60 s long.
    case sawTooth = "saw-tooth"
    /// 3 MiB × ln(1 + t / 30 s): an allocator or a cache that levels off.
    case creep = "creep"
    /// Two steps of 1 to 4 MiB at random times.
    case steps = "steps"
    /// 64 MiB × (1 − e^(−t / 15 s)): a prefetch queue that fills.
    case warmUp = "warm-up"

    /// 10 MiB in the first half of the run, nothing afterwards: a cache that is filled and then full.
    case filling = "filling"

    /// Bytes at 10 Hz over `seconds`, on a base of 20 MiB; noise and phase differ with each `seed`.
    func bytes(seconds: Double, seed: UInt64) -> [Double] {
        var random = Gaussian(seed: seed)
        let phase = random.generator.nextUnit()
        let period = 35 + 25 * random.generator.nextUnit()
        let steps = (0..<2).map { _ in
            (at: random.generator.nextUnit() * seconds, size: 1 + 3 * random.generator.nextUnit())
        }
        let deviation = self == .quiet || self == .filling ? 0.05 : 0.5
        let memory = self == .quiet || self == .filling ? 0 : 0.994_884  // 0.95^(1/10)
        var noise = deviation * random.next()
        return (0..<Int(seconds * 10)).map { index in
            let time = Double(index) / 10
            noise = memory * noise + deviation * (1 - memory * memory).squareRoot() * random.next()
            let mebibytes = 20 + noise + shape(time, of: seconds, phase: phase, period: period, steps: steps)
            return mebibytes * 0x1p20
        }
    }

    private func shape(
        _ time: Double,
        of seconds: Double,
        phase: Double,
        period: Double,
        steps: [(at: Double, size: Double)]
    ) -> Double {
        switch self {
        case .quiet, .correlatedNoise: 0
        case .filling: 20 * min(time / seconds, 0.5)
        case .sawTooth: 12 * (time / period + phase).truncatingRemainder(dividingBy: 1)
        case .creep: 3 * naturalLogarithm(1 + time / 30)
        case .steps: steps.reduce(0) { $0 + ($1.at <= time ? $1.size : 0) }
        case .warmUp: 64 * (1 - exponential(-time / 15))
        }
    }
}

/// Normal deviates by Box and Muller's polar method.
struct Gaussian {
    var generator: SplitMix64
    private var spare: Double?

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    mutating func next() -> Double {
        if let spare {
            self.spare = nil
            return spare
        }
        while true {
            let x = 2 * generator.nextUnit() - 1
            let y = 2 * generator.nextUnit() - 1
            let square = x * x + y * y
            guard square > 0, square < 1 else { continue }
            let factor = (-2 * naturalLogarithm(square) / square).squareRoot()
            spare = y * factor
            return x * factor
        }
    }
}
