import GRDB
import LabCore

/// Puts a run together from the rows of its file.
struct RunAssembly {
    let path: String
    let header: RunHeader
    /// By number of the subject.
    let series: [Int64: SeriesReader.SeriesByMetric]
    let descriptions: [MetricName: MetricDescription]

    private var validation: RunValidation { RunValidation(path: path) }

    func run(_ db: Database, _ record: RunRecord) throws -> RecordedRun {
        guard let state = RunState(rawValue: record.state) else {
            throw LabError.damaged(path, "unknown state “\(record.state)”")
        }
        let subjects = try SubjectRecord.fetchAll(db)
        let lives = try LifeRecord.order(sql: "ordinal, pod, life, subject").fetchAll(db)
        try checkOwners(subjects, lives)
        let kills = try processKills(db, lives)
        let productionEnded = try record.productionEnded.map(validation.time)
        let isCutOff = state == .recording && !record.lab.isAlive
        let until = try validation.until(record.until.map { try Document.value(from: $0) })
        return RecordedRun(
            header: until == nil ? header : header.ending(at: productionEnded),
            state: state,
            variants: try variants(db, subjects, lives, kills),
            processes: namedSeries(of: .process, subjects),
            timeline: try timeline(db),
            scheduleDelay: try histogram(record.scheduleDelay),
            invalidBecause: try problems(db, isCutOff: isCutOff),
            productionEnded: productionEnded,
            metrics: descriptions,
            until: until,
            isCutOff: isCutOff
        )
    }

    private func checkOwners(_ subjects: [SubjectRecord], _ lives: [LifeRecord]) throws {
        let unowned = Set(series.keys).subtracting(subjects.map(\.id)).subtracting(lives.map(\.subject))
        guard unowned.isEmpty else { throw LabError.damaged(path, "samples that belong to nothing") }
        let variants = Set(header.variants.map(\.name))
        guard lives.allSatisfy({ variants.contains($0.variant) }) else {
            throw LabError.damaged(path, "pods of an unknown variant")
        }
    }

    /// By number of the life, in order; recordings of before `v5` have none.
    private func processKills(_ db: Database, _ lives: [LifeRecord]) throws -> [Int64: [Int64]] {
        guard try db.tableExists(ProcessKillRecord.databaseTableName) else { return [:] }
        let kills = try ProcessKillRecord.order(sql: "at, id").fetchAll(db)
        guard Set(kills.map(\.subject)).isSubset(of: lives.map(\.subject)) else {
            throw LabError.damaged(path, "kills in a life that is not")
        }
        return try Dictionary(grouping: kills, by: \.subject).mapValues {
            try $0.map { try validation.time($0.at) }
        }
    }

    private func variants(
        _ db: Database,
        _ subjects: [SubjectRecord],
        _ lives: [LifeRecord],
        _ kills: [Int64: [Int64]]
    ) throws -> [RecordedVariant] {
        let ownSeries = namedSeries(of: .variant, subjects)
        let ledgers = try LedgerRecord.fetchAll(db).reduce(into: [:]) { $0[$1.variant] = $1 }
        return try header.variants.map { variant in
            RecordedVariant(
                header: variant,
                ledger: try validation.ledger(
                    ledgers[variant.name].map { try Document.value(from: $0.counts) } ?? .init()
                ),
                partitions: try validation.partitions(
                    ledgers[variant.name]?.partitions.map { try Document.value(from: $0) } ?? []
                ),
                series: ownSeries[variant.name] ?? [:],
                pods: try pods(lives.filter { $0.variant == variant.name }, kills),
                drain: try validation.drain(
                    ledgers[variant.name]?.drain.map { try Document.value(from: $0) }
                )
            )
        }
    }

    private func namedSeries(
        of kind: SubjectRecord.Kind,
        _ subjects: [SubjectRecord]
    ) -> [String: SeriesReader.SeriesByMetric] {
        subjects.filter { $0.kind == kind }.reduce(into: [:]) { $0[$1.name] = series[$1.id] ?? [:] }
    }

    /// Groups the lives of one variant, which are sorted by pod.
    private func pods(_ lives: [LifeRecord], _ kills: [Int64: [Int64]]) throws -> [RecordedPod] {
        var pods: [RecordedPod] = []
        for life in lives {
            if pods.last?.name != life.pod {
                pods.append(RecordedPod(name: life.pod, memoryLimit: life.memoryLimit))
            }
            pods[pods.count - 1].lives.append(try self.life(life, kills[life.subject] ?? []))
        }
        guard Set(pods.map(\.name)).count == pods.count else {
            throw LabError.damaged(path, "a pod in two places")
        }
        return pods
    }

    private func life(_ record: LifeRecord, _ kills: [Int64]) throws -> RecordedLife {
        var exit: PodExit?
        if let reason = record.exitReason, let code = record.exitCode {
            exit = PodExit(reason: reason, code: code, peakCharge: record.peakCharge)
        }
        return RecordedLife(
            index: Int(record.life),
            segment: try segment(record),
            pid: record.pid,
            start: try validation.time(record.start),
            end: try record.end.map(validation.time),
            exit: exit,
            series: series[record.subject] ?? [:],
            sites: try validation.sites(record.sites.map { try Document.value(from: $0) } ?? []),
            latency: try histogram(record.latency),
            eventAge: try histogram(record.eventAge),
            quiescentFrom: try record.quiescentFrom.map(validation.time),
            processKills: kills
        )
    }

    private func segment(_ record: LifeRecord) throws -> Int {
        let count = header.variants.first { $0.name == record.variant }?.segments.count ?? 0
        guard let segment = record.segment, segment != 0 else { return 0 }
        guard (0..<Int64(count)).contains(segment) else {
            throw LabError.damaged(path, "a life in a segment that is not")
        }
        return Int(segment)
    }

    private func histogram(_ text: String?) throws -> HistogramSnapshot {
        try validation.histogram(text.map { try Document.value(from: $0) } ?? HistogramSnapshot())
    }

    private func timeline(_ db: Database) throws -> [TimelineEvent] {
        try EventRecord.order(sql: "at, id").fetchAll(db).map { event in
            TimelineEvent(
                at: try validation.time(event.at),
                isWarning: event.isWarning,
                reason: event.reason,
                object: event.object,
                message: event.message
            )
        }
    }

    private func problems(_ db: Database, isCutOff: Bool) throws -> [String] {
        let progress = try ProgressRecord.fetchOne(db)
        let told =
            (isCutOff ? [Self.partial(until: progress?.recordedUntil ?? 0)] : [])
            + (try ProblemRecord.order(sql: "id").fetchAll(db).map(\.text))
        let dropped = progress?.dropped ?? 0
        guard dropped > 0 else { return told }
        return told + ["the recorder dropped \(grouped(dropped)) samples or events: the disk was too slow"]
    }

    private static func partial(until end: Int64) -> String {
        "the lab ended before the run did: the recording is partial, up to "
            + "\(Duration.nanoseconds(end).text), and how many events were lost is unknown"
    }
}

extension RunHeader {
    /// The same with the phases that there were before the load ended, which was planned to last longer.
    fileprivate func ending(at end: Int64?) -> RunHeader {
        guard let end else { return self }
        var header = self
        header.phases = phases.filter { $0.start < end }.map { phase in
            var phase = phase
            phase.end = min(phase.end, end)
            return phase
        }
        return header
    }
}
