import LabCluster
import LabCore

/// A folder with the zoo's scenarios and programs, to run one cell by hand: `leaklab run FOLDER/c-malloc-20000.yaml`.
package struct ZooFolder: Sendable {
    private let path: String

    package init(_ path: String) { self.path = path }

    /// - Parameters:
    ///   - cells: one scenario each.
    ///   - length: how long events come, in seconds.
    /// - Throws: ``LabError`` if the folder cannot be written.
    package func write(_ cells: [ZooCell], length: Double) async throws {
        try Folder.make(path)
        let programs = try await ZooPrograms.make(in: path, for: Set(cells.map(\.language)))
        // Relative to the scenarios, which are beside them.
        let places = ZooScenario.Places(
            python: [programs.python[0], "./zoo.py"],
            c: ["./zoo"],
            truth: nil
        )
        for cell in cells {
            let file = "\(path)/\(cell.name).yaml"
            let error = TextFile.put(ZooScenario(cell, length: length).text(places), to: file, creating: true)
            guard error == 0 else {
                throw LabError("\(file): cannot be written: \(SystemError.words(error))")
            }
        }
    }
}
