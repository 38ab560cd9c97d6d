import LabCluster
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What there is of runs on this machine outside of the store, whoever they belong to.
package enum RunTraces {
    /// A process of some run.
    package struct Process: Sendable, Hashable {
        package let pid: Int32
        /// Of this program: `pod`, `broker`, `run`.
        package let subcommand: String

        /// Sends it a signal; without effect once it is gone.
        package func send(_ number: Int32) { kill(pid, number) }
    }

    /// Living processes in whose environment a variable has this value; zombies have none.
    package static func processes(withEnvironment name: String, _ value: String) -> [Process] {
        let entry = "\(name)=\(value)"
        return ProcessText.pids.compactMap { pid in
            guard let environment = ProcessText.environment(of: pid),
                environment.split(separator: "\0").contains(Substring(entry))
            else { return nil }
            return Process(pid: pid, subcommand: ProcessText.command(of: pid).dropFirst().first ?? "")
        }
    }

    /// Cgroups, and files outside of `root`, that carry the id of one of these runs; and whatever is in `root`.
    /// - Parameters:
    ///   - runs: their ids.
    ///   - root: the folder that somebody names for runs.
    /// - Returns: full paths.
    package static func places(ofRuns runs: Set<String>, root: String) -> [String] {
        let named = MemoryControl.possiblePlaces().map(\.root) + ScratchPlaces().all(and: nil)
        let carrying = named.flatMap { place in
            Folder.entries(of: place).filter { Scratch.run(inName: $0).map(runs.contains) ?? false }
                .map { "\(place)/\($0)" }
        }
        return carrying + Folder.entries(of: root).map { "\(root)/\($0)" }
    }

    /// Whether something listens at a port of 127.0.0.1; `nil` where the system does not say.
    package static func isListening(at port: Int) -> Bool? {
        guard let table = TextFile.contents(of: "/proc/net/tcp") else { return nil }
        let digits = String(port, radix: 16, uppercase: true)
        let local = "0100007F:" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return table.split(separator: "\n").dropFirst().contains { line in
            let words = line.split(separator: " ")
            // State 0A is LISTEN.
            return words.count > 3 && words[1] == local && words[3] == "0A"
        }
    }
}
