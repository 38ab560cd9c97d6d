import Foundation
import LabCluster
import LabCore
import LabTesting
import Testing

/// Somebody who does what a page says, in a folder.
struct PageReader {
    let lab: LabFixture
    var folder: String
    /// Over the test's own.
    let environment: [String: String]

    /// - Throws: what cannot be written or started; expectations fail by themselves.
    func follow(_ page: TutorialPage) async throws {
        var reader = self
        var said = ""
        for step in page.steps {
            switch step {
            case .file(let path, let text):
                let file = URL(fileURLWithPath: "\(reader.folder)/\(path)")
                try Folder.make(file.deletingLastPathComponent().path)
                try Data(text.utf8).write(to: file)
            case .commands(let script):
                said = try await reader.type(script)
            case .output(let lines):
                var rest = said.split(separator: "\n").map { String($0.trimmingSpaces) }[...]
                for line in lines {
                    let place = rest.firstIndex(of: line)
                    #expect(place != nil, "“\(line)” is not in: \(said)")
                    rest = rest[((place ?? rest.startIndex - 1) + 1)...]
                }
            }
        }
    }

    /// - Returns: what the commands said on both outputs.
    private mutating func type(_ script: String) async throws -> String {
        let place = "\(lab.folder)/place"
        let end = try await lab.shell(
            "exec 2>&1\n\(script)\npwd >\(place)",
            in: folder,
            environment: environment
        )
        #expect(end.status == 0, "\(script): \(end.account)")
        folder = TextFile.contents(of: place)?.split(separator: "\n").first.map(String.init) ?? folder
        return end.output
    }
}

extension Substring {
    /// Tables pad their last column too.
    fileprivate var trimmingSpaces: Substring {
        var line = self
        while line.last == " " { line.removeLast() }
        return line
    }
}
