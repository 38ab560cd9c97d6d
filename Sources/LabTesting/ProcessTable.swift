import LabCluster

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A process of this machine, as `/proc` shows it.
package struct ListedProcess: Hashable, Sendable {
    package let pid: Int32
    package let arguments: [String]

    package func send(_ signal: Int32) { kill(pid, signal) }
}

/// Finds processes by their environment, which children inherit whatever becomes of their parents.
package enum ProcessTable {
    /// Living processes in whose environment a text occurs.
    ///
    /// Zombies have no environment. Empty where there is no `/proc`.
    package static func processes(withEnvironment text: String) -> [ListedProcess] {
        ProcessText.pids.compactMap { pid in
            guard let environment = ProcessText.environment(of: pid), environment.contains(text) else {
                return nil
            }
            return ListedProcess(pid: pid, arguments: ProcessText.command(of: pid))
        }
    }
}
