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

    /// Fails for this process itself, one of another user, and one whose lab is alive.
    init?(_ marked: MarkedProcess) {
        var status = stat()
        guard marked.pid != getpid(), !marked.mark.isInUse,
            unsafe stat("/proc/\(marked.pid)", &status) == 0, status.st_uid == geteuid(),
            let identity = ProcessIdentity(ofRunning: marked.pid)
        else { return nil }
        let words = ProcessText.command(of: marked.pid).prefix(2)
        let program = words.first.flatMap { $0.split(separator: "/").last } ?? "?"
        name = ([String(program)] + words.dropFirst()).joined(separator: " ")
        self.identity = identity
        run = marked.mark.run
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
