import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// How this machine lets the lab charge and limit a pod's memory.
package enum MemoryControl: Hashable, Sendable {
    /// A delegated subtree of the unified hierarchy.
    case version2(root: String)
    /// A folder of the memory controller's own hierarchy.
    case version1(root: String)
    /// Nothing of the kernel's: the lab looks at the pods' memory itself and kills (``MemoryWatchdog``).
    case watchdog(reason: String)
    /// Pods run unlimited and uncharged.
    case none(reason: String)

    package var name: String {
        switch self {
        case .version2: "cgroup v2"
        case .version1: "cgroup v1"
        case .watchdog: "watchdog"
        case .none: "none"
        }
    }

    package var explanation: String {
        switch self {
        case .version2(let root), .version1(let root): "\(name) below \(root)"
        case .watchdog(let reason), .none(let reason): "\(name): \(reason)"
        }
    }

    /// Where its cgroups are made, and of which version; `nil` if it makes none.
    package var place: (root: String, version: Int)? {
        switch self {
        case .version2(let root): (root, 2)
        case .version1(let root): (root, 1)
        case .watchdog, .none: nil
        }
    }

    package var isWatchdog: Bool { if case .watchdog = self { true } else { false } }

    /// Looks for a place where this process may create memory cgroups, by creating one and removing it, and takes to
    /// the watchdog if there is none.
    package static func detect() -> MemoryControl {
        detect(
            membership: TextFile.contents(of: "/proc/self/cgroup"),
            mounts: TextFile.contents(of: "/proc/self/mounts")
        )
    }

    static func detect(membership: String?, mounts: String?) -> MemoryControl {
        let refusal: String
        switch cgroups(membership: membership, mounts: mounts) {
        case .success(let control): return control
        case .failure(let error): refusal = error.description
        }
        return isReadable ? .watchdog(reason: refusal) : .none(reason: refusal)
    }

    /// Wherever labs with this process' rights may have made cgroups, of either version, whether or not this one can.
    package static func possiblePlaces() -> [(root: String, version: Int)] {
        candidates(
            membership: TextFile.contents(of: "/proc/self/cgroup") ?? "",
            mounts: TextFile.contents(of: "/proc/self/mounts") ?? ""
        )
        .compactMap(\.place)
    }

    /// Whether the watchdog can see what a process keeps in memory.
    static var isReadable: Bool { ProcessMemoryProbe(pid: getpid())?.read() != nil }

    /// A place for cgroups, or why there is none.
    static func cgroups(membership: String?, mounts: String?) -> Result<MemoryControl, LabError> {
        guard let membership else { return .failure(LabError("this system has no cgroups")) }
        var refusals: [LabError] = []
        for candidate in candidates(membership: membership, mounts: mounts ?? "") {
            guard let refusal = candidate.refusal() else { return .success(candidate) }
            refusals.append(refusal)
        }
        return .failure(refusals.first ?? LabError("no memory controller is mounted"))
    }

    /// Version 1's own hierarchy wins where both are mounted, because a controller lives in one of them only.
    static func candidates(membership: String, mounts: String) -> [MemoryControl] {
        var found: [MemoryControl] = []
        let paths = memberships(in: membership)
        for mount in mounts.split(separator: "\n") {
            let fields = mount.split(separator: " ")
            guard fields.count >= 4 else { continue }
            let folder = String(fields[1])
            if fields[2] == "cgroup", fields[3].split(separator: ",").contains("memory") {
                found.insert(.version1(root: join(folder, paths["memory"])), at: 0)
            } else if fields[2] == "cgroup2" {
                found.append(.version2(root: join(folder, paths[""])))
            }
        }
        return found
    }

    private static func memberships(in text: String) -> [Substring: Substring] {
        var paths: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            for controller in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
                paths[controller] = parts[2]
            }
        }
        return paths
    }

    /// The process' own group if the mount shows it, else the mount itself (as in a container with its own view).
    private static func join(_ mount: String, _ path: Substring?) -> String {
        guard var path, path != "/" else { return mount }
        // Once the lab has moved into a leaf of its group, that group still is the place.
        let leaf = "/" + MemoryCgroup.leafName
        if path.hasSuffix(leaf) { path.removeLast(leaf.count) }
        let joined = mount + path
        return access(joined, F_OK) == 0 ? joined : mount
    }

    /// Why no cgroup can be created here; `nil` if one can.
    private func refusal() -> LabError? {
        // Two looks at a time, of one process or of two that cannot see each other, must not share a cgroup.
        let probe = "leaklab-probe-\(getpid())-\(String(UInt32.random(in: 0...(.max)), radix: 16))"
        do {
            let group = try MemoryCgroup.create(named: probe, under: self, limit: nil)
            group.remove()
            return nil
        } catch {
            return error
        }
    }
}
