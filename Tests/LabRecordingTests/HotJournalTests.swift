import Foundation
import GRDB
import LabCore
import Testing

@testable import LabRecording

@Suite("A recording in the midst of whose transaction the lab was killed", .timeLimit(.minutes(1)))
struct HotJournalTests {
    /// Copies a recording while a transaction has written half of itself into it, as a kill would leave it.
    private func killed(_ folder: RunFolder, as copy: RunFolder) throws {
        try FileManager.default.createDirectory(atPath: copy.logsDirectory, withIntermediateDirectories: true)
        let database = try DatabaseQueue(path: folder.databasePath)
        try database.writeWithoutTransaction { db in
            // So small a cache that pages go to the file before the end.
            try db.execute(
                sql: """
                    PRAGMA cache_size = 1;
                    BEGIN IMMEDIATE;
                    UPDATE runs SET state = 'failed';
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
                    INSERT INTO samples SELECT 1, 1, i, i FROM n;
                    """
            )
            for (from, to) in [
                (folder.databasePath, copy.databasePath), (folder.journalPath, copy.journalPath),
            ] {
                try FileManager.default.copyItem(atPath: from, toPath: to)
            }
            try db.execute(sql: "ROLLBACK")
        }
    }

    @Test("is rolled back, and read like any other")
    func rolledBack() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            let lab = recorder.process("lab")
            for time in 0..<300 { recorder.record(1, of: .rss, subject: lab, at: Int64(time)) }
            try await recorder.finish(state: .finished, result: .example(of: .example()))
            let copy = RunFolder(id: "20250101-000000-0000", in: store.directory)
            try killed(recorder.folder, as: copy)
            #expect(try Data(contentsOf: URL(fileURLWithPath: copy.journalPath)).count > 512)

            let run = try store.open(copy.id)
            #expect(run.state == .finished)
            #expect(run.processes["lab"]?[.rss]?.times == Array(0..<300))
            #expect(try store.result(of: copy.id) != nil)
            #expect(try store.runs().map(\.state) == [.finished, .finished])
            #expect(!FileManager.default.fileExists(atPath: copy.journalPath))
        }
    }

    @Test("keeps a clear error where it may not be written", .enabled(if: getuid() != 0))
    func withoutPermission() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            try await recorder.finish(state: .finished, result: nil)
            let copy = RunFolder(id: "20250101-000000-0000", in: store.directory)
            try killed(recorder.folder, as: copy)
            func permit(_ mode: Int) throws {
                try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: copy.path)
            }
            try permit(0o500)
            defer { try? permit(0o700) }
            try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: copy.databasePath)
            let error = #expect(throws: LabError.self) { try store.open(copy.id) }
            #expect(error?.description == "\(copy.databasePath): no permission to open or write it")
        }
    }
}
