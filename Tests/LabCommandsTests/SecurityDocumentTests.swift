import Foundation
import Testing

@Suite("SECURITY.md")
struct SecurityDocumentTests {
    private let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    private func text(_ path: String) -> String? {
        try? String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }

    @Test("names only tests that there are")
    func names() throws {
        let document = try #require(text("SECURITY.md"))
        let names = document.matches(of: /“([^”]+)”/).map { String($0.1) }
        #expect(names.count > 10)
        let files =
            FileManager.default.enumerator(atPath: "\(root)/Tests")?.compactMap { $0 as? String } ?? []
        let sources = files.filter { $0.hasSuffix(".swift") }.compactMap { text("Tests/\($0)") }.joined()
        for name in names { #expect(sources.contains("\"\(name)\""), "\(name)") }
    }
}
