package import LabCore
package import LabEngine

/// The outcome of one cell of a fault campaign.
package struct FaultRecord: CampaignRecord, Sendable, Hashable, Codable {
    package var version: String
    package var cell: FaultCell
    /// Requests that the fault hit; a throttle hits none.
    package var struck: Int
    package var exitStatus: Int32
    /// `null` where the run came to no result.
    @NullCoded package var valid: Bool?
    /// Why the run is invalid, or what the lab said instead of a result.
    package var because: [String]
    /// Events of all variants together; `null` where nobody knows.
    @NullCoded package var produced: Int?
    @NullCoded package var processed: Int?
    @NullCoded package var lost: Int?
    @NullCoded package var duplicated: Int?
    /// By a client of its own.
    package var counted: Int
    package var problems: [String]
    package var wallSeconds: Double

    init(_ cell: FaultCell, version: String, _ evidence: FaultEvidence, wallSeconds: Double) {
        self.version = version
        self.cell = cell
        struck = evidence.struck
        exitStatus = evidence.exitStatus
        valid = evidence.result?.valid
        because = evidence.result?.invalidBecause ?? [evidence.complaint].compactMap(\.self)
        let events = EventSums(evidence.result)
        produced = events.produced
        processed = events.processed
        lost = events.lost
        duplicated = events.duplicated
        counted = evidence.counted.values.reduce(0, +)
        problems = evidence.problems(of: cell)
        self.wallSeconds = wallSeconds
    }

    func isOf(_ cell: FaultCell, version: String) -> Bool { self.cell == cell && self.version == version }

    /// Such as `valid`, `invalid: the broker was away …` or `status 6: topic …`.
    var outcome: String {
        switch valid {
        case true: "valid"
        case false: "invalid: \(because.joined(separator: "; "))"
        case nil: "status \(exitStatus): \(because.joined(separator: "; "))"
        }
    }

    /// Such as `cut@steady: valid, as it should be (9 s)`.
    var progressLine: String {
        "\(cell.name): \(outcome), \(judgement) (\(decimal(wallSeconds, places: 0)) s)"
    }
}

/// The file to which every finished run is appended.
package typealias FaultResults = ResultsFile<FaultRecord>

extension ResultsFile where Record == FaultRecord {
    /// Reads the file; one that does not exist is empty.
    /// - Throws: ``LabError`` if it holds something else, or cannot be read or written.
    package init(path: String) throws(LabError) {
        try self.init(
            path: path,
            of: "a fault campaign",
            writtenBy: "\(Program.name) selftest --faults all --results"
        )
    }
}
