import LabCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// One run of the zoo: a cell, for so long, with a seed.
package struct ZooRun: Sendable, Hashable {
    package let cell: ZooCell
    package let seed: UInt64
    /// How long events come, in seconds.
    package let length: Double
    /// Of the program.
    package let version: String

    package init(_ cell: ZooCell, seed: UInt64, length: Double, version: String) {
        self.cell = cell
        self.seed = seed
        self.length = length
        self.version = version
    }

    /// Other for another version of the program, or where the cell has changed.
    package var fingerprint: String {
        let places = ZooScenario.Places(python: ["python"], c: ["c"], truth: nil)
        let text = ZooScenario(cell, length: length).text(places)
        return FNV1a.fingerprint(of: "\(version)\n\(text)")
    }

    /// Of its files; unique in a plan.
    var name: String { "\(cell.name)-\(ZooParameter.number(length))s-\(seed)" }
}

/// Which runs of the zoo there are, in the order in which they begin.
package struct ZooPlan: Sendable, Hashable {
    /// A pass for every cell: seconds that events come for, and the seed.
    package struct Pass: Sendable, Hashable {
        package let length: Double
        package let seed: UInt64

        package init(length: Double, seed: UInt64) {
            self.length = length
            self.seed = seed
        }
    }

    /// Cells that are left out, and why.
    package struct Skipped: Sendable, Hashable, Codable {
        package let cell: String
        package let because: String
    }

    package let cells: [ZooCell]
    package let passes: [Pass]
    package let skipped: [Skipped]
    private let version: String

    /// All cells that there are.
    package static let allCells = ZooCell.leaks + ZooCell.bounded

    /// Three of 90 s and one of five minutes.
    ///
    /// The long one is not the last, so that no lane waits for it.
    /// - Parameter seeds: of the short ones.
    /// - Returns: the passes in the order in which they begin.
    package static func passes(seeds: Int) -> [Pass] {
        let short = (1...UInt64(max(1, seeds))).map { Pass(length: 90, seed: $0) }
        return [short[0], Pass(length: 300, seed: UInt64(max(1, seeds)) + 1)] + short.dropFirst()
    }

    /// - Parameters:
    ///   - cells: to be run.
    ///   - passes: of each cell.
    ///   - version: of the program.
    ///   - missing: languages that this machine has no program for, and why.
    package init(
        cells: [ZooCell],
        passes: [Pass],
        version: String,
        missing: [ZooCell.Language: String] = [:]
    ) {
        self.version = version
        self.cells = cells.filter { missing[$0.language] == nil }
        self.passes = passes
        skipped = cells.compactMap { cell in
            missing[cell.language].map { Skipped(cell: cell.name, because: $0) }
        }
    }

    package var runs: [ZooRun] {
        passes.flatMap { pass in
            cells.map { ZooRun($0, seed: pass.seed, length: pass.length, version: version) }
        }
    }

    /// The cells whose names fit one of the patterns, such as `python-*`; all without any.
    package static func cells(named patterns: [String]) -> [ZooCell] {
        guard !patterns.isEmpty else { return allCells }
        return allCells.filter { cell in patterns.contains { unsafe fnmatch($0, cell.name, 0) == 0 } }
    }
}
