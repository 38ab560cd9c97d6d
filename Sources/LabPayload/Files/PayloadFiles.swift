package import LabCore

/// The events of files: one a line, one file after another, and from the first on again, for ever.
///
/// One file is open at a time, and of it at most some 1.2 MB are in memory. Lines are checked the first time that they come.
package final class PayloadFiles {
    private let paths: [String]
    private let format: EventContent.Format
    private var reader: LineReader
    private var index = 0
    private var pass = 0
    private var hadLine = false

    /// - Throws: ``LabError`` if there is no file, or the first one cannot be opened.
    package init(paths: [String], format: EventContent.Format) throws(LabError) {
        guard let first = paths.first else { throw LabError("a payload without files") }
        self.paths = paths
        self.format = format
        reader = try LineReader(path: first)
    }

    /// The place of the line that came last, such as `events.jsonl, line 3`.
    package var place: String { "\(reader.path), line \(reader.line)" }

    /// Whether all lines have come at least once.
    package var hasWrapped: Bool { pass > 0 }

    /// The next line without its line feed, valid until the next call.
    /// - Throws: ``LabError`` with the file and the number of a line that is not as the format has it, or if the files
    ///   have no lines.
    package func next() throws(LabError) -> UnsafeRawBufferPointer {
        while true {
            if let line = try reader.next() {
                hadLine = true
                if pass == 0 { try check(line) }
                return line
            }
            index += 1
            if index == paths.count {
                guard hadLine else { throw LabError("\(paths[0]): has no events", hint: "Write one a line.") }
                (index, pass, hadLine) = (0, pass + 1, false)
            }
            reader = try LineReader(path: paths[index])
        }
    }

    private func check(_ line: UnsafeRawBufferPointer) throws(LabError) {
        guard format == .json else { return }
        do {
            try JSONScanner.check(line)
        } catch {
            throw LabError("\(place): no JSON: \(error.reason) (byte \(error.offset + 1))")
        }
    }
}

/// What is known of a payload's files before a run.
package struct PayloadSample: Hashable, Sendable {
    /// Mean size of the values looked at, bytes.
    package let mean: Double
    /// How many they were.
    package let events: Int
    /// Whether these are all.
    package let isComplete: Bool

    /// How much of the files is looked at.
    package static let mostBytes = 64 << 20

    /// Reads lines and checks them, all of them or as many as have 64 MiB together.
    ///
    /// With `key`, the names that lead to a field, every line must have that field.
    /// - Throws: ``LabError`` with the file and the line of what is wrong first.
    package init(paths: [String], format: EventContent.Format, key: [String]? = nil) throws(LabError) {
        let files = try PayloadFiles(paths: paths, format: format)
        let field = key.map { FieldKey(path: $0) }
        var (bytes, events) = (0, 0)
        var scratch: [UInt8] = []
        while bytes < Self.mostBytes {
            let line = try files.next()
            // The first line of the second pass is known.
            guard !files.hasWrapped else { break }
            scratch.removeAll(keepingCapacity: true)
            try field?.append(from: line, to: &scratch, at: files.place)
            bytes += line.count + 1
            events += 1
        }
        mean = Double(bytes - events) / Double(max(1, events))
        self.events = events
        isComplete = files.hasWrapped
    }
}
