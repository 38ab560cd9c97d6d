package import LabCore

/// How somebody wants the pods' memory to be limited.
package enum MemoryControlChoice: String, Hashable, Sendable, CaseIterable {
    /// The best that this machine allows.
    case auto
    case cgroup
    case watchdog
    case none
}

extension MemoryControl {
    /// - Throws: ``LabError`` with exit status 5 if this machine does not allow what is asked for.
    package static func choose(_ wish: MemoryControlChoice) throws(LabError) -> MemoryControl {
        try choose(
            wish,
            membership: TextFile.contents(of: "/proc/self/cgroup"),
            mounts: TextFile.contents(of: "/proc/self/mounts")
        )
    }

    static func choose(
        _ wish: MemoryControlChoice,
        membership: String?,
        mounts: String?
    ) throws(LabError) -> MemoryControl {
        switch wish {
        case .auto:
            return detect(membership: membership, mounts: mounts)
        case .none:
            return .none(reason: "not wanted")
        case .watchdog:
            guard isReadable else {
                throw LabError(
                    "memory limits: this system does not show what a process keeps in memory",
                    exitStatus: .capabilityMissing
                )
            }
            return .watchdog(reason: "wanted instead of cgroups")
        case .cgroup:
            switch cgroups(membership: membership, mounts: mounts) {
            case .success(let control):
                return control
            case .failure(let refusal):
                throw LabError(
                    "memory limits: no cgroup can be had: \(refusal.description)",
                    hint: """
                        Run as root, or below a delegated scope: \
                        systemd-run --user --scope -p Delegate=yes leaklab …
                        """,
                    exitStatus: .capabilityMissing
                )
            }
        }
    }
}
