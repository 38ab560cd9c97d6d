import Foundation
import LabCluster

/// Which run something belongs to, and which process is its lab: in a file, and in the environment of all processes of
/// the run, which their children inherit.
package struct RunMark: Sendable, Hashable {
    /// Of the environment.
    package static let variable = "LEAKLAB_LAB"

    /// The run's id.
    package let run: String
    let lab: ProcessIdentity
    /// In which the lab's pid is one; `nil` where the system has but one.
    private let namespace: String?

    /// That of a run whose lab is this process.
    init(run: String) {
        self.run = run
        lab = .own
        namespace = Self.ownNamespace
    }

    /// What ``identity`` says of a run; `nil` if that is none.
    init?(run: String, identity: String) {
        let words = identity.split(whereSeparator: \.isWhitespace)
        guard (2...3).contains(words.count), let pid = Int32(words[0]), let start = UInt64(words[1]) else {
            return nil
        }
        guard words.count == 2 || words[2].hasPrefix(Self.namespacePrefix) else { return nil }
        self.run = run
        lab = ProcessIdentity(pid: pid, startTime: start)
        namespace = words.count == 3 ? String(words[2]) : nil
    }

    /// What ``value`` says; `nil` if that is none.
    init?(_ value: String) {
        let parts = value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        self.init(run: String(parts[0]), identity: String(parts[1]))
    }

    /// The lab: its pid, its start in clock ticks after boot, and the namespace of pids.
    var identity: String {
        (["\(lab.pid)", "\(lab.startTime)"] + [namespace].compactMap(\.self)).joined(separator: " ")
    }

    /// Of the environment's variable.
    var value: String { "\(run) \(identity)" }

    /// The variable with its value.
    package var environment: [String: String] { [Self.variable: value] }

    /// Whether the lab is alive.
    ///
    /// One of another namespace, in a container that shares a folder with this process, counts
    /// as alive, since that cannot be known.
    var isInUse: Bool {
        guard namespace == nil || namespace == Self.ownNamespace else { return true }
        return lab.isAlive
    }

    /// What a process has in its environment; `nil` if that is no mark.
    init?(environment: String) {
        let prefix = "\(Self.variable)="
        let marks = environment.split(separator: "\0").lazy.filter { $0.hasPrefix(prefix) }
            .compactMap { RunMark(String($0.dropFirst(prefix.count))) }
        guard let mark = marks.first else { return nil }
        self = mark
    }

    private static let namespacePrefix = "pid:["
    private static let ownNamespace = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/ns/pid"
    )
}

/// A process with the mark of a run in its environment.
struct MarkedProcess: Sendable, Hashable {
    let pid: Int32
    let mark: RunMark

    /// All whose environment this process may read; empty where there is no `/proc`.
    static func all() -> [MarkedProcess] {
        ProcessText.pids.compactMap { pid in
            ProcessText.environment(of: pid).flatMap(RunMark.init(environment:)).map {
                MarkedProcess(pid: pid, mark: $0)
            }
        }
    }
}
