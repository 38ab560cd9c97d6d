package import LabCore
package import LabEngine

/// The file to which every finished run of a self-test is appended.
package typealias SelfTestResults = ResultsFile<SelfTestRecord>

extension ResultsFile where Record == SelfTestRecord {
    /// Reads the file; one that does not exist is empty.
    /// - Throws: ``LabError`` if it holds something else, or cannot be read or written.
    package init(path: String) throws(LabError) {
        try self.init(path: path, of: "a self-test", writtenBy: "\(Program.name) selftest --results")
    }
}
