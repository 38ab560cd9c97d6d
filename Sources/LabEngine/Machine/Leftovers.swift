import LabCluster
import LabRecording

/// Cgroups and scratch folders of runs that are no more: what a power cut, or a kill of lab and guardian both, leaves.
package struct Leftovers: Sendable {
    /// What became of one of them.
    package struct Removal: Sendable, Hashable {
        package var path: String
        /// What is left, and why; `nil` if it is gone.
        package var problem: String?
    }

    let cgroups: [MemoryCgroup]
    let folders: [String]

    package var names: [String] { cgroups.map(\.path) + folders }

    /// Looks where the lab makes such things.
    ///
    /// What belongs to a run whose lab is alive is left out.
    package static func find() -> Leftovers {
        let cgroups = MemoryControl.possiblePlaces().flatMap { root, version in
            abandoned(in: root).map { MemoryCgroup(path: $0, version: version) }
        }
        let folders = ["/dev/shm", Scratch.temporaryFolder].flatMap(abandoned(in:))
        return Leftovers(cgroups: cgroups, folders: folders)
    }

    /// Kills what still runs in the cgroups, and removes what it may.
    package func remove() -> [Removal] {
        let groups = cgroups.map { cgroup in
            cgroup.killAll()
            return Removal(path: cgroup.path, problem: cgroup.remove())
        }
        return groups + folders.map { Removal(path: $0, problem: Folder.remove($0)) }
    }

    private static func abandoned(in root: String) -> [String] {
        Folder.entries(of: root).filter { name in
            guard name.hasPrefix(Scratch.namePrefix) else { return false }
            let id = RunID.first(in: name.dropFirst(Scratch.namePrefix.count))
            return id.map { !Scratch.isInUse(run: $0) } ?? false
        }
        .map { "\(root)/\($0)" }
    }
}
