import Foundation
import LabCluster
package import LabCore

/// What this machine is, as far as it matters for a run.
package enum Machine {
    package static var description: [LabelledValue] {
        [
            LabelledValue("system", ProcessInfo.processInfo.operatingSystemVersionString),
            LabelledValue(
                "processor",
                "\(processorName), \(ProcessInfo.processInfo.activeProcessorCount) cores"
            ),
            LabelledValue(
                "memory",
                memory.description
            ),
            LabelledValue("Swift", swiftVersion),
        ]
    }

    package static var memory: ByteCount {
        ByteCount(Int64(clamping: ProcessInfo.processInfo.physicalMemory))
    }

    private static var processorName: String {
        for line in (TextFile.contents(of: "/proc/cpuinfo") ?? "").split(separator: "\n")
        where line.hasPrefix("model name") {
            return line.split(separator: ":", maxSplits: 1).last.map { $0.trimmedOfSpaces } ?? "unknown"
        }
        return "unknown"
    }

    /// The compiler that built this program.
    package static var swiftVersion: String {
        #if compiler(>=6.4)
        "6.4 or newer"
        #elseif compiler(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }

    /// Memory that new processes can have without pushing others out, and without a cgroup around this process being full;
    /// `nil` where the system does not say.
    package static var availableMemory: ByteCount? {
        let known = [freeMemory?.bytes, OwnCgroup.freeMemory].compactMap(\.self)
        return known.min().map { ByteCount($0) }
    }

    private static var freeMemory: ByteCount? {
        for line in (TextFile.contents(of: "/proc/meminfo") ?? "").split(separator: "\n")
        where line.hasPrefix("MemAvailable:") {
            let words = line.split(separator: " ")
            return words.count >= 2 ? Int64(words[1]).map { ByteCount($0 << 10) } : nil
        }
        return nil
    }
}
