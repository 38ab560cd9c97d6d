package import LabCore
package import LabEngine

/// The file to which every finished run of the zoo is appended.
package typealias ZooResults = ResultsFile<ZooRecord>

extension ResultsFile where Record == ZooRecord {
    /// Reads the file; one that does not exist is empty.
    /// - Throws: ``LabError`` if it holds something else, or cannot be read or written.
    package init(path: String) throws(LabError) {
        try self.init(path: path, of: "the zoo", writtenBy: "\(Program.name) accuracy zoo --results")
    }
}
