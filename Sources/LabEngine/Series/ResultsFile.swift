import Foundation
import LabCluster
package import LabCore

/// A file of results, one JSON document in each line, to which every one is appended when it is known: what was ended early goes
/// on where it was.
package struct ResultsFile<Record: Codable & Sendable>: Sendable {
    private let path: String
    /// In the order in which they were written.
    package let records: [Record]

    /// Reads the file; one that does not exist is empty.
    ///
    /// A last line that was cut off, as a power cut leaves it, is removed.
    /// - Parameters:
    ///   - path: the file.
    ///   - what: whose results they are, such as `a self-test`.
    ///   - command: that which writes such files, such as `leaklab selftest --results`.
    /// - Throws: ``LabError`` if another line is no result, or the file cannot be read or written.
    package init(path: String, of what: String, writtenBy command: String) throws(LabError) {
        self.path = path
        guard let text = try Self.text(at: path) else {
            records = []
            return
        }
        var whole = text[...]
        if let end = text.lastIndex(of: "\n") { whole = text[...end] } else { whole = "" }
        if whole.count < text.count { try Self.put(String(whole), to: path) }
        var records: [Record] = []
        for (index, line) in whole.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        where !line.isEmpty {
            guard let record = try? JSONDecoder().decode(Record.self, from: Data(line.utf8)) else {
                throw LabError(
                    "\(path):\(index + 1): no result of \(what)",
                    hint: "Name a file that “\(command)” made, or one that does not exist yet.",
                    exitStatus: .usage
                )
            }
            records.append(record)
        }
        self.records = records
    }

    /// - Throws: ``LabError`` if the file cannot be written.
    package func append(_ record: Record) throws(LabError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let line = try encoder.encode(record) + Data("\n".utf8)
            let url = URL(fileURLWithPath: path)
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: url) }
            let file = try FileHandle(forWritingTo: url)
            defer { try? file.close() }
            try file.seekToEnd()
            try file.write(contentsOf: line)
        } catch {
            throw LabError("\(path): cannot be written: \(SystemError.words(error))")
        }
    }

    private static func text(at path: String) throws(LabError) -> String? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
        } catch {
            throw LabError("\(path): cannot be read: \(SystemError.words(error))", exitStatus: .usage)
        }
    }

    private static func put(_ text: String, to path: String) throws(LabError) {
        let error = TextFile.put(text, to: path, creating: true)
        guard error == 0 else { throw LabError("\(path): cannot be written: \(SystemError.words(error))") }
    }
}
