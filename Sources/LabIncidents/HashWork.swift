import LabCore
import LabTelemetry

/// Real CPU work of a set size: a hash over a document, block by block, which changes each block that it has read.
///
/// Every block depends on the ones before it, so nothing of it can be left out or done twice as fast by two cores.
struct HashWork: Sendable, Hashable {
    /// Bytes that are hashed at once.
    static let blockSize = 1 << 10

    /// How many blocks; a document that is shorter is gone through again.
    let blocks: Int
    /// How often the work lets others go on, the end included.
    let slices: Int

    /// What became of it.
    struct Outcome: Sendable, Hashable {
        let digest: UInt64
        /// For how long a core was busy with it, nanoseconds of wall time.
        var busy: UInt64
    }

    /// Does all of it, a slice at a time; after each the task goes to the end of its executor's line.
    ///
    /// `document` has one block at least.
    func perform(on document: inout [UInt8]) async -> Outcome {
        var digest = Self.seed
        var busy: UInt64 = 0
        var block = 0
        for slice in 1...max(1, slices) {
            let start = MonotonicClock.nanoseconds
            let end = blocks * slice / max(1, slices)
            while block < end {
                digest = Self.hash(block, of: &document, onto: digest)
                block += 1
            }
            busy += MonotonicClock.nanoseconds - start
            await Task.yield()
        }
        return Outcome(digest: digest, busy: busy)
    }

    private static let seed = FNV1a().value

    static func hash(_ block: Int, of document: inout [UInt8], onto digest: UInt64) -> UInt64 {
        let room = document.count / blockSize
        guard room > 0 else { return digest }
        let start = block % room * blockSize
        var hash = FNV1a(digest)
        var index = start
        while index < start + blockSize {
            hash.add(document[index])
            index += 1
        }
        document[start] = UInt8(truncatingIfNeeded: hash.value)
        return hash.value
    }
}

// MARK: - Its size

extension HashWork {
    /// As much work as keeps one of these cores busy for `cost` of wall time while all of them work.
    ///
    /// Measured when it is called, since no two machines and builds agree; takes some milliseconds.
    static func lasting(_ cost: Duration, on cores: WorkerCores, slices: Int) async -> HashWork {
        let times = await withTaskGroup { group in
            for _ in 0..<cores.count {
                group.addTask(executorPreference: cores) { await Self.timeOfOneBlock() }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        return HashWork(cost: cost, timeOfOneBlock: undisturbed(times), slices: slices)
    }

    /// At least a block for every slice.
    init(cost: Duration, timeOfOneBlock: Double, slices: Int) {
        let blocks = cost.inSeconds * 1e9 / max(timeOfOneBlock, 1)
        self.init(blocks: max(slices, Int(min(blocks, 1e12).rounded())), slices: slices)
    }

    private static let trials = 15
    /// Nanoseconds; long beside what reading the clock takes, short beside the scheduler's turns.
    private static let shortestTrial: UInt64 = 1_000_000

    /// Nanoseconds that a block takes, measured several times.
    private static func timeOfOneBlock() async -> [Double] {
        var document = [UInt8](repeating: 0x2e, count: 64 * blockSize)
        var times: [Double] = []
        for _ in 0..<trials {
            times.append(trial(on: &document))
            await Task.yield()
        }
        return times
    }

    private static func trial(on document: inout [UInt8]) -> Double {
        let start = MonotonicClock.nanoseconds
        var (digest, blocks) = (seed, 0)
        while true {
            digest = hash(blocks, of: &document, onto: digest)
            blocks += 1
            let elapsed = MonotonicClock.nanoseconds - start
            if elapsed >= shortestTrial { return Double(elapsed) / Double(blocks) }
        }
    }

    /// The lower quartile: a trial that was interrupted takes longer, and none takes less than the work needs.
    private static func undisturbed(_ times: [Double]) -> Double {
        times.isEmpty ? 0 : times.sorted()[times.count / 4]
    }
}
