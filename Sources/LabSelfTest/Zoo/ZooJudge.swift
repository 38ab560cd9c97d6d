import LabAnalysis
import LabCore
package import LabRecording

/// Judges the recordings of earlier runs as this version does, so that a change of the verdict is tried in minutes.
package struct ZooJudge: Sendable {
    private let store: RunStore

    /// - Parameter store: where the runs were recorded.
    package init(store: RunStore) { self.store = store }

    /// - Returns: the record with today's verdicts; with a problem if its recording is not there.
    package func again(_ record: ZooRecord) -> ZooRecord {
        guard let run = record.run else { return record }
        var record = record
        guard let recording = try? store.open(run) else {
            record.problem = "its recording \(run) was not kept"
            record.variants = []
            return record
        }
        record.judge(RunAnalysis().result(of: recording))
        return record
    }
}
