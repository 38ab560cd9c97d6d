import LabCluster
import LabCore
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite("A text file")
struct TextFileTests {
    private let folder: TestFolder

    init() throws { folder = try TestFolder() }

    private func file(_ text: String) throws -> String {
        let path = folder.file("file")
        try #require(TextFile.put(text, to: path, creating: true) == 0)
        return path
    }

    @Test("is read to its end, however long it is")
    func whole() throws {
        let text = String(repeating: "0123456789abcde\n", count: 200_000) + "the end"
        let path = try file(text)
        #expect(TextFile.contents(of: path) == text)
        #expect(try TextFile.document(at: path) == text)
        var count = 0
        #expect(TextFile.forEachPiece(of: path) { count += $0.count })
        #expect(count == text.utf8.count)
        #expect(TextFile.lastLines(of: path)?.hasSuffix("cde\nthe end") == true)
    }

    @Test("that somebody named may have so many bytes, and is refused in words if it has one more")
    func limit() throws {
        let path = try file(String(repeating: "x", count: 100_000))
        #expect(try TextFile.document(at: path, limit: 100_000)?.utf8.count == 100_000)
        let error = #expect(throws: LabError.self) { try TextFile.document(at: path, limit: 99_999) }
        #expect(
            error?.description
                == "\(path): 100,000 bytes, more than the 99,999 bytes that a document may have"
        )
        #expect(error?.exitStatus == .usage)
    }

    @Test(
        "that is not UTF-8 is refused with the offset of its first wrong byte",
        arguments: [
            ([0xFF], 0), (Array("größe".utf8) + [0x80], 7), ([0x61, 0xE2, 0x82], 1), ([0xC0, 0xAF], 0),
            ([0x61, 0xED, 0xA0, 0x80], 1),
        ] as [([UInt8], Int)]
    )
    func encoding(bytes: [UInt8], offset: Int) throws {
        let path = folder.file("bytes")
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        let error = #expect(throws: LabError.self) { try TextFile.document(at: path) }
        #expect(error?.description == "\(path): not UTF-8 at byte \(offset), counted from 0")
    }

    @Test("without an end is refused as well")
    func endless() {
        let error = #expect(throws: LabError.self) {
            try TextFile.document(at: "/dev/zero", limit: 1_000, exitStatus: .invalidScenario)
        }
        #expect(error?.description == "/dev/zero: more than the 1,000 bytes that a document may have")
        #expect(error?.exitStatus == .invalidScenario)
    }

    @Test(
        "gives its last whole lines, and of a line that is too long the end",
        arguments: [
            ("", ""), ("one\ntwo\n", "one\ntwo\n"), ("one\ntwo\nthree\n", "three\n"),
            ("ones\ntwo\nfour\n", "two\nfour\n"), ("one\ntwos\nthree", "three"),
            ("a very long line\n", "ong line\n"), ("a very long line", "long line"),
        ]
    )
    func lastLines(text: String, last: String) throws {
        #expect(TextFile.lastLines(of: try file(text), within: 9) == last)
    }

    @Test("that cannot be read has no text")
    func missing() throws {
        #expect(TextFile.contents(of: folder.path) == nil)
        #expect(try TextFile.document(at: "/no/such/file") == nil)
        #expect(TextFile.lastLines(of: "/no/such/file") == nil)
        #expect(!TextFile.forEachPiece(of: "/no/such/file") { _ in })
    }
}
