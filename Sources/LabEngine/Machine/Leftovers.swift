import LabCluster

/// Processes, cgroups and scratch folders of runs that are no more: what a power cut, or a kill of lab and guardian both,
/// leaves.
package struct Leftovers: Sendable {
    /// What became of one of them.
    package struct Removal: Sendable, Hashable {
        /// A path, or a process in words.
        package var path: String
        /// What is left, and why; `nil` if it is gone.
        package var problem: String?
    }

    let processes: [LeftProcess]
    let cgroups: [MemoryCgroup]
    let folders: [String]

    init(processes: [LeftProcess] = [], cgroups: [MemoryCgroup] = [], folders: [String] = []) {
        self.processes = processes
        self.cgroups = cgroups
        self.folders = folders
    }

    package var names: [String] { processes.map(\.words) + cgroups.map(\.path) + folders }

    /// Looks where the lab makes such things.
    ///
    /// What belongs to a run whose lab is alive is left out.
    /// - Parameters:
    ///   - root: the folder that somebody names for runs.
    ///   - isCertain: only what belongs to a lab that is known to be dead; else also what belongs to none that is known.
    /// - Returns: all that was found.
    package static func find(root: String? = Scratch.namedRoot, isCertain: Bool = false) -> Leftovers {
        let marked = MarkedProcess.all()
        let marks = marked.map(\.mark)
        func abandoned(in place: String) -> [String] {
            Folder.entries(of: place).filter { name in
                guard let id = Scratch.run(inName: name) else { return false }
                switch Scratch.lab(ofRun: id, root: root, marks: marks) {
                case .alive: return false
                case .dead: return true
                case .unknown: return !isCertain
                }
            }
            .map { "\(place)/\($0)" }
        }
        let cgroups = MemoryControl.possiblePlaces().flatMap { place, version in
            abandoned(in: place).map { MemoryCgroup(path: $0, version: version) }
        }
        let folders = ScratchPlaces().all(and: root).flatMap(abandoned(in:))
        // Where a name is found its folder may be elsewhere, and nobody would find that any more without it.
        let elsewhere = folders.compactMap(Scratch.folder(saidBy:)).filter {
            !folders.contains($0) && Folder.freeBytes(at: $0) != nil
        }
        return Leftovers(
            processes: marked.compactMap(LeftProcess.init),
            cgroups: cgroups,
            folders: elsewhere + folders
        )
    }

    /// Kills what still runs, and removes what it may.
    package func remove() -> [Removal] {
        let ended = processes.map { Removal(path: $0.words, problem: $0.end()) }
        let groups = cgroups.map { cgroup in
            cgroup.killAll()
            return Removal(path: cgroup.path, problem: cgroup.remove())
        }
        return ended + groups + folders.map { Removal(path: $0, problem: Folder.remove($0)) }
    }
}
