import LabCluster
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A process of a run whose lab is dead.
struct LeftProcess: Sendable, Hashable {
    let identity: ProcessIdentity
    /// The program's name and its first argument.
    let name: String
    let run: String

    var words: String { "process \(identity.pid) (\(name))" }

    /// Those of this process's user, by the mark in their environment.
    ///
    /// Zombies have no environment. Empty where there is no `/proc`.
    static func all() -> [LeftProcess] {
        Folder.entries(of: "/proc").compactMap(Int32.init).filter { $0 != getpid() }
            .compactMap(LeftProcess.init(pid:))
    }

    private init?(pid: Int32) {
        var status = stat()
        guard unsafe stat("/proc/\(pid)", &status) == 0, status.st_uid == geteuid(),
            let identity = ProcessIdentity(ofRunning: pid),
            let environment = TextFile.contents(of: "/proc/\(pid)/environ"),
            let mark = RunMark(environment: environment), !mark.isInUse
        else { return nil }
        let line = TextFile.contents(of: "/proc/\(pid)/cmdline") ?? ""
        let words = line.split(separator: "\0").prefix(2)
        let program = words.first.flatMap { $0.split(separator: "/").last } ?? "?"
        name = ([program] + words.dropFirst()).joined(separator: " ")
        self.identity = identity
        run = mark.run
    }

    /// Longer than the kernel takes for one that is stopped, or swapped out.
    private static let patience: (rounds: Int, pause: UInt32) = (100, 10_000)

    /// Sends SIGKILL, and waits until it is gone, for a second.
    /// - Returns: why it is not; `nil` if it is.
    func end() -> String? {
        guard identity.isAlive else { return nil }
        guard kill(identity.pid, SIGKILL) == 0 || errno == ESRCH else {
            return "\(words): \(SystemError.words(errno))"
        }
        for _ in 0..<Self.patience.rounds {
            if !identity.isAlive { return nil }
            usleep(Self.patience.pause)
        }
        return "\(words): does not end on SIGKILL"
    }
}
