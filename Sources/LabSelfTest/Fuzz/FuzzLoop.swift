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
    /// So many inputs go by between two looks at the memory of the process, which cost more than most readers take.
    private static let inputsPerLook = 256

    let target: FuzzTarget
    let seed: UInt64
    /// Wall time, seconds.
    let seconds: Double
    /// Of inputs; then it is over even if there is time.
    let most: Int
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
        let file = try FuzzFile(path: "\(folder)/input")
        var (number, resident, peak) = (0, 0, 0)
        while number < inputs.count || (number < most && ContinuousClock.now < deadline) {
            let input = mutation.input(number, seed: seed)
            file.hold(input)
            if number % Self.inputsPerLook == 0 { (resident, peak) = (Self.residentBytes, Self.peakBytes) }
            watch.begin()
            try? target.read(input, in: folder)
            watch.end()
            let now = Self.peakBytes
            if now > peak, now - resident > Self.mostMemory {
                ProcessLog.write("took \(ByteCount(Int64(now - resident)))")
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

/// The present input in a file, so that it is there whatever the reader does to this process.
private final class FuzzFile {
    private let descriptor: Int32

    /// - Throws: ``LabError`` if the file cannot be made.
    init(path: String) throws {
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LabError("\(path): cannot be made: \(SystemError.words(errno))") }
    }

    deinit { close(descriptor) }

    func hold(_ input: [UInt8]) {
        _ = unsafe input.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        _ = ftruncate(descriptor, off_t(input.count))
    }
}
