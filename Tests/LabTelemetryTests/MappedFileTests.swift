import Foundation
import LabCore
import Synchronization
import Testing

@testable import LabTelemetry

@Suite struct MappedFileTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test("What one mapping stores another mapping of the file sees")
    func sharing() throws {
        let path = scratch.file("shared")
        let writer = try MappedFile.create(at: path, size: 4_096)
        let reader = try MappedFile.open(at: path, isWritable: false, minimumSize: 4_096)
        writer.words[7].store(42, ordering: .relaxed)
        #expect(reader.words[7].load(ordering: .relaxed) == 42)
    }

    @Test("A new file is zero, has its blocks, and replaces an old one")
    func creation() throws {
        let path = try scratch.write([1, 2, 3], to: "file")
        _ = try MappedFile.create(at: path, size: 100_000)
        #expect(try scratch.bytes(of: "file") == [UInt8](repeating: 0, count: 100_000))
        let allocated = try URL(fileURLWithPath: path).resourceValues(forKeys: [.fileAllocatedSizeKey])
        if let bytes = allocated.fileAllocatedSize { #expect(bytes >= 100_000) }
    }

    @Test("No room names the folder and the size, and leaves no file")
    func noRoom() throws {
        let path = scratch.file("huge")
        let error = #expect(throws: LabError.self) { try MappedFile.create(at: path, size: 1 << 60) }
        let text = try #require(error).description
        #expect(text.contains(scratch.path))
        #expect(text.contains("\(ByteCount(1 << 60))"))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("A file that is missing, empty or too small is an error", arguments: [nil, 0, 63])
    func tooSmall(size: Int?) throws {
        let path = scratch.file("small")
        if let size { _ = try scratch.write([UInt8](repeating: 0, count: size), to: "small") }
        let error = #expect(throws: LabError.self) {
            try MappedFile.open(at: path, isWritable: true, minimumSize: 64)
        }
        #expect(try #require(error).description.hasPrefix(path + ": "))
    }

    @Test("A folder that does not exist is an error that names the file")
    func missingFolder() throws {
        let path = scratch.file("none/file")
        let error = #expect(throws: LabError.self) { try MappedFile.create(at: path, size: 64) }
        #expect(try #require(error).description.hasPrefix(path + ": cannot be created: "))
    }
}
