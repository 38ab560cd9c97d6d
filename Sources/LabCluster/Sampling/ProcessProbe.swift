package import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads a process from outside at a few microseconds a time: `/proc/PID/stat` stays open, and the descriptors are
/// counted by the size of `/proc/PID/fd` (Linux 6.2 and newer; listed one by one before).
///
/// One thread at a time.
package final class ProcessProbe {
    /// What was read, by metric; without those that the system does not report.
    package struct Reading: Hashable, Sendable {
        package var values: [MetricName: Double]

        package subscript(metric: MetricName) -> Double? {
            get { values[metric] }
            set { values[metric] = newValue }
        }
    }

    package let pid: Int32
    private let statDescriptor: Int32
    private let descriptorFolder: String
    private let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))
    private let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))
    private var buffer = [UInt8](repeating: 0, count: 1_024)
    private let switches: ContextSwitches

    /// - Returns: `nil` if the process is gone or the system has no `/proc`.
    package init?(pid: Int32) {
        self.pid = pid
        descriptorFolder = "/proc/\(pid)/fd"
        switches = ContextSwitches(pid: pid)
        statDescriptor = open("/proc/\(pid)/stat", O_RDONLY | O_CLOEXEC)
        guard statDescriptor >= 0 else { return nil }
    }

    deinit { close(statDescriptor) }

    /// - Parameter withSlow: also what takes tens of microseconds for each thread; once a second is enough.
    /// - Returns: `nil` once the process has ended.
    package func read(withSlow: Bool = false) -> Reading? {
        let count = pread(statDescriptor, &buffer, buffer.count, 0)
        guard count > 0,
            let statistics = ProcessStatistics(parsing: buffer[..<count]),
            statistics.state != "Z", statistics.state != "X", statistics.residentPages > 0
        else { return nil }
        var reading = Reading(values: [
            .rss: Double(Int64(statistics.residentPages) * pageSize),
            .cpu: Double(statistics.cpuTicks) / ticksPerSecond,
            .threads: Double(statistics.threads),
        ])
        reading[.descriptors] = openDescriptors().map(Double.init)
        guard withSlow else { return reading }
        reading[.majorPageFaults] = Double(statistics.majorPageFaults)
        reading[.involuntaryContextSwitches] = switches.involuntary()
        return reading
    }

    private func openDescriptors() -> Int? {
        var status = stat()
        guard stat(descriptorFolder, &status) == 0 else { return nil }
        if status.st_size > 0 { return Int(status.st_size) }
        guard let folder = opendir(descriptorFolder) else { return nil }
        defer { closedir(folder) }
        var entries = 0
        while readdir(folder) != nil { entries += 1 }
        return max(0, entries - 2)
    }
}

/// Finds out whether a process is the one it was: a pid alone may have been given to another since.
package struct ProcessIdentity: Hashable, Sendable, Codable {
    package let pid: Int32
    /// Clock ticks after boot; 0 where the system does not say.
    package let startTime: UInt64

    package init(pid: Int32, startTime: UInt64) {
        self.pid = pid
        self.startTime = startTime
    }

    /// The identity of a process that runs now; `nil` if there is none with that pid.
    package init?(ofRunning pid: Int32) {
        if let line = TextFile.contents(of: "/proc/\(pid)/stat"),
            let statistics = ProcessStatistics(parsing: line)
        {
            guard statistics.state != "Z" else { return nil }
            self.init(pid: pid, startTime: statistics.startTime)
        } else if TextFile.contents(of: "/proc/self/stat") == nil, kill(pid, 0) == 0 {
            self.init(pid: pid, startTime: 0)
        } else {
            return nil
        }
    }

    /// This process.
    package static var own: ProcessIdentity {
        ProcessIdentity(ofRunning: getpid()) ?? ProcessIdentity(pid: getpid(), startTime: 0)
    }

    package var isAlive: Bool { ProcessIdentity(ofRunning: pid) == self }
}
