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
    /// Nothing of the kernel's: pods run unlimited and uncharged.
    case none(reason: String)

    package var name: String {
        switch self {
        case .version2: "cgroup v2"
        case .version1: "cgroup v1"
        case .none: "none"
        }
    }

    package var explanation: String {
        switch self {
        case .version2(let root), .version1(let root): "\(name) below \(root)"
        case .none(let reason): "none: \(reason)"
        }
    }

    /// Where its cgroups are made, and of which version; `nil` for none.
    package var place: (root: String, version: Int)? {
        switch self {
        case .version2(let root): (root, 2)
        case .version1(let root): (root, 1)
        case .none: nil
        }
    }

    /// Looks for a place where this process may create memory cgroups, by creating one and removing it.
    package static func detect() -> MemoryControl {
        guard let membership = TextFile.contents(of: "/proc/self/cgroup") else {
            return .none(reason: "this system has no cgroups")
        }
        var refusals: [String] = []
        for candidate in candidates(
            membership: membership,
            mounts: TextFile.contents(of: "/proc/self/mounts") ?? ""
        ) {
            guard let refusal = candidate.refusal() else {
                return candidate
            }
            refusals.append(refusal)
        }
        return .none(reason: refusals.first ?? "no memory controller is mounted")
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
        guard let path, path != "/" else { return mount }
        let joined = mount + path
        return access(joined, F_OK) == 0 ? joined : mount
    }

    /// Why no cgroup can be created here; `nil` if one can.
    private func refusal() -> String? {
        let probe = "leaklab-probe-\(getpid())"
        do {
            let group = try MemoryCgroup.create(named: probe, under: self, limit: nil)
            group.remove()
            return nil
        } catch {
            return error.description
        }
    }
}
