import Foundation
package import LabCore

/// The `leaklab` of the build that the running tests belong to.
package enum LabProgram {
    /// It lies beside the test bundle, in the products folder of any configuration and any scratch path.
    /// - Throws: ``LabError`` if it is not there.
    package static func path() throws(LabError) -> String {
        let folders = productFolders()
        for folder in folders {
            let path = "\(folder)/leaklab"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw LabError("leaklab is not built beside the tests, in \(folders.joined(separator: " or "))")
    }

    /// On Linux the bundle is the executable itself; on macOS it is loaded by a helper of the tool chain.
    private static func productFolders() -> [String] {
        let bundles = Bundle.allBundles.map(\.bundlePath).filter { $0.hasSuffix(".xctest") }
        let executable = Bundle.main.executablePath ?? CommandLine.arguments.first
        return (bundles + [executable].compactMap(\.self))
            .map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent().path }
    }
}
