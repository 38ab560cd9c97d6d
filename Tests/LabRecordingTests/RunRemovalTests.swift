import Foundation
import LabCore
import Testing

@testable import LabRecording

@Suite(.timeLimit(.minutes(1))) struct RunRemovalTests {
    private static let day: Int64 = 86_400_000_000_000

    /// Five runs that ended, one a day, the oldest first.
    private func addDays(to store: RunStore) async throws -> [String] {
        var ids: [String] = []
        for day in 0..<5 {
            let id = "2024010\(day + 1)-000000-0000"
            let header = RunHeader.example(id: id, startedAt: Int64(day) * Self.day)
            try await store.create(header, options: .quick).finish(state: .finished, result: nil)
            ids.append(id)
        }
        return ids
    }

    @Test("A run is removed with its logs, named once or twice, and the others stay")
    func remove() async throws {
        try await withStore { store in
            let ids = try await addDays(to: store)
            #expect(try store.remove([ids[1], "latest", "20240102"]) == [ids[1], ids[4]])
            #expect(try FileNames.of(store.directory) == [ids[0], ids[2], ids[3]])
        }
    }

    @Test("If one of several cannot be removed, none is")
    func allOrNothing() async throws {
        try await withStore { store in
            let ids = try await addDays(to: store)
            #expect(throws: LabError.self) { try store.remove([ids[0], "unknown"]) }
            #expect(try FileNames.of(store.directory) == ids)
        }
    }

    @Test("A run whose lab is alive is removed only by force")
    func alive() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            let error = #expect(throws: LabError.self) { try store.remove(["latest"]) }
            let pid = LabProcess.current.pid
            #expect(error?.description == "\(recorder.folder.id): still being recorded by process \(pid)")
            #expect(error?.hint == "Force the removal if you are sure.")
            #expect(try store.remove(["latest"], force: true) == [recorder.folder.id])
            #expect(try FileNames.of(store.directory).isEmpty)
        }
    }

    @Test("A run whose lab has died is removed like any other")
    func dead() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .dead)
            await recorder.untilWritten()
            #expect(try store.runs().map(\.state) == [.abandoned])
            #expect(try store.remove([recorder.folder.id]) == [recorder.folder.id])
        }
    }

    @Test("A folder that cannot be read is removed only by force, one that is no run's never")
    func unreadable() async throws {
        try await withStore { store in
            let id = "20240101-000000-0000"
            for name in [id, "notes"] {
                let path = store.directory + "/" + name
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            let error = #expect(throws: LabError.self) { try store.remove([id]) }
            #expect(
                error?.description == "\(id): cannot be read, so its lab may be alive "
                    + "(\(store.directory)/\(id): holds no recording)"
            )
            try store.remove([id], force: true)
            #expect(throws: LabError.self) { try store.remove(["notes"], force: true) }
            #expect(try FileNames.of(store.directory) == ["notes"])
        }
    }

    struct Rule: Sendable, CustomTestStringConvertible {
        var keep: Int?
        var age: Duration?
        /// Days of the runs that go, newest first.
        var gone: [Int]

        var testDescription: String { "keep \(keep as Int?), older than \(age as Duration?)" }
    }

    @Test(
        "Pruning keeps the newest, the young, or both",
        arguments: [
            Rule(gone: []),
            Rule(keep: 2, gone: [2, 1, 0]),
            Rule(keep: 0, gone: [4, 3, 2, 1, 0]),
            Rule(keep: -1, gone: [4, 3, 2, 1, 0]),
            Rule(keep: 9, gone: []),
            Rule(age: .seconds(2 * 86_400), gone: [1, 0]),
            Rule(age: .seconds(2 * 86_400 - 1), gone: [2, 1, 0]),
            Rule(age: .zero, gone: [3, 2, 1, 0]),
            Rule(keep: 4, age: .zero, gone: [0]),
            Rule(keep: 1, age: .seconds(3 * 86_400), gone: [0]),
        ]
    )
    func prune(rule: Rule) async throws {
        try await withStore { store in
            let ids = try await addDays(to: store)
            let gone = try store.prune(keep: rule.keep, olderThan: rule.age, now: 4 * Self.day)
            #expect(gone == rule.gone.map { ids[$0] })
            #expect(try FileNames.of(store.directory) == ids.filter { !gone.contains($0) })
        }
    }

    @Test("Pruning everything spares runs whose lab is alive and folders that cannot be read")
    func pruneSpares() async throws {
        try await withStore { store in
            let ids = try await addDays(to: store)
            let recorder = try store.create(.example(), options: .quick)
            let abandoned = try store.create(.example(id: "20240201-000000-0000"), options: .dead)
            let notes = store.directory + "/notes"
            try FileManager.default.createDirectory(atPath: notes, withIntermediateDirectories: true)

            let gone = try store.prune(keep: 0, now: .max)
            #expect(Set(gone) == Set(ids + [abandoned.folder.id]))
            #expect(try FileNames.of(store.directory) == [recorder.folder.id, "notes"])
        }
    }

    @Test("A lab that dies before it begins to record leaves a folder that is removed without force")
    func unbegun() async throws {
        try await withStore { store in
            let (dead, alive) = ("20240101-000000-0000", "20240102-000000-0000")
            let folder = try store.reserve(dead, for: RecorderOptions.dead.lab)
            _ = try store.reserve(alive)
            // Killed in the midst of making the tables.
            try Data().write(to: URL(fileURLWithPath: folder.databasePath))
            #expect(try store.runs().map(\.state.word) == ["unreadable", "unreadable"])

            #expect(throws: LabError.self) { try store.remove([alive]) }
            #expect(try store.prune(keep: 9, olderThan: .seconds(60), now: 0).isEmpty)
            #expect(try store.prune(keep: 9, now: .max) == [dead])
            #expect(try FileNames.of(store.directory) == [alive])

            _ = try store.reserve(dead, for: RecorderOptions.dead.lab)
            #expect(try store.remove([dead]) == [dead])
        }
    }

    @Test("A folder that names no lab and has no recording is removed once it is an hour old")
    func unnamed() async throws {
        try await withStore { store in
            let id = "20240101-000000-0000"
            let folder = try store.reserve(id)
            try FileManager.default.removeItem(atPath: folder.makerPath)
            let made = try #require(try store.runs().first).startedAt
            let hour: Int64 = 3_600_000_000_000
            #expect(try store.prune(keep: 0, now: made + hour).isEmpty)
            #expect(try store.prune(keep: 0, now: made + hour + 1) == [id])
        }
    }

    @Test("Pruning leaves a recording that cannot be read, which a newer leaklab may have made")
    func damaged() async throws {
        try await withStore { store in
            let ids = try await addDays(to: store)
            let folder = try store.folder(ids[0])
            #expect(!FileManager.default.fileExists(atPath: folder.makerPath))
            try Data("x".utf8).write(to: URL(fileURLWithPath: folder.databasePath))
            #expect(Set(try store.prune(keep: 0, now: .max)) == Set(ids.dropFirst()))
            #expect(try FileNames.of(store.directory) == [ids[0]])
        }
    }
}
