import CPlatform
import Foundation
import LabCore
import LabTelemetry
import Synchronization

/// Takes profiles of the pod's heap on a thread of its own: after the warm-up, on a schedule, when somebody asks, shortly
/// before the limit, and at the end.
final class HeapProfiler: Sendable {
    private let pod: String
    private let configuration: ProfilingConfiguration
    private let metrics: PodMetrics
    private let usage: UsageFile?
    private let thread: PeriodicThread
    private let state = Mutex(State())

    private struct State {
        var number = 0
        var readyAt: UInt64?
    }

    /// As long as the watchdog looks away: a pod that gains 100 MB/s gains 2 MB in it.
    private static let interval = Duration.milliseconds(20)

    /// - Returns: `nil` if no profiles are asked for, or this process's allocator takes no samples.
    init?(_ configuration: PodConfiguration, metrics: PodMetrics) {
        guard let profiling = configuration.profiling else { return nil }
        guard cplatform_profile_is_active() else {
            ProcessLog.write("heap profiles: the allocator takes no samples")
            return nil
        }
        pod = configuration.name
        self.configuration = profiling
        self.metrics = metrics
        usage = profiling.memoryLimit == nil ? nil : UsageFile()
        thread = PeriodicThread("profiler", every: Self.interval)
    }

    func start() {
        thread.start { [self] thread in
            var schedule = ProfileSchedule(
                warmUp: configuration.warmUp,
                every: configuration.every,
                limit: configuration.memoryLimit
            )
            while thread.rest() {
                guard let seconds = secondsSinceReady() else { continue }
                if let moment = schedule.due(at: seconds, usage: usage?.read()) { take(moment) }
                if isRequested { take(.requested) }
            }
        }
    }

    /// Takes the last profile, and ends the thread.
    ///
    /// To be called once the pod handles no more events, and before it lets go of what it holds.
    func finish() {
        thread.stop()
        thread.join()
        if secondsSinceReady() != nil { take(.end) }
    }

    private func secondsSinceReady() -> Double? {
        guard metrics.ready.load() > 0 else { return nil }
        let now = MonotonicClock.nanoseconds
        return state.withLock { state in
            let start = state.readyAt ?? now
            state.readyAt = start
            return Double(now - start) / 1e9
        }
    }

    private var isRequested: Bool {
        let path = "\(configuration.folder)/\(ProfileFileName.request(of: pod))"
        return access(path, F_OK) == 0 && unlink(path) == 0
    }

    private func take(_ moment: HeapProfile.Moment) {
        let number = state.withLock { state in
            defer { state.number += 1 }
            return state.number
        }
        let name = ProfileFileName(
            pod: pod,
            life: configuration.life,
            number: number,
            moment: moment,
            events: Int(clamping: metrics.processed.load()),
            milliseconds: Int((secondsSinceReady() ?? 0) * 1_000)
        )
        let path = "\(configuration.folder)/\(name.stem)"
        let (part, whole) = (path + ProfileFileName.partSuffix, path + ProfileFileName.suffix)
        let error = cplatform_dump_profile(part)
        guard error == 0, rename(part, whole) == 0 else {
            ProcessLog.write("\(whole): no heap profile: \(SystemError.words(error == 0 ? errno : error))")
            unlink(part)
            return
        }
    }
}

/// The memory that the pod's limit counts, as the kernel or, without a cgroup, the process knows it.
private final class UsageFile: Sendable {
    private let descriptor: Int32
    /// Of a cgroup: one number, of bytes.
    ///
    /// Else `/proc/self/statm`, of pages.
    private let isCgroup: Bool
    private let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))

    /// - Returns: `nil` where neither can be read.
    init?() {
        let file = ProcessInfo.processInfo.environment[ProfilingConfiguration.usageVariable]
        isCgroup = file != nil
        descriptor = open(file ?? "/proc/self/statm", O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Bytes.
    func read() -> Int64? {
        var buffer = [UInt8](repeating: 0, count: 128)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        let numbers = String(decoding: buffer[..<count], as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .compactMap { Int64($0) }
        if isCgroup { return numbers.first }
        // Resident pages that are not a file's.
        return numbers.count > 2 ? (numbers[1] - numbers[2]) * pageSize : nil
    }
}
