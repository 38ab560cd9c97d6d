import Foundation
import Testing

@Suite("Links of the documents")
struct DocumentLinkTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every Markdown file of the project, by its path below the root.
    private static let pages: [String] = {
        let tops = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
        let below =
            FileManager.default.enumerator(atPath: root.appending(path: "docs").path)?.compactMap {
                $0 as? String
            } ?? []
        return tops + below.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }
    }()

    @Test("There are documents") func some() { #expect(Self.pages.count > 20) }

    @Test("lead to files and headings that are there", arguments: pages)
    func lead(_ page: String) throws {
        let file = Self.root.appending(path: page)
        let text = try Self.prose(String(contentsOf: file, encoding: .utf8))
        for link in text.matches(of: /\]\(([^()\s]+)\)/).map({ String($0.1) }) where !link.contains("://") {
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init
            )
            let target = parts[0].isEmpty ? file : file.deletingLastPathComponent().appending(path: parts[0])
            #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(link)")
            guard parts.count == 2, target.pathExtension == "md" else { continue }
            let headings = try Self.headings(String(contentsOf: target, encoding: .utf8))
            #expect(headings.contains(parts[1]), "\(page): no heading for \(link)")
        }
    }

    /// `text` without its code blocks and code spans.
    private static func prose(_ text: String) -> String {
        let outside = text.components(separatedBy: "\n```").enumerated().filter {
            $0.offset.isMultiple(of: 2)
        }.map(\.element)
        return outside.joined(separator: "\n").replacing(/`[^`\n]*`/, with: "")
    }

    /// The anchors of the headings as GitHub makes them: lower case, spaces as hyphens, other signs left out.
    private static func headings(_ text: String) -> Set<String> {
        let outside = text.components(separatedBy: "\n```").enumerated().filter {
            $0.offset.isMultiple(of: 2)
        }.map(\.element)
        let titles = outside.joined(separator: "\n").split(separator: "\n").filter { $0.hasPrefix("#") }
            .map { $0.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased() }
        return Set(
            titles.map { title in
                String(
                    title.compactMap {
                        $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil
                    }
                )
            }
        )
    }
}
