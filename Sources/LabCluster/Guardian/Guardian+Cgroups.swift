package import LabCore

extension Guardian {
    /// Makes a cgroup that is on the list until it is removed.
    /// - Returns: `nil` where memory is not controlled by cgroups.
    /// - Throws: ``LabError`` naming the folder and the system's reason.
    package func makeCgroup(
        named name: String,
        under control: MemoryControl,
        limit: ByteCount?
    ) throws(LabError) -> MemoryCgroup? {
        guard control.place != nil else { return nil }
        let cgroup = try MemoryCgroup.create(named: name, under: control, limit: limit)
        watch(cgroup: cgroup)
        return cgroup
    }

    /// Ends what is in the cgroup, and removes it.
    package func remove(_ cgroup: MemoryCgroup) {
        cgroup.killAll()
        cgroup.remove()
        release(cgroup: cgroup)
    }
}
