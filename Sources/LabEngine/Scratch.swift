import LabCluster
import LabCore

/// The folder of the files that a run's processes share: telemetry pages, ledgers, configurations.
///
/// Memory-backed where there is room, since mapped files on a disk cost writes. Removed when the run ends; the
/// guardian does it if the lab cannot.
package struct Scratch: Sendable {
    package let path: String

    package static let namePrefix = "leaklab-"

    /// - Parameter root: `nil` for `/dev/shm` where it has room, else the system's folder for temporary files.
    package static func make(run: String, root: String?, needing size: ByteCount) throws(LabError) -> Scratch {
        let root = root ?? defaultRoot(needing: size)
        if let free = Folder.freeBytes(at: root), free < size {
            throw LabError(
                "\(root): \(free) free, the run's shared files need \(size)",
                hint: "Name another folder with --scratch or LEAKLAB_SCRATCH."
            )
        }
        let scratch = Scratch(path: "\(root)/\(namePrefix)\(run)")
        try Folder.make(scratch.path)
        return scratch
    }

    package static func defaultRoot(needing size: ByteCount) -> String {
        if let free = Folder.freeBytes(at: "/dev/shm"), free.bytes > 2 * size.bytes { return "/dev/shm" }
        return temporaryFolder
    }

    package static let temporaryFolder = "/tmp"

    package func remove() { Folder.remove(path) }

    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
