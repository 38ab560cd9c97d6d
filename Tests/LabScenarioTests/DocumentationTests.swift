import Foundation
import LabCore
import LabScenario
import Testing

/// Holds docs/scenarios.md against the reader.
@Suite struct DocumentationTests {
    private static let page: String = {
        let file = ScenarioFixtureTests.project.appending(path: "docs/scenarios.md")
        return (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    }()

    /// The YAML blocks of the page.
    static let blocks: [String] = page.components(separatedBy: "```yaml\n").dropFirst().map {
        $0.components(separatedBy: "\n```").first ?? ""
    }

    @Test("The page has examples") func examples() { #expect(Self.blocks.count >= 5) }

    @Test("Every YAML block is a scenario, or a part that fits into one", arguments: blocks)
    func block(_ text: String) throws {
        if text.hasPrefix("incident:") {
            _ = try load(text)
        } else {
            _ = try load(minimalScenario(), overrides: sections(of: text).map { .set($0) })
        }
    }

    /// `key=…` for every key that begins a line.
    private func sections(of text: String) -> [String] {
        var sections: [String] = []
        for line in text.split(separator: "\n") {
            if line.first?.isLetter == true, let colon = line.firstIndex(of: ":") {
                sections.append("\(line[..<colon])=\(line[line.index(after: colon)...])")
            } else if let last = sections.popLast() {
                sections.append("\(last)\n\(line)")
            }
        }
        return sections
    }

    @Test("Every key that the reader knows is on the page")
    func keys() throws {
        let text = """
            x: 1
            workload: {x: 1, topic: {x: 1}, payload: {x: 1, key: {x: 1}}, keys: {x: 1}, phases: [{x: 1, rate: 1/s, spike: {x: 1}}, {x: 1, curve: {x: 1}}]}
            pods: {x: 1, prefetch: {x: 1}, restart: {x: 1}, errors: {x: 1}}
            variants: [{x: 1, steps: [{x: 1}]}]
            sampling: {x: 1}
            verdict: {x: 1}
            findings: [{x: 1}]
            """
        let hints = report(text).split(separator: "\n").compactMap { line in
            line.contains("Known keys here: ") ? line.split(separator: ": ").last?.dropLast() : nil
        }
        #expect(hints.count == 19)
        for key in hints.flatMap({ $0.components(separatedBy: ", ") }) {
            #expect(Self.page.contains("`\(key)`") || Self.page.contains("\(key): "), "\(key)")
        }
    }

    @Test("Every key of the result that expectations know is on the page")
    func resultKeys() {
        for key in ResultSchema.runKeys.map(\.name) { #expect(Self.page.contains("`\(key)`"), "\(key)") }
        for key in ResultSchema.variantKeys.map(\.name) {
            // Three kinds of memory have the same keys.
            let shown = key.replacing("heap.", with: "rss.").replacing("charge.", with: "rss.")
            #expect(Self.page.contains("`\(shown)`"), "\(key)")
        }
        for key in ResultSchema.segmentKeys.map(\.name) {
            #expect(Self.page.contains("`\(key)`") || Self.page.contains("`segments.NAME.\(key)`"), "\(key)")
        }
        for key in ResultSchema.findingKeys(in: .ratio).map(\.name) {
            #expect(Self.page.contains("`findings.KIND.\(key)`"), "\(key)")
        }
        for key in ResultSchema.resourceKeys.map(\.name) {
            #expect(Self.page.contains("`resources.NAME.\(key)`"), "\(key)")
        }
    }

    @Test("The example of a problem is what the reader says")
    func problem() throws {
        let quoted = try #require(
            Self.page.components(separatedBy: "```text\n").last?.components(separatedBy: "\n```").first
        )
        let text = """
            incident: service-per-event
            workload:
              phases:
                - name: only
                  duration: 60s
                  rate: 1/s
            variants:
              - {name: per-event}
              - name: singleton
                handler: singleton
                control: true
                summary: Built once.
                pods:
                  replica: 1
            """
        #expect(report(text) == quoted)
    }
}
