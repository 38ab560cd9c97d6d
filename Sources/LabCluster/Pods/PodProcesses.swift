#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// All processes of one life of a pod: those in its cgroup, or where there is none, its process tree.
package struct PodProcesses: Sendable {
    /// The first one, whose end is the end of the life.
    package let pid: Int32
    package let cgroup: MemoryCgroup?
    let tree: ProcessTree

    /// - Parameters:
    ///   - pid: of the first process, which leads a process group.
    ///   - cgroup: the one that all of them are in.
    ///   - mark: the value of ``ProcessTree/variable`` in its environment, if it is there.
    package init(pid: Int32, cgroup: MemoryCgroup? = nil, mark: String? = nil) {
        self.pid = pid
        self.cgroup = cgroup
        tree = ProcessTree(leader: pid, mark: mark)
    }

    /// The pids of those that are alive.
    /// - Returns: `nil` if they cannot be listed.
    package func list() -> [Int32]? {
        guard let cgroup else { return tree.pids() }
        return cgroup.listedProcesses()
    }

    /// SIGKILLs everything that is left, again and again, at most for a second.
    func killAll() {
        kill(-pid, SIGKILL)
        if let cgroup { cgroup.killAll() } else { tree.killAll() }
    }
}
