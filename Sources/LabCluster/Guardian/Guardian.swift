import LabCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The lab's end of the pipe to the guardian: a small process that ends everything if the lab dies.
///
/// The guardian reads `group PGID`, `pod PID`, `cgroup PATH`, `folder PATH` and their opposites `-group PGID`, … line by line. At
/// end of file, which the kernel brings about however the lab ends, it kills and removes what is on its list. The lab
/// keeps the same list, for the guardian's successor should it be killed.
package final class Guardian: Sendable {
    private struct State {
        var list = GuardianList()
        var pipe: GuardianPipe?
        var pid: Int32?
        var isDismissed = false
    }

    private let state = Mutex(State())

    /// One whose process is still to be connected: until then it keeps its list.
    package init() {}

    package func watch(group pid: Int32) { send("group \(pid)") }
    package func release(group pid: Int32) { send("-group \(pid)") }
    /// A process of somebody else's, with all that comes of it; a process of the lab's own is watched as a group, since a
    /// guardian among its children has work to do when it ends.
    package func watch(pod pid: Int32) { send("pod \(pid)") }
    package func release(pod pid: Int32) { send("-pod \(pid)") }
    package func watch(cgroup: MemoryCgroup) { send("cgroup \(cgroup.path)") }
    package func release(cgroup: MemoryCgroup) { send("-cgroup \(cgroup.path)") }
    package func watch(folder: String) { send("folder \(folder)") }
    package func release(folder: String) { send("-folder \(folder)") }

    /// The guardian's process, while there is one.
    package var pid: Int32? { state.withLock { $0.pid } }

    /// Ends the guardian, which then ends what is still on its list.
    func dismiss() {
        state.withLock { state in
            state.isDismissed = true
            state.pipe?.end()
            state.pipe = nil
        }
    }

    var isDismissed: Bool { state.withLock { $0.isDismissed } }

    /// Opens a pipe to a guardian that is about to start, with the whole present list in it.
    func connect() throws(LabError) -> GuardianPipe {
        let pipe = try GuardianPipe()
        state.withLock { state in
            for line in state.list.lines { pipe.send(line) }
            if state.isDismissed { pipe.end() } else { state.pipe = pipe }
        }
        return pipe
    }

    func started(pid: Int32) { state.withLock { $0.pid = pid } }

    /// The guardian is no more.
    func disconnect() {
        state.withLock { state in
            state.pid = nil
            state.pipe = nil
        }
    }

    /// Does the guardian's work in this process.
    func endEverything() { state.withLock { $0.list }.endEverything() }

    private func send(_ line: String) {
        state.withLock { state in
            state.list.take(line)
            state.pipe?.send(line)
        }
    }
}

/// What the guardian process keeps, and what it does at the end.
package struct GuardianList: Sendable, Hashable {
    package private(set) var groups: Set<Int32> = []
    package private(set) var pods: Set<Int32> = []
    package private(set) var cgroups: Set<String> = []
    package private(set) var folders: Set<String> = []

    package init() {}

    /// What makes an empty list the same as this one, in order.
    package var lines: [String] {
        groups.sorted().map { "group \($0)" } + pods.sorted().map { "pod \($0)" }
            + cgroups.sorted().map { "cgroup \($0)" }
            + folders.sorted().map { "folder \($0)" }
    }

    /// Takes one line; anything it does not understand is passed over.
    package mutating func take(_ line: some StringProtocol) {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return }
        let subject = String(words[1])
        switch words[0] {
        case "group": if let pid = Int32(subject), pid > 1 { groups.insert(pid) }
        case "-group": if let pid = Int32(subject) { groups.remove(pid) }
        case "pod": if let pid = Int32(subject), pid > 1 { pods.insert(pid) }
        case "-pod": if let pid = Int32(subject) { pods.remove(pid) }
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
        let trees = pods.map { ProcessTree(leader: $0) }
        // Before the first processes are gone, by which the others are found.
        for tree in trees { tree.kill() }
        for pid in self.groups.union(pods) { kill(-pid, SIGKILL) }
        for tree in trees { tree.killAll() }
        for group in groups { group.killAll() }
        for group in groups { group.remove() }
        for folder in folders { Folder.remove(folder) }
    }
}

extension String {
    fileprivate var hasVersion2Files: Bool { access("\(self)/memory.current", F_OK) == 0 }
}
