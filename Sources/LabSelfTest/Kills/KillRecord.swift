package import LabCore
package import LabEngine

/// The outcome of one round of a kill campaign.
package struct KillRecord: CampaignRecord, Sendable, Hashable, Codable {
    package var version: String
    package var round: KillRound
    /// The victim was there at its time.
    package var isStruck: Bool
    package var exitStatus: Int32
    /// `null` where the run came to no result.
    @NullCoded package var valid: Bool?
    /// Why the run is invalid, or what the lab said instead of a result.
    package var because: [String]
    /// Events of all variants together; `null` where nobody knows.
    @NullCoded package var produced: Int?
    @NullCoded package var processed: Int?
    @NullCoded package var lost: Int?
    /// By a client of its own.
    @NullCoded package var counted: Int?
    /// What was there two seconds after the lab's end.
    package var leftovers: [String]
    package var problems: [String]
    package var wallSeconds: Double

    init(_ round: KillRound, version: String, _ evidence: KillEvidence, wallSeconds: Double) {
        self.version = version
        self.round = round
        isStruck = evidence.isStruck
        exitStatus = evidence.exitStatus
        valid = evidence.result?.valid
        because = evidence.result?.invalidBecause ?? [evidence.complaint].compactMap(\.self)
        let events = EventSums(evidence.result)
        produced = events.produced
        processed = events.processed
        lost = events.lost
        counted = evidence.counted.map { $0.values.reduce(0, +) }
        leftovers = evidence.leftovers
        problems = evidence.problems(of: round)
        self.wallSeconds = wallSeconds
    }

    func isOf(_ round: KillRound, version: String) -> Bool { self.round == round && self.version == version }
}

/// The file to which every finished round is appended.
package typealias KillResults = ResultsFile<KillRecord>

extension ResultsFile where Record == KillRecord {
    /// Reads the file; one that does not exist is empty.
    /// - Throws: ``LabError`` if it holds something else, or cannot be read or written.
    package init(path: String) throws(LabError) {
        try self.init(
            path: path,
            of: "a kill campaign",
            writtenBy: "\(Program.name) selftest --kill 1 --results"
        )
    }
}
