import Foundation
import Testing

/// Compares text with a file of the folder `Golden`.
///
/// With `UPDATE_GOLDEN=1` in the environment the file is
/// rewritten and the test fails, so that nothing is accepted unseen.
func expectGolden(_ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden").appendingPathComponent(name)
    let recorded = try? String(decoding: Data(contentsOf: file), as: UTF8.self)
    guard recorded != text else { return }
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        do {
            try Data(text.utf8).write(to: file)
            Issue.record("rewrote \(name): look at the difference", sourceLocation: sourceLocation)
        } catch {
            Issue.record(error, "could not write \(name)", sourceLocation: sourceLocation)
        }
        return
    }
    guard let recorded else {
        Issue.record("\(name) does not exist: run with UPDATE_GOLDEN=1", sourceLocation: sourceLocation)
        return
    }
    Issue.record("\(name) differs: \(firstDifference(recorded, text))", sourceLocation: sourceLocation)
}

private func firstDifference(_ recorded: String, _ text: String) -> String {
    let old = recorded.split(separator: "\n", omittingEmptySubsequences: false)
    let new = text.split(separator: "\n", omittingEmptySubsequences: false)
    let line =
        zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
    func show(_ lines: [Substring]) -> String {
        lines.indices.contains(line) ? "“\(lines[line])”" : "nothing"
    }
    return "line \(line + 1) was \(show(old)), is \(show(new))"
}
