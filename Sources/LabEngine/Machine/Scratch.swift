import LabCluster
package import LabCore
import LabTelemetry

/// The folder of the files that a run's processes share: telemetry pages, ledgers, configurations.
///
/// Memory-backed where there is room, since mapped files on a disk cost writes. Removed when the run ends; the
/// guardian does it if the lab cannot.
package struct Scratch: Sendable {
    package let path: String
    private let identityPath: String

    package static let namePrefix = "leaklab-"

    /// Makes the folder, below `root` or, if that is `nil`, in `/dev/shm` where it has room, else in the system's
    /// folder for temporary files.
    /// - Returns: the folder, which the caller removes.
    /// - Throws: ``LabError`` if there is no room, or nothing can be written there.
    package static func make(run: String, root: String?, needing size: ByteCount) throws(LabError) -> Scratch
    {
        let root = root ?? defaultRoot(needing: size)
        if let free = Folder.freeBytes(at: root), free < size {
            throw LabError(
                "\(root): \(free) free, the run's shared files need \(size)",
                hint: "Name another folder with --scratch or LEAKLAB_SCRATCH."
            )
        }
        let scratch = Scratch(path: "\(root)/\(namePrefix)\(run)", identityPath: identityPath(of: run))
        // First the name of its lab: a folder without one is taken for a leftover.
        let identity = ProcessIdentity.own
        let error = TextFile.put(
            "\(identity.pid) \(identity.startTime)\n",
            to: scratch.identityPath,
            creating: true
        )
        guard error == 0 else {
            throw LabError("\(scratch.identityPath): cannot be written: \(SystemError.words(error))")
        }
        do {
            try Folder.make(scratch.path, isPrivate: true)
        } catch {
            scratch.remove()
            throw error
        }
        return scratch
    }

    /// Names the lab of a run, wherever the run's folder is; so that nobody takes what belongs to it for a leftover.
    private static func identityPath(of run: String) -> String {
        "\(temporaryFolder)/\(namePrefix)\(run).lab"
    }

    /// Whether the lab of a run is alive.
    static func isInUse(run: String) -> Bool {
        let words = (TextFile.contents(of: identityPath(of: run)) ?? "").split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let pid = Int32(words[0]), let startTime = UInt64(words[1]) else {
            return false
        }
        return ProcessIdentity(pid: pid, startTime: startTime).isAlive
    }

    package static func defaultRoot(needing size: ByteCount) -> String {
        if let free = Folder.freeBytes(at: "/dev/shm"), free.bytes > 2 * size.bytes { return "/dev/shm" }
        return temporaryFolder
    }

    package static let temporaryFolder = "/tmp"

    package func remove() {
        for place in places { Folder.remove(place) }
    }

    /// All that has to go when the run is over.
    package var places: [String] { [path, identityPath] }

    /// The configuration of one life of a pod, and its page: nobody reads them any more.
    func removeFiles(ofPod name: String, life: Int) {
        for suffix in ["page", BrokerJournal.path(besidePage: "page"), "json"] {
            Folder.remove(file("\(name)-\(life).\(suffix)"))
        }
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
