package import LabCore
package import LabEngine

/// The file to which every finished run of a study is appended.
package typealias AccuracyResults = ResultsFile<AccuracyRecord>

extension ResultsFile where Record == AccuracyRecord {
    /// Reads the file; one that does not exist is empty.
    /// - Throws: ``LabError`` if it holds something else, or cannot be read or written.
    package init(path: String) throws(LabError) {
        try self.init(
            path: path,
            of: "a measurement of accuracy",
            writtenBy: "\(Program.name) accuracy --results"
        )
    }
}
