import Foundation

/// A file for one test, gone when the test is.
final class ScratchFile: Sendable {
    let path: String

    init(_ text: String) throws {
        path = NSTemporaryDirectory() + "leaklab-file-" + UUID().uuidString
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
