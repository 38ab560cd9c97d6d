import Foundation
import GRDB
import LabCore
import Testing

@testable import LabRecording

@Suite(.timeLimit(.minutes(1))) struct DamagedRunTests {
    /// A finished run with something in every table.
    private func makeRun(in store: RunStore) async throws -> RunFolder {
        let recorder = try store.create(.example(), options: .quick)
        let life = recorder.lifeStarted(
            variant: "singleton",
            pod: "singleton-0",
            ordinal: 0,
            memoryLimit: nil,
            life: 0,
            pid: 1,
            at: 0
        )
        for time in 0..<200 { recorder.record(Double(time) / 3, of: .rss, subject: life, at: Int64(time)) }
        recorder.record(1, of: .produced, subject: recorder.variant("singleton"), at: 1)
        recorder.processKilled(in: life, at: 20)
        recorder.lifeEnded(
            life,
            at: 200,
            exit: PodExit(reason: "Completed", code: 0),
            sites: [VariantResult.Site(site: "IndexCache.worker", kind: "task", created: 1, live: 0)],
            latency: .of(1, 2),
            eventAge: .of(3),
            quiescentFrom: 150
        )
        let books = PartitionBooks(
            partition: 0,
            counts: LedgerCounts(),
            endOffset: 7,
            committedOffset: 5,
            peakLag: 2,
            lostOffsets: [5...6]
        )
        recorder.setLedger(LedgerCounts(), partitions: [books], variant: "singleton")
        recorder.setScheduleDelay(.of(4))
        recorder.setProductionEnded(at: 100)
        recorder.invalidate(because: "a reason")
        recorder.record(event: TimelineEvent(at: 5, reason: "Phase", object: "run", message: "peak"))
        try await recorder.finish(state: .finished, result: .example(of: .example()))
        return recorder.folder
    }

    private func execute(_ sql: String, in folder: RunFolder) async throws {
        let database = try DatabaseQueue(path: folder.databasePath)
        try await database.write { db in try db.execute(sql: sql) }
        try database.close()
    }

    @Test("A run of a newer leaklab is refused as such, listed, and spared")
    func newer() async throws {
        try await withStore { store in
            let folder = try await makeRun(in: store)
            try await execute("INSERT INTO grdb_migrations VALUES ('v9 more')", in: folder)
            let error = #expect(throws: LabError.self) { try store.open(folder.id) }
            #expect(error?.description == "\(folder.databasePath): recorded by a newer leaklab")
            #expect(error?.hint == "Open it with the version that recorded it, or a later one.")
            let states = try store.runs().map(\.state)
            #expect(states == [.unreadable(because: "\(folder.databasePath): recorded by a newer leaklab")])
            #expect(throws: LabError.self) { try store.remove([folder.id]) }
            #expect(try store.prune(keep: 0, now: .max).isEmpty)
        }
    }

    @Test(
        "What cannot be true is refused and never trapped on",
        arguments: [
            "DELETE FROM runs", "DROP TABLE samples", "DROP TABLE lives",
            "ALTER TABLE lives DROP COLUMN start",
            "DELETE FROM metrics", "DELETE FROM subjects", "DELETE FROM lives",
            "UPDATE runs SET header = ''", "UPDATE runs SET header = '{}'",
            "UPDATE runs SET state = 'happy'", "UPDATE runs SET labPID = 99999999999",
            "UPDATE runs SET scheduleDelay = '[]'", "UPDATE runs SET productionEnded = \(Int64.max)",
            "UPDATE runs SET scheduleDelay = '{\"counts\":{\"592\":1},\"total\":1,\"sum\":0,\"maximum\":0}'",
            "UPDATE runs SET scheduleDelay = '{\"counts\":{\"-1\":1},\"total\":1,\"sum\":0,\"maximum\":0}'",
            "UPDATE runs SET scheduleDelay = '{\"counts\":{},\"total\":\(UInt64.max),\"sum\":0,\"maximum\":0}'",
            "UPDATE runs SET header = replace(header, '\"timeScale\":10', '\"timeScale\":0')",
            "UPDATE runs SET header = replace(header, '\"timeScale\":10', '\"timeScale\":\"nan\"')",
            "UPDATE runs SET header = replace(header, '\"warmUp\":5', '\"warmUp\":\"inf\"')",
            "UPDATE runs SET header = replace(header, '\"end\":60000000000', '\"end\":-1')",
            "UPDATE runs SET header = replace(header, '\"replicas\":2', '\"replicas\":-2')",
            "UPDATE runs SET header = replace(header, '\"name\":\"per-event\"', '\"name\":\"singleton\"')",
            "UPDATE runs SET header = replace(header, '\"limit\":3', '\"limit\":-3')",
            "UPDATE runs SET header = replace(header, '\"limit\":3', '\"limit\":\"inf\"')",
            "UPDATE runs SET header = replace(header, '\"value\":7', '\"value\":\"nan\"')",
            "UPDATE runs SET header = replace(header, 'spike', 'bump')",
            "UPDATE runs SET header = replace(header, '\"name\":\"per-event\"', '\"name\":\"singleton\"')",
            "UPDATE runs SET header = replace(header, '\"name\":\"singleton\"', '\"name\":\"other\"')",
            "UPDATE samples SET at = \(Int64.min)", "UPDATE samples SET value = 9e999",
            "UPDATE samples SET subject = 77", "UPDATE samples SET metric = 77",
            "UPDATE lives SET start = \(Int64.max)", "UPDATE lives SET end = \(Int64.min)",
            "UPDATE lives SET quiescentFrom = \(Int64.min)", "UPDATE lives SET pid = 1 << 40",
            "UPDATE lives SET latency = 'x'", "UPDATE lives SET sites = '{}'",
            "UPDATE lives SET sites = '[{\"site\":\"a\",\"kind\":\"task\",\"created\":\(1 << 50),\"live\":0}]'",
            "UPDATE ledgers SET counts = '{}'",
            "UPDATE ledgers SET counts = replace(counts, '0', '999999999999999999')",
            "UPDATE ledgers SET partitions = '{}'",
            "UPDATE ledgers SET drain = '{}'",
            "UPDATE runs SET until = '{}'",
            "UPDATE runs SET until = '{\"ended\":\"decided\",\"atMostSeconds\":1,\"plannedLooks\":1,"
                + "\"looks\":[{\"atSeconds\":1,\"confidence\":1,\"undecided\":[]}]}'",
            "UPDATE ledgers SET drain = '{\"outcome\":\"drained\",\"left\":-1,\"seconds\":1}'",
            "UPDATE ledgers SET drain = '{\"outcome\":\"drained\",\"left\":1,\"seconds\":-1}'",
            "UPDATE ledgers SET partitions = replace(partitions, '[5,6]', '[6,5]')",
            "UPDATE ledgers SET partitions = replace(partitions, '\"endOffset\":7', '\"endOffset\":\(Int64.max)')",
            "UPDATE ledgers SET partitions = replace(partitions, '\"partition\":0', '\"partition\":-1')",
            "UPDATE lives SET segment = 2", "UPDATE lives SET segment = -1",
            "UPDATE runs SET header = replace(header, '\"start\":3000', '\"start\":-1')",
            "UPDATE runs SET header = replace(header, '\"name\":\"more\"', '\"name\":\"start\"')",
            "UPDATE metrics SET kind = 'mystery', unit = 'count'", "UPDATE metrics SET unit = 'bytes'",
            "UPDATE metrics SET kind = 'gauge', unit = 'furlongs'",
            "UPDATE processKills SET subject = 77", "UPDATE processKills SET at = \(Int64.max)",
            "UPDATE events SET at = \(Int64.max)", "UPDATE subjects SET kind = 'mystery'",
            """
            INSERT INTO lives (subject, variant, pod, ordinal, life, pid, start) VALUES
            (91, 'singleton', 'other', 1, 0, 1, 0), (92, 'singleton', 'singleton-0', 2, 0, 1, 0)
            """,
        ]
    )
    func damaged(sql: String) async throws {
        try await withStore { store in
            let folder = try await makeRun(in: store)
            #expect(try store.open(folder.id).state == .finished)
            try await execute(sql, in: folder)
            let error = #expect(throws: LabError.self) { try store.open(folder.id) }
            #expect(error?.description.hasPrefix(folder.databasePath + ": ") == true)
            #expect(try store.runs().count == 1)
        }
    }

    @Test("A recording from before there were segments is read")
    func earlier() async throws {
        try await withStore { store in
            let folder = try await makeRun(in: store)
            let sql = """
                ALTER TABLE lives DROP COLUMN segment;
                ALTER TABLE lives DROP COLUMN peakCharge;
                ALTER TABLE ledgers DROP COLUMN partitions;
                ALTER TABLE ledgers DROP COLUMN drain;
                ALTER TABLE runs DROP COLUMN until;
                ALTER TABLE metrics DROP COLUMN kind;
                ALTER TABLE metrics DROP COLUMN unit;
                DROP TABLE processKills;
                DELETE FROM grdb_migrations WHERE identifier IN (
                    'v2 segments', 'v3 kinds of metrics', 'v4 drain',
                    'v5 kills of processes', 'v6 until'
                );
                """
            try await execute(sql, in: folder)
            let run = try store.open(folder.id)
            #expect(run.variants[1].pods.map(\.lives.count) == [1])
            #expect(run.variants[1].partitions.isEmpty && run.variants[1].drain == nil)
            #expect(run.metrics.isEmpty)
            #expect(run.variants[1].pods[0].lives[0].processKills.isEmpty)
            #expect(try store.runs().map(\.state) == [.finished])
        }
    }

    @Test("A recording from before metrics said what they are is read, its series included")
    func earlierMetrics() async throws {
        try await withStore { store in
            let folder = try await makeRun(in: store)
            let now = try store.open(folder.id)
            let sql = """
                ALTER TABLE metrics DROP COLUMN kind;
                ALTER TABLE metrics DROP COLUMN unit;
                ALTER TABLE ledgers DROP COLUMN drain;
                ALTER TABLE runs DROP COLUMN until;
                DELETE FROM grdb_migrations
                WHERE identifier IN ('v3 kinds of metrics', 'v4 drain', 'v5 kills of processes', 'v6 until');
                """
            try await execute(sql, in: folder)
            let earlier = try store.open(folder.id)
            #expect(earlier.metrics.isEmpty)
            #expect(earlier.variants == now.variants && earlier.processes == now.processes)
        }
    }

    @Test("A recording from before there were limits of findings is read")
    func earlierHeader() async throws {
        try await withStore { store in
            let folder = try await makeRun(in: store)
            let sql = """
                UPDATE runs SET header = json_remove(
                    header, '$.findings', '$.resources', '$.variants[0].predictions', '$.variants[1].predictions'
                )
                """
            try await execute(sql, in: folder)
            let header = try store.open(folder.id).header
            #expect(header.findings.isEmpty && header.resources.isEmpty)
            #expect(header.variants.allSatisfy { $0.predictions.isEmpty })
        }
    }

    @Test("A result that cannot be read is refused", arguments: ["x", "{}", "{\"variants\":[{}]}"])
    func damagedResult(text: String) async throws {
        try await withStore { store in
            let folder = try await makeRun(in: store)
            try await execute("UPDATE runs SET result = '\(text)'", in: folder)
            #expect(throws: LabError.self) { try store.result(of: folder.id) }
            #expect(try store.runs().count == 1)
            #expect(try store.open(folder.id).state == .finished)
        }
    }

    @Test(
        "A file with flipped bytes or a cut end is read or refused, and nothing traps",
        arguments: 0..<4 as Range<UInt64>
    )
    func flippedBytes(seed: UInt64) async throws {
        try await withStore { store in
            let folder = try await makeRun(in: store)
            let url = URL(fileURLWithPath: folder.databasePath)
            let whole = try Data(contentsOf: url)
            var generator = SplitMix64(seed: seed)
            for _ in 0..<40 {
                var bytes = whole
                for _ in 0..<Int.random(in: 1...30, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = .random(
                        in: 0...255,
                        using: &generator
                    )
                }
                if Bool.random(using: &generator) {
                    bytes = bytes.prefix(Int.random(in: bytes.indices, using: &generator))
                }
                try bytes.write(to: url)
                #expect(try store.runs().count == 1)
                _ = try? store.open(folder.id)
                _ = try? store.result(of: folder.id)
            }
        }
    }
}
