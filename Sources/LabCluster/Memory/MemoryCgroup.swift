package import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One pod's memory cgroup: made before the pod, removed after it.
///
/// Names carry the run's id, so that what a power cut leaves can be told from what is in use.
package struct MemoryCgroup: Hashable, Sendable {
    package let path: String
    package let version: Int

    /// A cgroup that exists.
    package init(path: String, version: Int) {
        self.path = path
        self.version = version
    }

    /// - Throws: ``LabError`` naming the folder and the system's reason.
    package static func create(
        named name: String,
        under control: MemoryControl,
        limit: ByteCount?
    ) throws(LabError) -> MemoryCgroup {
        switch control {
        case .watchdog(let reason), .none(let reason):
            throw LabError("memory cgroup: \(reason)", exitStatus: .capabilityMissing)
        case .version1(let root):
            return try make(MemoryCgroup(path: "\(root)/\(name)", version: 1), limit)
        case .version2(let root):
            try delegateMemory(in: root)
            return try make(MemoryCgroup(path: "\(root)/\(name)", version: 2), limit)
        }
    }

    private static func make(
        _ group: MemoryCgroup,
        _ limit: ByteCount?
    ) throws(LabError) -> MemoryCgroup {
        guard mkdir(group.path, 0o755) == 0 || errno == EEXIST else {
            throw LabError("\(group.path): \(SystemError.words(errno))", exitStatus: .capabilityMissing)
        }
        guard access(group.file("cgroup.procs"), W_OK) == 0 else {
            let error = errno
            rmdir(group.path)
            throw LabError(
                "\(group.path)/cgroup.procs: \(SystemError.words(error))",
                exitStatus: .capabilityMissing
            )
        }
        do throws(LabError) {
            try group.setLimit(limit)
        } catch {
            rmdir(group.path)
            throw error
        }
        return group
    }

    /// Version 2 shows a controller in children only if the parent passes it on, which a group with processes of
    /// its own may not do (cgroup-v2.rst, “no internal processes”).
    private static func delegateMemory(in root: String) throws(LabError) {
        let enabled = TextFile.contents(of: "\(root)/cgroup.subtree_control") ?? ""
        guard !enabled.split(whereSeparator: \.isWhitespace).contains("memory") else { return }
        var error = TextFile.put("+memory", to: "\(root)/cgroup.subtree_control")
        if error == EBUSY, moveIntoLeaf(of: root) {
            error = TextFile.put("+memory", to: "\(root)/cgroup.subtree_control")
        }
        guard error == 0 else {
            throw LabError(
                "\(root)/cgroup.subtree_control: cannot pass on the memory controller: \(SystemError.words(error))",
                hint: "Run below a delegated scope: systemd-run --user --scope -p Delegate=yes leaklab …",
                exitStatus: .capabilityMissing
            )
        }
    }

    /// Where the lab itself moves to, so that its group may have children with controllers.
    static let leafName = "leaklab-lab"

    /// Moves this process into a group of its own below `root`, if it is the only one there.
    private static func moveIntoLeaf(of root: String) -> Bool {
        let leaf = MemoryCgroup(path: "\(root)/\(leafName)", version: 2)
        guard MemoryCgroup(path: root, version: 2).processes() == [getpid()] else { return false }
        guard mkdir(leaf.path, 0o755) == 0 || errno == EEXIST else { return false }
        return TextFile.put(String(getpid()), to: leaf.processList) == 0
    }

    /// The file with the memory that is in use, bytes.
    var usagePath: String { file(version == 2 ? "memory.current" : "memory.usage_in_bytes") }

    /// The memory that is in use, bytes; `nil` once the group is gone.
    package var usage: Int64? {
        TextFile.contents(of: usagePath).flatMap { Int64($0.filter { !$0.isWhitespace }) }
    }

    /// The file into which a process writes its pid to join.
    package var processList: String { file("cgroup.procs") }

    /// Sets the limit, or none, in place of the one before.
    ///
    /// Swap is denied, so that a limit is a limit. Lower than what is in use, it makes the kernel reclaim, and kill in
    /// version 2: no process should be in the group.
    /// - Throws: ``LabError`` with the system's reason, in version 1 also if what is in use cannot be reclaimed.
    package func setLimit(_ limit: ByteCount?) throws(LabError) {
        if version == 2 {
            try set("memory.max", to: limit.map { String($0.bytes) } ?? "max")
            _ = TextFile.put(limit == nil ? "max" : "0", to: file("memory.swap.max"))
            _ = TextFile.put("1", to: file("memory.oom.group"))
        } else {
            try setVersion1Limit(limit)
        }
    }

    /// The kernel refuses a limit above that of memory and swap together, which it has only if it accounts for swap:
    /// so that one goes first when the limit is raised, and last when it is lowered (memory.rst, section 2.4).
    private func setVersion1Limit(_ limit: ByteCount?) throws(LabError) {
        let (memory, withSwap) = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
        let value = String(limit?.bytes ?? -1)
        guard let present = TextFile.contents(of: file(withSwap)) else { return try set(memory, to: value) }
        let isRaised = limit.map { $0.bytes > Int64(present.trimmedOfNewline) ?? .max } ?? true
        for name in isRaised ? [withSwap, memory] : [memory, withSwap] { try set(name, to: value) }
    }

    /// Memory as the limit counts it: usage minus inactive file pages, which are reclaimed before anything is
    /// killed.
    ///
    /// `nil` if the group is gone.
    package func charge() -> ByteCount? { ChargeProbe(self)?.read() }

    /// How many processes the kernel has killed here for memory.
    package func oomKills() -> Int {
        let name = version == 2 ? "memory.events" : "memory.oom_control"
        let numbers = TextFile.numbers(in: TextFile.contents(of: file(name)) ?? "")
        return Int(numbers["oom_kill"] ?? 0)
    }

    /// Whether the kernel kills all processes of the group at once, as one.
    ///
    /// Version 2 does if it is asked to, and the lab asks (cgroup-v2.rst, `memory.oom.group`).
    func killsTogether() -> Bool {
        version == 2 && TextFile.contents(of: file("memory.oom.group"))?.first == "1"
    }

    package func processes() -> [Int32] { listedProcesses() ?? [] }

    /// `nil` if the list cannot be read.
    func listedProcesses() -> [Int32]? {
        TextFile.contents(of: processList)?.split(separator: "\n").compactMap { Int32($0) }
    }

    /// SIGKILLs everything in the group, again and again until nothing is left, at most for a second.
    package func killAll() {
        for _ in 0..<100 {
            let pids = processes()
            guard !pids.isEmpty else { return }
            if version == 1 || TextFile.put("1", to: file("cgroup.kill")) != 0 {
                for pid in pids where pid > 1 { kill(pid, SIGKILL) }
            }
            usleep(10_000)
        }
    }

    /// Removes the group; retried for a second, since a dying process may still hold it.
    /// - Returns: why it is still there; `nil` if it is gone.
    @discardableResult
    package func remove() -> String? {
        var error: Int32 = 0
        for _ in 0..<100 {
            if rmdir(path) == 0 || errno == ENOENT { return nil }
            error = errno
            usleep(10_000)
        }
        return "\(path): \(SystemError.words(error))"
    }

    private func file(_ name: String) -> String { "\(path)/\(name)" }

    private func set(_ name: String, to value: String) throws(LabError) {
        let error = TextFile.put(value, to: file(name))
        guard error == 0 else {
            throw LabError(
                "\(file(name)): cannot set “\(value)”: \(SystemError.words(error))",
                exitStatus: .capabilityMissing
            )
        }
    }
}

extension String {
    var trimmedOfNewline: String { last == "\n" ? String(dropLast()) : self }
}
