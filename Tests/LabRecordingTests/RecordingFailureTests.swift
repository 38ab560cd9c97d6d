import Foundation
import GRDB
import LabCore
import Testing

@testable import LabRecording

@Suite(.timeLimit(.minutes(1))) struct RecordingFailureTests {
    /// Enough for the tables and some hundred samples.
    private var fullDisk: RecorderOptions {
        var options = RecorderOptions.quick
        options.pageLimit = 40
        return options
    }

    /// Records until the disk is full, a batch at a time.
    private func fill(_ recorder: RunRecorder) async {
        let lab = recorder.process("lab")
        var time: Int64 = 0
        while recorder.failure == nil {
            for _ in 0..<100 {
                time += 1
                recorder.record(Double(time) + 0.5, of: .rss, subject: lab, at: time)
            }
            await recorder.untilWritten()
        }
    }

    @Test("A full disk ends the recording with a clear error, and what was recorded stays readable")
    func fullDisk() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: fullDisk)
            await fill(recorder)

            let path = recorder.folder.databasePath
            let failure = try #require(recorder.failure)
            #expect(failure.description == "\(path): the disk is full")
            #expect(failure.hint == "Free some space. LEAKLAB_STORE names another folder for recordings.")
            #expect(failure.exitStatus == .labFailed)
            await #expect(throws: failure) {
                try await recorder.finish(state: .finished, result: .example(of: .example()))
            }
            let run = try store.open("latest")
            let series = try #require(run.processes["lab"]?[.rss])
            #expect(series.times.count >= 100)
            #expect(series.times == Array(1...Int64(series.times.count)))
            #expect(run.state == .failed)
            #expect(run.invalidBecause == ["the recording broke off: \(path): the disk is full"])
            #expect(try store.result(of: "latest") == nil)
        }
    }

    @Test("After a failure, recording is harmless and does nothing")
    func afterFailure() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: fullDisk)
            await fill(recorder)
            let before = try store.open("latest")
            recorder.record(1, of: .heap, subject: recorder.process("broker"), at: 1)
            recorder.invalidate(because: "ignored")
            await recorder.untilWritten()
            #expect(try store.open("latest") == before)
        }
    }

    @Test("A folder that is removed under the recorder is told, not written into the void")
    func removedFolder() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            try FileManager.default.removeItem(atPath: recorder.folder.path)
            recorder.record(1, of: .rss, subject: recorder.process("lab"), at: 1)
            await recorder.untilWritten()
            let failure = LabError(
                "\(recorder.folder.databasePath): removed while the run was being recorded"
            )
            #expect(recorder.failure == failure)
            await #expect(throws: failure) { try await recorder.finish(state: .finished, result: nil) }
        }
    }

    @Test("A folder that is removed before the end of a quiet run is told too")
    func removedBeforeEnd() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .idle(capacity: 1))
            try FileManager.default.removeItem(atPath: recorder.folder.path)
            await #expect(throws: LabError.self) { try await recorder.finish(state: .finished, result: nil) }
        }
    }

    @Test("While another program locks the file, recording goes on; afterwards everything is there")
    func lockedFile() async throws {
        try await withStore { store in
            var options = RecorderOptions.quick
            options.lockTimeout = .milliseconds(1)
            let recorder = try store.create(.example(), options: options)
            let lab = recorder.process("lab")
            let other = try DatabaseQueue(path: recorder.folder.databasePath)
            try await other.writeWithoutTransaction { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
                for time in 0..<Int64(5_000) { recorder.record(1, of: .rss, subject: lab, at: time) }
                try db.execute(sql: "ROLLBACK")
            }
            await recorder.untilWritten()
            #expect(recorder.failure == nil)
            try await recorder.finish(state: .finished, result: nil)
            #expect(try store.open("latest").processes["lab"]?[.rss]?.times == Array(0..<5_000))
        }
    }

    @Test("A file that stays locked to the end is told")
    func lockedToTheEnd() async throws {
        try await withStore { store in
            var options = RecorderOptions.quick
            options.lockTimeout = .milliseconds(1)
            let recorder = try store.create(.example(), options: options)
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: recorder.folder.databasePath, configuration: configuration)
            try await other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
            let failure = LabError(
                "\(recorder.folder.databasePath): locked by another program",
                hint: "Close other programs that have it open."
            )
            await #expect(throws: failure) { try await recorder.finish(state: .finished, result: nil) }
            try await other.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
        }
    }

    @Test("A store that cannot be made is told with its path")
    func unwritableStore() async throws {
        try await withStore { store in
            try Data().write(to: URL(fileURLWithPath: store.directory))
            let inFile = RunStore(directory: store.directory + "/runs")
            let error = #expect(throws: LabError.self) { try inFile.create(.example()) }
            #expect(error?.description.hasPrefix(store.directory + "/runs/20241121-040405-abcd: ") == true)
            #expect(error?.hint == "LEAKLAB_STORE names another folder for recordings.")
            try FileManager.default.removeItem(atPath: store.directory)
        }
    }

    @Test("Of two runs with one id the second is refused and the first not harmed")
    func sameID() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            let error = #expect(throws: LabError.self) { try store.create(.example()) }
            #expect(error?.description == "\(recorder.folder.path): there is a run of this id already")
            try await recorder.finish(state: .finished, result: nil)
            #expect(try store.open("latest").state == .finished)
        }
    }

    @Test(
        "An id that is none makes no folder",
        arguments: ["", "latest", "../escape", "20241121-040405-abcd/x"]
    )
    func invalidID(id: String) async throws {
        try await withStore { store in
            #expect(throws: LabError("“\(id)” is no id of a run")) { try store.create(.example(id: id)) }
            #expect(!FileManager.default.fileExists(atPath: store.directory))
        }
    }

    @Test("A run that cannot begin leaves no folder behind")
    func noRoomToBegin() async throws {
        try await withStore { store in
            let options = RecorderOptions(pageLimit: 2)
            #expect(throws: LabError.self) { try store.create(.example(), options: options) }
            let runs = try store.runs()
            #expect(runs.isEmpty)
        }
    }

    @Test("A store that is a file, or lies in one, is refused in the system's words", arguments: ["", "/x"])
    func notAFolder(suffix: String) throws {
        let file = NSTemporaryDirectory() + "leaklab-file-" + UUID().uuidString
        try Data().write(to: URL(fileURLWithPath: file))
        defer { try? FileManager.default.removeItem(atPath: file) }
        let store = RunStore(directory: file + suffix)
        let id = "20240101-000000-0000"
        let error = #expect(throws: LabError.self) { try store.reserve(id) }
        let description = error?.description ?? ""
        #expect(description.hasPrefix("\(store.directory)/\(id): "))
        #expect(
            ["Not a directory", "File exists"].contains { description.hasSuffix(": \($0)") },
            "\(description)"
        )
        guard suffix.isEmpty else { return }
        let listing = #expect(throws: LabError.self) { try store.runs() }
        #expect(listing?.description == "\(file): Not a directory")
    }
}
