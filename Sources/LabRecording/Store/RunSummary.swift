package import LabCore

/// One line of the list of runs.
package struct RunSummary: Sendable, Hashable {
    package enum State: Sendable, Hashable {
        case recording
        /// The lab died before it could end the run.
        case abandoned
        case finished
        case interrupted
        case failed
        /// A folder that holds no run that this program can read.
        case unreadable(because: String)

        /// One word.
        package var word: String {
            switch self {
            case .recording: "recording"
            case .abandoned: "abandoned"
            case .finished: "finished"
            case .interrupted: "interrupted"
            case .failed: "failed"
            case .unreadable: "unreadable"
            }
        }
    }

    /// How one variant came out.
    package struct VariantVerdict: Sendable, Hashable, Decodable {
        package var name: String
        package var verdict: Verdict
        package var flagged: Bool
    }

    /// The folder's name.
    package var id: String
    /// Empty if unreadable, as is the title.
    package var scenario: String
    package var title: String
    /// Nanoseconds since 1970; the folder's last change if unreadable.
    package var startedAt: Int64
    package var state: State
    /// Wall time from the run's zero to the last thing recorded; `nil` if unreadable.
    package var duration: Duration?
    /// In the order of the result; empty unless the run was concluded.
    package var verdicts: [VariantVerdict]
    /// Bytes, logs included.
    package var sizeOnDisk: Int64
}
