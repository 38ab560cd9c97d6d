import LabCluster
import LabCore
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("Folders and small files")
struct FolderTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    @Test("are made with all that leads to them, and again without harm")
    func make() throws {
        try Folder.make(folder.file("a/b/c"))
        try Folder.make(folder.file("a/b/c"))
        #expect(Folder.entries(of: folder.file("a/b")) == ["c"])
    }

    @Test("are for the lab's user alone if they are private")
    func permissions() throws {
        try Folder.make(folder.file("open/closed"), isPrivate: true)
        let path = folder.file("open/closed/file")
        #expect(TextFile.put("x", to: path, creating: true, mode: 0o600) == 0)
        let modes = ["open", "open/closed", "open/closed/file"].map { name in
            var status = stat()
            return stat(folder.file(name), &status) == 0 ? status.st_mode & 0o777 : 0
        }
        #expect(Array(modes.dropFirst()) == [0o700, 0o600])
        #expect(modes[0] & 0o700 == 0o700)
    }

    @Test("cannot be made below a file, and the error names the place")
    func makeBelowFile() throws {
        #expect(TextFile.put("x", to: folder.file("file"), creating: true) == 0)
        let error = #expect(throws: LabError.self) { try Folder.make(folder.file("file/below")) }
        #expect(error?.description == "\(folder.file("file/below")): cannot be created: Not a directory")
    }

    @Test("are removed with what is in them; links are not followed")
    func remove() throws {
        try Folder.make(folder.file("kept"))
        try Folder.make(folder.file("gone/deep"))
        #expect(TextFile.put("x", to: folder.file("kept/file"), creating: true) == 0)
        #expect(symlink(folder.file("kept"), folder.file("gone/link")) == 0)
        Folder.remove(folder.file("gone"))
        Folder.remove(folder.file("never was"))
        #expect(Folder.entries(of: folder.path) == ["kept"])
        #expect(Folder.entries(of: folder.file("kept")) == ["file"])
    }

    @Test("that do not exist hold nothing and have no room")
    func missing() {
        #expect(Folder.entries(of: "/no/such/folder") == [])
        #expect(Folder.freeBytes(at: "/no/such/folder") == nil)
        #expect(TextFile.contents(of: "/no/such/file") == nil)
        #expect(TextFile.put("x", to: "/no/such/file") == ENOENT)
    }

    @Test("say how much room they have")
    func room() throws {
        #expect(try #require(Folder.freeBytes(at: "/")) > ByteCount(0))
    }
}
