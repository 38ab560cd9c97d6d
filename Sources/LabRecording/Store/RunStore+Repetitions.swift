import Foundation
package import LabCore

/// Several runs that are repetitions of one: what they came to is kept as `STORE/rep-ID.json`, beside the runs' folders.
extension RunStore {
    /// What every name of a series of repetitions begins with.
    package static let repetitionsPrefix = "rep-"

    /// A name for a series that starts now.
    ///
    /// - Parameter now: Nanoseconds since 1970.
    /// - Returns: One that no other series has, as far as ids of runs differ.
    package static func repetitionsID(now: Int64) -> String { repetitionsPrefix + RunID.make(now: now) }

    /// Keeps the document, in the place of an earlier one of the same id.
    ///
    /// - Throws: ``LabError`` if it cannot be written.
    package func save(_ repetitions: RepetitionsResult) throws {
        let path = path(ofRepetitions: repetitions.id)
        do {
            try Self.make(directory)
            let text = try Document.text(of: repetitions)
            // Whole or not at all: a lab that dies here leaves what it had saved before.
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw LabError(error, at: path)
        }
    }

    /// Reads what was saved of a series.
    ///
    /// - Parameter name: `rep-` and an id, the start of one if no other begins so, or `latest`.
    /// - Returns: What was saved last.
    /// - Throws: ``LabError`` for an unknown or ambiguous name, and for a file that is none of this leaklab's.
    package func repetitions(_ name: String) throws -> RepetitionsResult {
        let id = try repetitionsID(name)
        let path = path(ofRepetitions: id)
        try StoreFile.check(path)
        guard let data = StoreFile.contents(of: path) else {
            throw LabError("\(path): cannot be read", exitStatus: .usage)
        }
        let saved: RepetitionsResult
        do {
            saved = try Document.value(RepetitionsResult.self, from: String(decoding: data, as: UTF8.self))
        } catch {
            throw LabError("\(path): damaged document of repetitions", hint: "Its runs are not affected.")
        }
        guard saved.kind == RepetitionsResult.kindOfDocument, saved.schema == RepetitionsResult.presentSchema
        else {
            throw LabError(
                "\(path): of schema \(saved.schema), and this leaklab reads schema \(RepetitionsResult.presentSchema)",
                exitStatus: .usage
            )
        }
        return saved
    }

    private func repetitionsID(_ name: String) throws -> String {
        let ids = try savedRepetitions()
        if name == Self.repetitionsPrefix + "latest" {
            if let newest = ids.last { return newest }
            throw LabError(
                "\(directory): no repetitions yet",
                hint: "“\(Program.name) run NAME --repeat 5” makes some.",
                exitStatus: .usage
            )
        }
        if ids.contains(name) { return name }
        let matches = ids.filter { $0.hasPrefix(name) }
        guard let match = matches.first, name.count > Self.repetitionsPrefix.count else {
            throw LabError(
                "\(directory): no repetitions “\(name)”",
                hint: ids.isEmpty
                    ? "“\(Program.name) run NAME --repeat 5” makes some."
                    : "There are: \(ids.suffix(5).joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        guard matches.count == 1 else {
            throw LabError(
                "\(directory): \(matches.count) series of repetitions start with “\(name)”",
                hint: "They are: \(matches.joined(separator: ", ")).",
                exitStatus: .usage
            )
        }
        return match
    }

    /// Sorted by start.
    private func savedRepetitions() throws -> [String] {
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: directory)
                .filter { $0.hasPrefix(Self.repetitionsPrefix) && $0.hasSuffix(Self.repetitionsSuffix) }
                .map { String($0.dropLast(Self.repetitionsSuffix.count)) }
                .filter { RunID.isValid(String($0.dropFirst(Self.repetitionsPrefix.count))) }
                .sorted()
        } catch {
            throw LabError(error, at: directory)
        }
    }

    private static let repetitionsSuffix = ".json"

    private func path(ofRepetitions id: String) -> String { directory + "/" + id + Self.repetitionsSuffix }
}
