import LabCore
import LabTelemetry

/// How much of what a pod's processes hold lies in several of them at once, so that a sum counts it once: what a fork
/// has left to both, until one of them writes to it, and memory that they share.
///
/// The kernel walks a process' pages to tell, in 0.15 ms for 16 MiB and 4 ms for 512 MiB: it is asked when that has
/// rested a hundred times as long as it took. One thread at a time.
final class SharedPages {
    private static let rest: UInt64 = 100
    /// Where a decision waits for it.
    private static let urgentRest: UInt64 = 10

    private let measure: (Int32) -> Int64?
    private let clock: () -> UInt64
    private var shares: [Int32: Int64] = [:]
    private var isAlone = true
    private var end: UInt64 = 0
    private var cost: UInt64 = 0

    /// - Parameters:
    ///   - measure: bytes of a process that count elsewhere already; `nil` if the kernel does not say.
    ///   - clock: nanoseconds.
    init(
        measure: @escaping (Int32) -> Int64? = SharedPages.excess,
        clock: @escaping () -> UInt64 = { MonotonicClock.nanoseconds }
    ) {
        self.measure = measure
        self.clock = clock
    }

    /// Asks the kernel, if it is time, what these processes share.
    func update(_ pids: [Int32], isUrgent: Bool = false) {
        isAlone = pids.count < 2
        guard !isAlone else {
            shares = [:]
            return
        }
        let start = clock()
        guard start >= end + cost * (isUrgent ? Self.urgentRest : Self.rest) else { return }
        shares = pids.reduce(into: [:]) { $0[$1] = measure($1) ?? 0 }
        end = clock()
        cost = end - min(start, end)
    }

    /// Bytes of a process that count elsewhere already; `nil` if that is not known yet.
    subscript(pid: Int32) -> Int64? { isAlone ? 0 : shares[pid] }

    /// What the kernel reports of a process: anonymous and shared pages less its proportional part of them (proc_pid_smaps(5)).
    static func excess(of pid: Int32) -> Int64? {
        guard let rollup = TextFile.contents(of: "/proc/\(pid)/smaps_rollup") else { return nil }
        return excess(in: Array(rollup.utf8)[...]) {
            let status = TextFile.contents(of: "/proc/\(pid)/status") ?? ""
            return ProcessMemoryProbe.kept(in: Array(status.utf8)[...])?.shared.bytes
        }
    }

    /// - Parameters:
    ///   - rollup: the text of `/proc/PID/smaps_rollup`.
    ///   - shared: bytes of shared memory that the process has resident.
    /// - Returns: bytes; `nil` if the text does not say.
    static func excess(in rollup: ArraySlice<UInt8>, shared: () -> Int64?) -> Int64? {
        func bytes(_ key: String) -> Int64? {
            ProcessMemoryProbe.kibibytes(after: Array("\(key):".utf8), in: rollup).map { $0.0 << 10 }
        }
        guard let anonymous = bytes("Anonymous"), let part = bytes("Pss_Anon") else { return nil }
        let sharedPart = bytes("Pss_Shmem") ?? 0
        let sharedExcess = sharedPart > 0 ? max(0, (shared() ?? sharedPart) - sharedPart) : 0
        return max(0, anonymous - part) + sharedExcess
    }
}
