import Foundation
import LabCluster

/// A folder for one test, gone when the test is.
final class TestFolder: Sendable {
    let path = "\(NSTemporaryDirectory())leaklab-test-\(UUID().uuidString)"

    init() throws { try Folder.make(path) }

    deinit { Folder.remove(path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
