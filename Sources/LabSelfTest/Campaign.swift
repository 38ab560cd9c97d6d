package import LabCore

/// What became of one run of a campaign.
package protocol CampaignRecord {
    /// What is wrong with it; empty if nothing is.
    var problems: [String] { get }
}

extension CampaignRecord {
    /// For a line of progress.
    var judgement: String {
        problems.isEmpty ? "as it should be" : "NOT AS IT SHOULD BE: \(problems.joined(separator: "; "))"
    }
}

/// What a campaign of runs found.
package protocol CampaignReport {
    associatedtype Record: CampaignRecord
    var records: [Record] { get }
    var isInterrupted: Bool { get }
}

extension CampaignReport {
    var failures: [Record] { records.filter { !$0.problems.isEmpty } }

    /// Whether it was ended early, else whether anything was wrong.
    package var exitStatus: ExitStatus {
        if isInterrupted { return .interrupted }
        return failures.isEmpty ? .success : .expectationsNotMet
    }
}

/// Events of all variants of a run together; `nil` where the run has no result, or does not know.
struct EventSums {
    var produced: Int?
    var processed: Int?
    var lost: Int?
    var duplicated: Int?

    init(_ result: RunResult?) {
        guard let events = result?.variants.map(\.events) else { return }
        produced = events.reduce(0) { $0 + $1.produced }
        processed = events.reduce(0) { $0 + $1.processed }
        lost = Self.sum(events.map(\.lost))
        duplicated = Self.sum(events.map(\.duplicated))
    }

    private static func sum(_ numbers: [Int?]) -> Int? {
        numbers.reduce(0) { sum, number in sum.flatMap { sum in number.map { sum + $0 } } }
    }
}
