import LabReport
import Testing

@Suite("A text in pieces")
struct VisibleStreamTests {
    static let text = "a\tb\u{1B}]52;c;aGk=\u{7}\u{9B}2J größe 😀\u{202E}\r\nend"

    @Test("is shown without what acts on a terminal, wherever it is cut", arguments: 1...7)
    func pieces(size: Int) {
        let bytes = Array(Self.text.utf8)
        var stream = VisibleStream()
        var shown = ""
        for start in stride(from: 0, to: bytes.count, by: size) {
            shown += stream.take(bytes[start..<min(start + size, bytes.count)])
        }
        shown += stream.end()
        #expect(shown == "a\tb␛]52;c;aGk=␇\u{FFFD}2J größe 😀\u{FFFD}\nend")
    }

    @Test("ends with a replacement where its last character is not complete, and begins anew")
    func unfinished() {
        var stream = VisibleStream()
        #expect(stream.take([0x61, 0xF0, 0x9F][...]) == "a")
        #expect(stream.end() == "\u{FFFD}")
        #expect(stream.end() == "")
        #expect(stream.take([0x80, 0x80, 0x80, 0x80, 0x62][...]).hasSuffix("b"))
    }
}
