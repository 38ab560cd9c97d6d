import Foundation
import LabCluster
package import LabCore

/// What a run has of the machine.
package struct RehearsalMachine: Hashable, Sendable {
    /// Processors, or the part of them that a container may use.
    package var cores: Double
    /// `nil` where the system does not say.
    package var availableMemory: ByteCount?

    package init(cores: Double, availableMemory: ByteCount?) {
        self.cores = cores
        self.availableMemory = availableMemory
    }

    /// This machine, now.
    package static var present: RehearsalMachine {
        let cores = Double(ProcessInfo.processInfo.activeProcessorCount)
        return RehearsalMachine(
            cores: min(cores, quota ?? cores),
            availableMemory: Machine.availableMemory
        )
    }

    /// A container's share, as cgroups have it (cgroup-v2.rst, `cpu.max`; sched-bwc.rst).
    private static var quota: Double? {
        let folder = "/sys/fs/cgroup"
        let texts = ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"].map {
            TextFile.contents(of: "\(folder)/\($0)") ?? ""
        }
        return quota(in: TextFile.contents(of: "\(folder)/cpu.max") ?? texts.joined(separator: " "))
    }

    /// Reads microseconds of CPU, and the period in which they may be used.
    /// - Returns: `nil` if there is no limit.
    static func quota(in text: String) -> Double? {
        let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0
        else {
            return nil
        }
        return quota / period
    }
}
