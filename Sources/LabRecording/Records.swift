import GRDB
import LabCore

// One row of each small table, as GRDB writes and reads it. Properties are columns.

struct RunRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "runs"

    var id: Int64 = 1
    var header: String
    var state: String
    var labPID: Int32
    var labStartTime: Int64?
    var labBoot: String?
    var productionEnded: Int64?
    var scheduleDelay: String?
    var result: String?
    var until: String?

    var lab: LabProcess { LabProcess(pid: labPID, startTime: labStartTime, boot: labBoot) }
}

struct ProgressRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "progress"

    var id: Int64 = 1
    /// The latest time that anything was recorded for.
    var recordedUntil: Int64 = 0
    /// Samples and events that found the queue full.
    var dropped: Int64 = 0
}

struct ProblemRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "problems"

    var id: Int64?
    var text: String
}

struct LedgerRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "ledgers"

    var variant: String
    var counts: String
    var partitions: String?
    var drain: String?
}

struct EventRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "events"

    var id: Int64?
    var at: Int64
    var isWarning: Bool
    var reason: String
    var object: String
    var message: String
}

struct MetricRecord: Codable, FetchableRecord, PersistableRecord, Hashable {
    static let databaseTableName = "metrics"

    var id: Int64
    var name: String
    var kind: String?
    var unit: String?
}

struct SubjectRecord: Codable, FetchableRecord, PersistableRecord, Hashable {
    static let databaseTableName = "subjects"

    /// What series can belong to besides lives, which share the numbers and have a table of their own.
    enum Kind: String, Codable {
        case variant
        /// The lab, the producer, the broker.
        case process
    }

    var id: Int64
    var kind: Kind
    var name: String
}

struct ProcessKillRecord: Codable, FetchableRecord, PersistableRecord {
    static let databaseTableName = "processKills"

    var id: Int64?
    /// That of the life.
    var subject: Int64
    var at: Int64
}

struct LifeRecord: Codable, FetchableRecord, PersistableRecord, Hashable {
    static let databaseTableName = "lives"

    /// Given out by the queue.
    var subject: Int64 = 0
    var variant: String
    var pod: String
    var ordinal: Int64
    var memoryLimit: Int64?
    var life: Int64
    var pid: Int32
    var start: Int64
    var end: Int64?
    var exitReason: String?
    var exitCode: Int32?
    var sites: String?
    var latency: String?
    var eventAge: String?
    var quiescentFrom: Int64?
    var segment: Int64?
    var peakCharge: Int64?
}
