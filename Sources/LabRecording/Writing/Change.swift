import GRDB
import LabCore

/// Anything but a sample on its way into the file.
enum Change: Sendable {
    /// Replaces what was said of it before.
    case metric(MetricRecord)
    case subject(SubjectRecord)
    case lifeStarted(LifeRecord)
    case lifeObserved(subject: Int64, LifeObservation)
    case lifeEnded(subject: Int64, at: Int64, PodExit)
    case processKilled(subject: Int64, at: Int64)
    case event(TimelineEvent)
    /// Replaces what was planned at the start.
    case header(RunHeader)
    case ledger(variant: String, LedgerCounts, [PartitionBooks], Drain?)
    case scheduleDelay(HistogramSnapshot)
    case productionEnded(Int64)
    case until(UntilDecided)
    case problem(String)

    /// The moment it tells of, if it tells of one.
    var time: Int64? {
        switch self {
        case .lifeStarted(let life): life.start
        case .lifeEnded(_, let at, _), .processKilled(_, let at): at
        case .event(let event): event.at
        case .productionEnded(let at): at
        case .metric, .subject, .lifeObserved, .header, .ledger, .scheduleDelay, .until, .problem: nil
        }
    }

    func write(to db: Database) throws {
        switch self {
        case .metric(let metric): try metric.upsert(db)
        case .subject(let subject): try subject.insert(db)
        case .lifeStarted(let life): try life.insert(db)
        case .lifeObserved(let subject, let observation): try observation.write(to: db, subject: subject)
        case .lifeEnded(let subject, let at, let exit):
            try db.cachedStatement(
                sql: """
                    UPDATE lives SET end = ?, exitReason = ?, exitCode = ?, peakCharge = ? WHERE subject = ?
                    """
            )
            .execute(arguments: [at, exit.reason, exit.code, exit.peakCharge, subject])
        case .processKilled(let subject, let at):
            try ProcessKillRecord(subject: subject, at: at).insert(db)
        case .event(let event):
            try EventRecord(
                at: event.at,
                isWarning: event.isWarning,
                reason: event.reason,
                object: event.object,
                message: event.message
            ).insert(db)
        case .header(let header):
            try db.cachedStatement(sql: "UPDATE runs SET header = ?")
                .execute(arguments: [try Document.text(of: header)])
        case .ledger(let variant, let counts, let partitions, let drain):
            try LedgerRecord(
                variant: variant,
                counts: try Document.text(of: counts),
                partitions: try partitions.isEmpty ? nil : Document.text(of: partitions),
                drain: try drain.map { try Document.text(of: $0) }
            ).upsert(db)
        case .scheduleDelay(let delay):
            try db.cachedStatement(sql: "UPDATE runs SET scheduleDelay = ?")
                .execute(arguments: [try Document.text(of: delay)])
        case .productionEnded(let at):
            try db.cachedStatement(sql: "UPDATE runs SET productionEnded = ?").execute(arguments: [at])
        case .until(let until):
            try db.cachedStatement(sql: "UPDATE runs SET until = ?")
                .execute(arguments: [try Document.text(of: until)])
        case .problem(let text): try ProblemRecord(text: text).insert(db)
        }
    }
}

/// What is known of a life besides its series; the latest one counts.
struct LifeObservation: Sendable {
    var sites: [VariantResult.Site]
    var latency: HistogramSnapshot
    var eventAge: HistogramSnapshot
    var quiescentFrom: Int64?

    func write(to db: Database, subject: Int64) throws {
        try db.cachedStatement(
            sql: "UPDATE lives SET sites = ?, latency = ?, eventAge = ?, quiescentFrom = ? WHERE subject = ?"
        ).execute(arguments: [
            try Document.text(of: sites),
            try Document.text(of: latency),
            try Document.text(of: eventAge),
            quiescentFrom,
            subject,
        ])
    }
}
