import LabCore
import LabTelemetry

/// Real CPU work of a set size: a hash over a document, block by block, until a core has spent so much time on it.
///
/// It is measured as it is done, in CPU time of the thread that does it, so that it costs the same on every machine, in every
/// build and whatever else the machine does. Every block depends on the ones before it, so nothing of it can be left out.
struct HashWork: Sendable, Hashable {
    /// Bytes that are hashed at once.
    static let blockSize = 1 << 10

    /// CPU time of one core.
    let cost: Duration
    /// How often the work lets others go on, the end included; 1 at least.
    let slices: Int

    /// What became of it.
    struct Outcome: Sendable, Hashable {
        var digest = HashWork.seed
        /// Blocks that were hashed.
        var blocks = 0
        /// For how long a core was busy with it, nanoseconds of wall time: more than it cost where the thread was interrupted.
        var busy: UInt64 = 0
    }

    init(cost: Duration, slices: Int) {
        self.cost = cost
        self.slices = max(1, slices)
    }

    /// Does all of it, a slice at a time; after each the task goes to the end of its executor's line.
    ///
    /// Each slice has some blocks at least. A document that is shorter than the work is gone through again; one without a
    /// whole block is left alone.
    func perform(on document: inout [UInt8]) async -> Outcome {
        let total = cost.inSeconds * 1e9
        var outcome = Outcome()
        var spent = 0.0
        for slice in 1...slices {
            let goal = total * Double(slice) / Double(slices)
            spent += outcome.work(on: &document, for: goal - spent)
            await Task.yield()
        }
        return outcome
    }

    static let seed = FNV1a().value
    /// Some microseconds: long beside what reading the clock takes, short beside a slice.
    static let blocksBetweenLooks = 8

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

extension HashWork.Outcome {
    /// Hashes blocks until the thread has spent so many nanoseconds.
    /// - Returns: what it has spent, which is a little more.
    fileprivate mutating func work(on document: inout [UInt8], for goal: Double) -> Double {
        let (start, wallStart) = (ThreadClock.nanoseconds, MonotonicClock.nanoseconds)
        var spent = 0.0
        repeat {
            for _ in 0..<HashWork.blocksBetweenLooks {
                digest = HashWork.hash(blocks, of: &document, onto: digest)
                blocks += 1
            }
            spent = Double(ThreadClock.nanoseconds - start)
        } while spent < goal
        busy += MonotonicClock.nanoseconds - wallStart
        return spent
    }
}
