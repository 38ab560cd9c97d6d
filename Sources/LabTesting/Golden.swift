import Foundation
import LabCore

/// Compares text with a file that was accepted before.
package enum Golden {
    /// With `UPDATE_GOLDEN=1` in the environment the file is rewritten and the test fails, so that nothing is accepted
    /// unseen.
    /// - Throws: ``LabError`` that tells the first difference.
    package static func expect(_ text: String, at path: String) throws {
        let accepted = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        guard accepted != text else { return }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            throw LabError("rewrote \(path): look at the difference")
        }
        guard let accepted else { throw LabError("\(path) does not exist: run with UPDATE_GOLDEN=1") }
        throw LabError("\(path): \(firstDifference(accepted, text))")
    }

    private static func firstDifference(_ accepted: String, _ text: String) -> String {
        let old = accepted.split(separator: "\n", omittingEmptySubsequences: false)
        let new = text.split(separator: "\n", omittingEmptySubsequences: false)
        let line =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(old.count, new.count)
        func show(_ lines: [Substring]) -> String {
            lines.indices.contains(line) ? "“\(lines[line])”" : "nothing"
        }
        return "line \(line + 1) was \(show(old)), is \(show(new))"
    }
}
