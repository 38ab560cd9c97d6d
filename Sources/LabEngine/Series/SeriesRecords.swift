package import LabCore
import Synchronization

/// The records of a series so far, those of earlier calls included; each new one is appended to a file at once.
package final class SeriesRecords<Record: Codable & Sendable>: Sendable {
    private let file: ResultsFile<Record>?
    private let kept: Mutex<[Record]>

    /// - Parameters:
    ///   - file: where new ones are appended; `nil` for none.
    ///   - earlier: those of the file that belong to the series.
    package init(_ file: ResultsFile<Record>?, keeping earlier: ([Record]) -> [Record] = { $0 }) {
        self.file = file
        kept = Mutex(earlier(file?.records ?? []))
    }

    /// Begins with the latest record of each run that has one already.
    ///
    /// - Parameters:
    ///   - file: where new ones are appended; `nil` for none.
    ///   - runs: of the series.
    ///   - isOf: whether a record is that of a run.
    package convenience init<Run>(
        _ file: ResultsFile<Record>?,
        of runs: [Run],
        isOf: (Record, Run) -> Bool
    ) {
        self.init(file) { earlier in
            runs.compactMap { run in earlier.last { isOf($0, run) } }
        }
    }

    /// The runs that have no record yet.
    package func missing<Run>(of runs: [Run], isOf: (Record, Run) -> Bool) -> [Run] {
        let known = all
        return runs.filter { run in !known.contains { isOf($0, run) } }
    }

    package var all: [Record] { kept.withLock { $0 } }

    /// - Parameters:
    ///   - record: of a finished run.
    ///   - isCounted: which of the records, the new one included, are counted.
    /// - Returns: how many of these there are by now.
    /// - Throws: ``LabError`` if the file cannot be written.
    package func add(
        _ record: Record,
        counting isCounted: (Record) -> Bool = { _ in true }
    ) throws(LabError) -> Int {
        try kept.withLock { records throws(LabError) in
            try file?.append(record)
            records.append(record)
            return records.count(where: isCounted)
        }
    }
}

/// The place of a finished run in a series: `[ 3/50]`.
package func seriesPlace(_ count: Int, of total: Int) -> String {
    let (number, whole) = (String(count), String(total))
    return "[\(String(repeating: " ", count: max(0, whole.count - number.count)))\(number)/\(whole)]"
}
