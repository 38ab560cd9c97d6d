import LabCluster
import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What this machine lets one lab with all its children have; `nil` where there is no limit, or none that is known.
struct RunRoom: Sendable, Hashable {
    /// Files that one process may have open.
    var descriptors: Int?
    /// Processes and threads that may still be started.
    var processes: Int?
    var memory: ByteCount?

    init(descriptors: Int? = nil, processes: Int? = nil, memory: ByteCount? = nil) {
        (self.descriptors, self.processes, self.memory) = (descriptors, processes, memory)
    }

    // What a run with pods that do nothing was seen to take, and as much again for the lab itself.
    private static let (labDescriptors, podDescriptors) = (48, 10)
    private static let (labProcesses, podProcesses) = (60, 16)
    private static let (labMemory, podMemory) = (ByteCount.mebibytes(128), ByteCount.mebibytes(16))

    /// Why a run with so many pods at a time cannot begin; `nil` if it can.
    ///
    /// Otherwise one of its processes would end at some moment, by a signal and without a word.
    func refusal(pods: Int) -> LabError? {
        let needs = (
            descriptors: Self.labDescriptors + pods * Self.podDescriptors,
            processes: Self.labProcesses + pods * Self.podProcesses,
            memory: ByteCount(Self.labMemory.bytes + Int64(pods) * Self.podMemory.bytes)
        )
        if let descriptors, descriptors < needs.descriptors {
            return Self.refusal(
                "a process may have \(grouped(descriptors)) files open, a run of \(grouped(pods)) pods needs "
                    + "\(grouped(needs.descriptors))",
                hint: "Raise the limit with “ulimit -n”, or run fewer pods."
            )
        }
        if let processes, processes < needs.processes {
            return Self.refusal(
                "\(grouped(max(0, processes))) more processes and threads may be started, a run of \(grouped(pods)) pods "
                    + "needs \(grouped(needs.processes))",
                hint: "Raise the limit with “ulimit -u” or “pids.max”, end other programs, or run fewer pods."
            )
        }
        if let memory, memory < needs.memory {
            return Self.refusal(
                "\(memory) of memory are free, a run of \(grouped(pods)) pods needs \(needs.memory) before its first event",
                hint: "The limit may be that of a container or cgroup around the lab."
            )
        }
        return nil
    }

    private static func refusal(_ problem: String, hint: String) -> LabError {
        LabError("run: \(problem)", hint: hint, exitStatus: .capabilityMissing)
    }
}

extension RunRoom {
    /// What the system says at this instant.
    static var present: RunRoom {
        RunRoom(
            descriptors: limit(of: RLIMIT_NOFILE),
            processes: [freeProcesses, OwnCgroup.freeProcesses].compactMap(\.self).min(),
            memory: Machine.availableMemory
        )
    }

    #if canImport(Glibc)
    private typealias Resource = __rlimit_resource
    private static let processLimit = __RLIMIT_NPROC
    #else
    private typealias Resource = Int32
    private static let processLimit = RLIMIT_NPROC
    #endif

    /// The soft limit, which children inherit; `nil` if there is none.
    private static func limit(of resource: Resource) -> Int? {
        var limit = rlimit()
        #if canImport(Glibc)
        let isKnown = unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0
        #else
        let isKnown = unsafe getrlimit(resource, &limit) == 0
        #endif
        guard isKnown, limit.rlim_cur < rlim_t(Int32.max) else { return nil }
        return Int(limit.rlim_cur)
    }

    /// By the limit of this user, whose threads all count; it does not bind root.
    private static var freeProcesses: Int? {
        guard geteuid() != 0, let limit = limit(of: processLimit) else { return nil }
        let threads = ProcessText.pids.reduce(0) { sum, pid in
            var status = stat()
            guard unsafe stat("/proc/\(pid)", &status) == 0, status.st_uid == geteuid() else { return sum }
            return sum + Folder.entries(of: "/proc/\(pid)/task").count
        }
        return limit - threads
    }
}

/// The limits of the cgroups that the lab itself is in, as a container or a service sets them.
enum OwnCgroup {
    /// Bytes that may still be taken before the kernel kills; `nil` where there is no limit.
    static var freeMemory: Int64? {
        least("memory", limits: ["memory.max", "memory.limit_in_bytes"]) { folder in
            number("\(folder)/memory.current") ?? number("\(folder)/memory.usage_in_bytes")
        }
    }

    static var freeProcesses: Int? {
        least("pids", limits: ["pids.max"]) { number("\($0)/pids.current") }.map { Int(clamping: $0) }
    }

    private static func least(_ controller: String, limits: [String], used: (String) -> Int64?) -> Int64? {
        let text = TextFile.contents(of: "/proc/self/cgroup") ?? ""
        return folders(in: text, of: controller).compactMap { folder -> Int64? in
            guard let limit = limits.lazy.compactMap({ number("\(folder)/\($0)") }).first,
                limit < Int64.max / 2, let used = used(folder)
            else { return nil }
            return max(0, limit - used)
        }
        .min()
    }

    /// The folders of the process's cgroups under a controller, from its own up to the root, of either version.
    /// - Parameters:
    ///   - text: of `/proc/self/cgroup`.
    ///   - controller: such as `pids`.
    /// - Returns: paths below the controller's mount.
    static func folders(in text: String, of controller: String) -> [String] {
        text.split(separator: "\n").flatMap { line -> [String] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let isUnified = parts[0] == "0" && parts[1].isEmpty
            guard isUnified || parts[1].split(separator: ",").contains(Substring(controller)) else {
                return []
            }
            let root = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/\(controller)"
            var path = parts[2].split(separator: "/")
            var folders = [root]
            while !path.isEmpty {
                folders.append(root + "/" + path.joined(separator: "/"))
                path.removeLast()
            }
            return folders
        }
    }

    /// `nil` for “max” too.
    private static func number(_ path: String) -> Int64? {
        TextFile.contents(of: path).flatMap { Int64($0.split(whereSeparator: \.isWhitespace).first ?? "") }
    }
}
