import Foundation
import LabCluster
package import LabCore
import LabRecording
import LabTelemetry

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The folder of the files that a run's processes share: telemetry pages, ledgers, configurations.
///
/// Memory-backed where there is room, since mapped files on a disk cost writes. Removed when the run ends; the
/// guardian does it if the lab cannot.
package struct Scratch: Sendable {
    package let path: String
    /// Of the lab and the run, for the environment of all its processes.
    package let mark: RunMark
    private let identityPath: String

    package static let namePrefix = "leaklab-"

    /// The id of the run whose folder, cgroup or file has this name; `nil` for a name of another kind.
    static func run(inName name: String) -> String? {
        guard name.hasPrefix(namePrefix) else { return nil }
        return RunID.first(in: name.dropFirst(namePrefix.count))
    }
    /// By this variable of the environment somebody names the folder in which the runs' folders are.
    package static let variable = "LEAKLAB_SCRATCH"

    /// Makes the folder, below `root` or, if that is `nil`, in `/dev/shm` where it has room, else in the system's
    /// folder for temporary files.
    /// - Returns: the folder, which the caller removes.
    /// - Throws: ``LabError`` if there is no room, or nothing can be written there.
    package static func make(run: String, root: String?, needing size: ByteCount) throws(LabError) -> Scratch
    {
        let places = ScratchPlaces()
        let root = root ?? places.root(needing: size)
        if let free = Folder.freeBytes(at: root), free < size {
            throw LabError("\(root): \(free) free, the run's shared files need \(size)", hint: Self.hint)
        }
        let mark = RunMark(run: run)
        // First the name of its lab: a folder without one is taken for a leftover.
        let path = "\(root)/\(namePrefix)\(run)"
        let identityPath = try putIdentity(mark, of: path, below: places.all(and: root))
        let scratch = Scratch(path: path, mark: mark, identityPath: identityPath)
        do {
            try Folder.make(scratch.path, isPrivate: true)
        } catch {
            scratch.remove()
            throw LabError(error.description, hint: error.hint ?? Self.hint, exitStatus: error.exitStatus)
        }
        return scratch
    }

    private static let hint = "Name another folder with --scratch or \(variable)."

    /// Names the lab of a run where it is looked for wherever the run's folder is, so that nobody takes what belongs to it
    /// for a leftover: in the first folder that can be written and has room.
    ///
    /// The second line is the run's folder, so that who finds the
    /// name alone knows what else there is.
    private static func putIdentity(
        _ mark: RunMark,
        of folder: String,
        below places: [String]
    ) throws(LabError) -> String {
        let text = "\(mark.identity)\n\(URL(fileURLWithPath: folder).path)\n"
        var problems: [String] = []
        for place in places {
            let path = identityPath(of: mark.run, below: place)
            let error = TextFile.put(text, to: path, creating: true)
            guard error != 0 else { return path }
            Folder.remove(path)
            problems.append("\(path): cannot be written: \(SystemError.words(error))")
        }
        throw LabError(problems.joined(separator: "; "), hint: hint)
    }

    private static func identityPath(of run: String, below place: String) -> String {
        "\(place)/\(namePrefix)\(run).lab"
    }

    /// The folder of a run as the name of its lab says it; `nil` for a file that says none, or that is not this user's.
    static func folder(saidBy path: String) -> String? {
        guard path.hasSuffix(".lab"), let run = run(inName: String(path.split(separator: "/").last ?? "")),
            let owner = try? FileManager.default.attributesOfItem(atPath: path)[.ownerAccountID] as? Int,
            owner == Int(geteuid()), let text = TextFile.contents(of: path)
        else { return nil }
        let lines = text.split(separator: "\n")
        guard lines.count == 2, lines[1].hasPrefix("/"), lines[1].hasSuffix("/\(namePrefix)\(run)") else {
            return nil
        }
        return String(lines[1])
    }

    /// What became of the lab of a run.
    enum Lab: Sendable, Hashable {
        case alive
        case dead
        /// Nothing names it.
        case unknown
    }

    /// What became of the lab of a run, by the files that name it and by the marks of its processes: its guardian has one as
    /// long as it lives, so that it is known to somebody who does not see its files too.
    /// - Parameters:
    ///   - run: its id.
    ///   - root: the folder that somebody names for runs.
    ///   - marks: of all processes that can be seen.
    /// - Returns: whether it is alive, dead, or not known.
    static func lab(
        ofRun run: String,
        root: String? = Scratch.namedRoot,
        marks: [RunMark]
    ) -> Lab {
        let files = ScratchPlaces().all(and: root).compactMap { place in
            let lines = (TextFile.contents(of: identityPath(of: run, below: place)) ?? "").split(
                separator: "\n"
            )
            return RunMark(run: run, identity: lines.first.map(String.init) ?? "")
        }
        let known = files + marks.filter { $0.run == run }
        if known.contains(where: \.isInUse) { return .alive }
        return known.isEmpty ? .unknown : .dead
    }

    /// Whether the lab of a run is alive.
    static func isInUse(
        run: String,
        root: String? = Scratch.namedRoot,
        marks: [RunMark] = MarkedProcess.all().map(\.mark)
    ) -> Bool {
        lab(ofRun: run, root: root, marks: marks) == .alive
    }

    /// What the environment names.
    package static var namedRoot: String? {
        ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    package static func defaultRoot(needing size: ByteCount) -> String {
        ScratchPlaces().root(needing: size)
    }

    package func remove() {
        for place in places { Folder.remove(place) }
    }

    /// All that has to go when the run is over.
    package var places: [String] { [path, identityPath] }

    /// The configuration of one life of a pod, and its page: nobody reads them any more.
    func removeFiles(ofPod name: String, life: Int) {
        for suffix in ["page", BrokerJournal.path(besidePage: "page"), "json", "agent"] {
            Folder.remove(file("\(name)-\(life).\(suffix)"))
        }
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }
}
