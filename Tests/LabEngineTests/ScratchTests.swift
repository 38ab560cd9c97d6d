import Foundation
import LabCore
import LabRecording
import Testing

@testable import LabEngine

@Suite("Scratch folders")
struct ScratchTests {
    private let run = RunID.make(now: 0)

    @Test("a run's folder is there until it is removed, and is in use meanwhile")
    func lifetime() throws {
        let root = try ScratchFolder()
        let scratch = try Scratch.make(run: run, root: root.path, needing: ByteCount(1))
        #expect(scratch.path == "\(root.path)/leaklab-\(run)")
        #expect(scratch.places.allSatisfy(exists))
        #expect(Scratch.isInUse(run: run))
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.path)[.posixPermissions]
        #expect(mode as? Int == 0o700, "configurations in it hold passwords")
        try Data([1]).write(to: URL(fileURLWithPath: scratch.file("page")))
        scratch.remove()
        #expect(!scratch.places.contains(where: exists))
        #expect(!Scratch.isInUse(run: run))
    }

    @Test("a folder with too little room is refused, with what helps, and nothing is left")
    func tooLittleRoom() throws {
        let root = try ScratchFolder()
        let error = #expect(throws: LabError.self) {
            try Scratch.make(run: run, root: root.path, needing: ByteCount(.max))
        }
        #expect(error?.description.hasPrefix(root.path) == true)
        #expect(error?.hint?.contains("LEAKLAB_SCRATCH") == true)
        #expect(!exists("\(root.path)/leaklab-\(run)") && !Scratch.isInUse(run: run))
    }

    @Test("a root where no folder can be made is an error, and nothing is left")
    func impossibleRoot() throws {
        let root = try ScratchFolder()
        try Data().write(to: URL(fileURLWithPath: root.file("file")))
        #expect(throws: LabError.self) {
            try Scratch.make(run: run, root: root.file("file"), needing: ByteCount(1))
        }
        #expect(!Scratch.isInUse(run: run))
    }

    @Test(
        "only a lab that is alive, and is the one that made the folder, keeps it in use",
        arguments: ["", "garbage", "1", "1 1", "-1 5", "999999999 1", "1 2 3", "99999999999999999999 1"]
    )
    func deadLab(identity: String) throws {
        let root = try ScratchFolder()
        let scratch = try Scratch.make(run: run, root: root.path, needing: ByteCount(1))
        defer { scratch.remove() }
        try Data(identity.utf8).write(to: URL(fileURLWithPath: scratch.places[1]))
        #expect(!Scratch.isInUse(run: run))
    }

    @Test("memory-backed where there is plenty of room, else the folder for temporary files")
    func defaultRoot() {
        #expect(["/dev/shm", "/tmp"].contains(Scratch.defaultRoot(needing: ByteCount(1))))
        #expect(Scratch.defaultRoot(needing: ByteCount(Int64.max / 4)) == "/tmp")
    }
}

@Suite("Leftovers")
struct LeftoversTests {
    private let run = RunID.make(now: 0)

    @Test("what belongs to a lab that is alive is no leftover, what its death leaves is")
    func abandoned() throws {
        let scratch = try Scratch.make(run: run, root: Scratch.temporaryFolder, needing: ByteCount(1))
        defer { scratch.remove() }
        let whileAlive = Set(Leftovers.find().names)
        #expect(whileAlive.isDisjoint(with: scratch.places))
        // As if the lab had been another process, with a pid that is taken by somebody else now.
        try Data("1 1\n".utf8).write(to: URL(fileURLWithPath: scratch.places[1]))
        #expect(Set(Leftovers.find().names).isSuperset(of: scratch.places))
    }

    @Test("what may not be removed stays, and is told with the reason")
    func kept() throws {
        let root = try ScratchFolder()
        let removals = Leftovers(cgroups: [], folders: ["/proc/version", root.path]).remove()
        #expect(removals.map(\.path) == ["/proc/version", root.path])
        #expect(removals[1].problem == nil && !exists(root.path))
        let problem = try #require(removals[0].problem)
        // As root and as anybody else.
        #expect(
            ["Operation not permitted", "Permission denied"].contains { problem == "/proc/version: \($0)" },
            "\(problem)"
        )
    }

    @Test("a pipe in the place of a lab's name is not waited for", .timeLimit(.minutes(1)))
    func pipe() throws {
        let scratch = try Scratch.make(run: run, root: Scratch.temporaryFolder, needing: ByteCount(1))
        defer { scratch.remove() }
        unlink(scratch.places[1])
        #expect(mkfifo(scratch.places[1], 0o600) == 0)
        #expect(!Scratch.isInUse(run: run))
    }

    @Test("what is not named after a run is nobody's leftover")
    func otherNames() throws {
        let path = "\(Scratch.temporaryFolder)/leaklab-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(!Leftovers.find().names.contains(path))
    }
}
