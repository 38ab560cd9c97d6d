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
        arguments: [
            "", "garbage", "1", "1 1", "-1 5", "999999999 1", "1 2 3", "99999999999999999999 1",
            "1 1 pid:[1] more",
        ]
    )
    func deadLab(identity: String) throws {
        let root = try ScratchFolder()
        let scratch = try Scratch.make(run: run, root: root.path, needing: ByteCount(1))
        defer { scratch.remove() }
        try Data(identity.utf8).write(to: URL(fileURLWithPath: scratch.places[1]))
        #expect(!Scratch.isInUse(run: run))
    }

    @Test("the lab's name is found wherever it could be written")
    func identityElsewhere() throws {
        let root = try ScratchFolder()
        let mark = RunMark(run: run)
        let path = root.file("leaklab-\(run).lab")
        try Data(mark.identity.utf8).write(to: URL(fileURLWithPath: path))
        #expect(!Scratch.isInUse(run: run, root: nil))
        #expect(Scratch.isInUse(run: run, root: root.path))
        #expect(Leftovers.find(root: root.path).folders.contains(path) == false)
        try Data("1 1".utf8).write(to: URL(fileURLWithPath: path))
        #expect(Leftovers.find(root: root.path).folders.contains(path))
    }

    @Test("memory-backed where there is plenty of room, else the folder for temporary files")
    func defaultRoot() {
        #expect(["/dev/shm", TemporaryFolder.path].contains(Scratch.defaultRoot(needing: ByteCount(1))))
        #expect(Scratch.defaultRoot(needing: ByteCount(Int64.max / 4)) == TemporaryFolder.path)
    }

    struct Machine: Sendable, CustomTestStringConvertible {
        let memory: ScratchPlaces.Room?
        let temporary: ScratchPlaces.Room?
        let root: String
        var testDescription: String { "\(String(describing: memory)), \(String(describing: temporary))" }
    }

    private static func room(_ free: Int64, _ isWritable: Bool = true) -> ScratchPlaces.Room {
        ScratchPlaces.Room(free: ByteCount(free), isWritable: isWritable)
    }

    @Test(
        "a place that is read-only or full is passed over where another one has the room",
        arguments: [
            Machine(memory: room(200), temporary: room(200), root: "/dev/shm"),
            Machine(memory: room(199), temporary: room(200), root: "/t"),
            // Nothing else would do.
            Machine(memory: room(199), temporary: room(200, false), root: "/dev/shm"),
            Machine(memory: room(100), temporary: room(99), root: "/dev/shm"),
            Machine(memory: room(100), temporary: nil, root: "/dev/shm"),
            Machine(memory: room(200, false), temporary: room(100), root: "/t"),
            Machine(memory: nil, temporary: room(100), root: "/t"),
            // That is where the error belongs.
            Machine(memory: nil, temporary: room(99), root: "/t"),
            Machine(memory: room(99), temporary: room(200, false), root: "/t"),
        ]
    )
    func places(machine: Machine) {
        let places = ScratchPlaces(temporary: "/t") { $0 == "/t" ? machine.temporary : machine.memory }
        #expect(places.root(needing: ByteCount(100)) == machine.root)
    }

    @Test("every place where a lab may have written is looked at once")
    func allPlaces() {
        #expect(ScratchPlaces(temporary: "/t").all(and: "/s") == ["/t", "/tmp", "/dev/shm", "/s"])
        #expect(ScratchPlaces(temporary: "/tmp").all(and: "/dev/shm") == ["/tmp", "/dev/shm"])
        #expect(ScratchPlaces(temporary: "/tmp").all(and: nil) == ["/tmp", "/dev/shm"])
    }
}

@Suite("Leftovers")
struct LeftoversTests {
    private let run = RunID.make(now: 0)

    @Test("who finds the name of a dead lab finds its folder too, wherever that is")
    func elsewhere() throws {
        let root = try ScratchFolder()
        let scratch = try Scratch.make(run: run, root: root.path, needing: ByteCount(1))
        defer { scratch.remove() }
        #expect(!Leftovers.find(root: nil).folders.contains(scratch.path))
        let name = try String(contentsOfFile: scratch.places[1], encoding: .utf8)
        func say(_ folder: String) throws {
            try Data("1 1\n\(folder)\n".utf8).write(to: URL(fileURLWithPath: scratch.places[1]))
        }
        #expect(name.hasSuffix("\n\(scratch.path)\n"))
        try say(scratch.path)
        #expect(Leftovers.find(root: nil).folders.contains(scratch.path))
        // Only what can be a run's folder, and this run's.
        for folder in [root.path, "leaklab-\(run)", "\(root.path)/leaklab-20250101-000000-aaaa"] {
            try say(folder)
            #expect(Scratch.folder(saidBy: scratch.places[1]) == nil)
        }
    }

    @Test("what belongs to a lab that is alive is no leftover, what its death leaves is")
    func abandoned() throws {
        let scratch = try Scratch.make(run: run, root: TemporaryFolder.path, needing: ByteCount(1))
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

    @Test("a process is one by the mark in its environment, once its lab is dead")
    func processes() throws {
        let mark = RunMark(run: run)
        #expect(RunMark(environment: "A=1\0\(RunMark.variable)=\(mark.value)\0B=2\0") == mark)
        #expect(mark.isInUse)
        #expect(RunMark(environment: "A=\(RunMark.variable)=\(mark.value)\0") == nil)
        #expect(RunMark(environment: "\(RunMark.variable)=nonsense\0") == nil)
        let dead = try #require(RunMark("\(run) 1 1"))
        #expect(!dead.isInUse && dead.run == run)
    }

    @Test("what no lab is known of is left alone unless somebody asks for it")
    func unknown() throws {
        let root = try ScratchFolder()
        let path = root.file("leaklab-\(run)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let mark = RunMark(run: run)
        #expect(Scratch.lab(ofRun: run, root: root.path, marks: []) == .unknown)
        #expect(Scratch.lab(ofRun: run, root: root.path, marks: [mark]) == .alive)
        #expect(
            Scratch.lab(ofRun: run, root: root.path, marks: [try #require(RunMark("\(run) 1 1"))]) == .dead
        )
        #expect(Leftovers.find(root: root.path).folders.contains(path))
        #expect(!Leftovers.find(root: root.path, isCertain: true).folders.contains(path))
        try Data("1 1".utf8).write(to: URL(fileURLWithPath: "\(path).lab"))
        #expect(Leftovers.find(root: root.path, isCertain: true).folders.contains(path))
    }

    @Test("a lab of another container that shares the folder counts as alive")
    func otherNamespace() throws {
        #expect(try #require(RunMark("\(run) 1 1 pid:[1]")).isInUse)
    }

    @Test("a pipe in the place of a lab's name is not waited for", .timeLimit(.minutes(1)))
    func pipe() throws {
        let scratch = try Scratch.make(run: run, root: TemporaryFolder.path, needing: ByteCount(1))
        defer { scratch.remove() }
        unlink(scratch.places[1])
        #expect(mkfifo(scratch.places[1], 0o600) == 0)
        #expect(!Scratch.isInUse(run: run))
    }

    @Test("what is not named after a run is nobody's leftover")
    func otherNames() throws {
        let path = "\(TemporaryFolder.path)/leaklab-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(!Leftovers.find().names.contains(path))
    }
}
