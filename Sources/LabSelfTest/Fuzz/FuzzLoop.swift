import Foundation
import LabCluster
import LabCore
import LabTelemetry
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Feeds one target with inputs within a process of its own, which ends at the first that it must not do.
package struct FuzzLoop: Sendable, Codable {
    /// How the process ends on a finding that it notices itself; a crash ends it by a signal.
    package enum Limit: Int32, Sendable {
        case time = 71
        case memory = 72
    }

    /// Of processor time, which a busy machine does not make longer.
    private static let longest: UInt64 = 1_000_000_000
    private static let mostMemory = 200 << 20

    let target: FuzzTarget
    let seed: UInt64
    /// Wall time, seconds.
    let seconds: Double
    let scenarios: [String]
    /// More inputs to begin with.
    let corpus: [Data]
    /// For files; the present input is always in its file `input`.
    let folder: String

    /// Feeds the target until the time is over.
    /// - Returns: how many inputs that were.
    /// - Throws: what making the corpus throws.
    package func run() async throws -> Int {
        let inputs =
            try await FuzzCorpus.inputs(of: target, scenarios: scenarios, in: folder)
            + corpus.map { Array($0) }
        let mutation = FuzzMutation(corpus: inputs, words: target.words)
        let watch = FuzzWatch(limit: Self.longest)
        watch.start()
        let deadline = ContinuousClock.now + .seconds(seconds)
        var number = 0
        while ContinuousClock.now < deadline || number < inputs.count {
            let input = mutation.input(number, seed: seed)
            try Data(input).write(to: URL(fileURLWithPath: "\(folder)/input"))
            let before = (resident: Self.residentBytes, peak: Self.peakBytes)
            watch.begin()
            try? target.read(input, in: folder)
            watch.end()
            let peak = Self.peakBytes
            if peak > before.peak, peak - before.resident > Self.mostMemory {
                ProcessLog.write("took \(ByteCount(Int64(peak - before.resident)))")
                exit(Limit.memory.rawValue)
            }
            number += 1
        }
        return number
    }

    private static var peakBytes: Int {
        var usage = rusage()
        #if canImport(Glibc)
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        unsafe getrusage(RUSAGE_SELF, &usage)
        #endif
        return Int(usage.ru_maxrss) << 10
    }

    private static var residentBytes: Int {
        let words = (TextFile.contents(of: "/proc/self/statm") ?? "").split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : peakBytes
    }
}

/// Ends the process if an input takes too long.
private final class FuzzWatch: Sendable {
    private let limit: UInt64
    /// Processor time of the process when the present input began; 0 between two.
    private let began = Atomic<UInt64>(0)
    private let thread = PeriodicThread("fuzz-watch", every: .milliseconds(50))

    init(limit: UInt64) { self.limit = limit }

    func start() {
        thread.start { [self] thread in
            while thread.rest() {
                let start = began.load(ordering: .relaxed)
                guard start > 0, Self.processorTime > start + limit else { continue }
                ProcessLog.write("took more than \(Duration.nanoseconds(Int64(limit)).text)")
                exit(FuzzLoop.Limit.time.rawValue)
            }
        }
    }

    func begin() { began.store(max(1, Self.processorTime), ordering: .relaxed) }
    func end() { began.store(0, ordering: .relaxed) }

    private static var processorTime: UInt64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
