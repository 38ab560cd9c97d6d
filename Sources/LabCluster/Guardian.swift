import LabCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The lab's end of the pipe to the guardian: a small process that ends everything if the lab dies.
///
/// The guardian reads `group PGID`, `cgroup PATH`, `folder PATH` and their opposites `-group PGID`, … line by line. At
/// end of file, which the kernel brings about however the lab ends, it kills and removes what is on its list.
package final class Guardian: Sendable {
    private let pipeEnd: Mutex<Int32>

    /// - Parameter descriptor: the pipe's writing end; closed when the lab ends, in whatever way.
    package init(writingTo descriptor: Int32) { pipeEnd = Mutex(descriptor) }

    package func watch(group pid: Int32) { send("group \(pid)") }
    package func release(group pid: Int32) { send("-group \(pid)") }
    package func watch(cgroup: MemoryCgroup) { send("cgroup \(cgroup.path)") }
    package func release(cgroup: MemoryCgroup) { send("-cgroup \(cgroup.path)") }
    package func watch(folder: String) { send("folder \(folder)") }
    package func release(folder: String) { send("-folder \(folder)") }

    /// Ends the guardian, which then ends what is still on its list.
    package func dismiss() {
        pipeEnd.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    private func send(_ line: String) {
        pipeEnd.withLock { descriptor in
            guard descriptor >= 0 else { return }
            var text = line + "\n"
            // One write below PIPE_BUF is atomic. A guardian that is gone is missed only if the lab dies as well;
            // `leaklab doctor --clean` removes what is left then.
            _ = text.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
        }
    }
}

/// What the guardian process keeps, and what it does at the end.
package struct GuardianList: Sendable, Hashable {
    package private(set) var groups: Set<Int32> = []
    package private(set) var cgroups: Set<String> = []
    package private(set) var folders: Set<String> = []

    package init() {}

    /// Takes one line; anything it does not understand is passed over.
    package mutating func take(_ line: some StringProtocol) {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return }
        let subject = String(words[1])
        switch words[0] {
        case "group": if let pid = Int32(subject), pid > 1 { groups.insert(pid) }
        case "-group": if let pid = Int32(subject) { groups.remove(pid) }
        case "cgroup": cgroups.insert(subject)
        case "-cgroup": cgroups.remove(subject)
        case "folder": folders.insert(subject)
        case "-folder": folders.remove(subject)
        default: break
        }
    }

    /// SIGKILLs every process, then removes cgroups and folders.
    package func endEverything() {
        let groups = cgroups.map { MemoryCgroup(path: $0, version: $0.hasVersion2Files ? 2 : 1) }
        for pid in self.groups { kill(-pid, SIGKILL) }
        for group in groups { group.killAll() }
        for group in groups { group.remove() }
        for folder in folders { Folder.remove(folder) }
    }
}

extension String {
    fileprivate var hasVersion2Files: Bool { access("\(self)/memory.current", F_OK) == 0 }
}
