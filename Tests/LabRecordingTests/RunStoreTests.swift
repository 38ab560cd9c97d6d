import Foundation
import LabCore
import Testing

@testable import LabRecording

@Suite(.timeLimit(.minutes(1))) struct RunStoreTests {
    private static let ids = ["20241121-040405-abcd", "20241121-040405-abce", "20241122-000000-0000"]

    /// A finished run.
    private func add(_ id: String, startedAt: Int64 = 0, to store: RunStore) async throws {
        let recorder = try store.create(.example(id: id, startedAt: startedAt), options: .quick)
        try await recorder.finish(state: .finished, result: nil)
    }

    private func addAll(to store: RunStore) async throws {
        for (index, id) in Self.ids.enumerated() { try await add(id, startedAt: Int64(index), to: store) }
    }

    // MARK: - Where

    @Test(
        "The store is where the environment says",
        arguments: [
            (["LEAKLAB_STORE": "s", "XDG_STATE_HOME": "/x", "HOME": "/h"], "s"),
            (["LEAKLAB_STORE": "", "XDG_STATE_HOME": "/x", "HOME": "/h"], "/x/leaklab/runs"),
            (["XDG_STATE_HOME": "relative", "HOME": "/h"], "/h/.local/state/leaklab/runs"),
            (["HOME": "/h"], "/h/.local/state/leaklab/runs"),
            ([:], NSHomeDirectory() + "/.local/state/leaklab/runs"),
        ] as [([String: String], String)]
    )
    func defaultDirectory(environment: [String: String], expected: String) {
        #expect(RunStore.defaultDirectory(environment: environment) == expected)
    }

    @Test("A run's folder is for the lab's user alone, and so is a store that it makes")
    func modes() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            for path in [store.directory, "\(store.directory)/20241121-040405-abcd"] {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
                #expect(mode as? Int == 0o700, "\(path)")
            }
            try await recorder.finish(state: .finished, result: nil)
        }
    }

    // MARK: - Listing

    @Test("A store that does not exist is empty, and asking does not make it")
    func missing() async throws {
        try await withStore { store in
            let runs = try store.runs()
            #expect(runs.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: store.directory))
            let error = #expect(throws: LabError.self) { try store.open("latest") }
            #expect(error?.description == "\(store.directory): no runs yet")
            #expect(error?.exitStatus == .usage)
        }
    }

    @Test("A concluded run is listed with its verdicts, its duration and its size")
    func summary() async throws {
        try await withStore { store in
            let header = RunHeader.example()
            let recorder = try store.create(header, options: .quick)
            recorder.record(
                event: TimelineEvent(at: 61_000_000_000, reason: "Drained", object: "run", message: "")
            )
            let log = try recorder.folder.logPath(pod: "singleton-0")
            try Data(count: 100_000).write(to: URL(fileURLWithPath: log))
            try await recorder.finish(state: .finished, result: .example(of: header))

            let summary = try #require(try store.runs().first)
            #expect(summary.id == header.id)
            #expect(summary.scenario == header.scenario)
            #expect(summary.title == header.title)
            #expect(summary.startedAt == header.startedAt)
            #expect(summary.state == .finished)
            #expect(summary.duration == .seconds(61))
            #expect(summary.verdicts.map(\.name) == ["per-event", "singleton"])
            #expect(summary.verdicts.map(\.verdict) == [.leaking, .bounded])
            #expect(summary.verdicts.map(\.flagged) == [true, false])
            let database = try FileManager.default.attributesOfItem(atPath: recorder.folder.databasePath)
            #expect(summary.sizeOnDisk == 100_000 + (database[.size] as? Int64 ?? 0))
        }
    }

    @Test(
        "The list tells how a run ended",
        arguments: [(.finished, .finished), (.interrupted, .interrupted), (.failed, .failed)]
            as [(RunState, RunSummary.State)]
    )
    func states(state: RunState, listed: RunSummary.State) async throws {
        try await withStore { store in
            try await store.create(.example(), options: .quick).finish(state: state, result: nil)
            #expect(try store.runs().map(\.state) == [listed])
            #expect(listed.word == state.rawValue)
        }
    }

    @Test("Runs are listed newest first")
    func order() async throws {
        try await withStore { store in
            try await addAll(to: store)
            #expect(try store.runs().map(\.id) == Self.ids.reversed())
        }
    }

    @Test("Broken and foreign folders are listed with their reason and harm nothing else")
    func unreadable() async throws {
        try await withStore { store in
            try await addAll(to: store)
            try makeFolder("notes", in: store)
            try makeFolder("20241123-000000-0000", in: store)
            try makeFolder("20241123-000000-0001", in: store, database: Data("no database at all".utf8))
            try makeFolder("20241123-000000-0002", in: store, database: Data())
            try makeFolder(".hidden", in: store)
            try Data().write(to: URL(fileURLWithPath: store.directory + "/README"))

            let runs = try store.runs()
            #expect(Set(runs.map(\.id)).isSuperset(of: Self.ids))
            let reasons = runs.reduce(into: [String: String]()) { reasons, run in
                if case .unreadable(let reason) = run.state { reasons[run.id] = reason }
            }
            let path = store.directory + "/"
            #expect(
                reasons == [
                    "notes": "\(path)notes: not the folder of a run",
                    "20241123-000000-0000": "\(path)20241123-000000-0000: holds no recording",
                    "20241123-000000-0001":
                        "\(path)20241123-000000-0001/run.sqlite: damaged recording: file is not a database",
                    "20241123-000000-0002":
                        "\(path)20241123-000000-0002/run.sqlite: not the recording of a run",
                ]
            )
            #expect(try store.open("latest").header.id == Self.ids[2])
        }
    }

    private func makeFolder(_ name: String, in store: RunStore, database: Data? = nil) throws {
        let path = store.directory + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try database?.write(to: URL(fileURLWithPath: path + "/run.sqlite"))
    }

    // MARK: - Finding

    @Test(
        "A run is found by its id, by a unique start of it, or as the latest",
        arguments: [
            (ids[0], ids[0]), ("20241121-040405-abce", ids[1]), ("20241122", ids[2]), ("latest", ids[2]),
        ]
    )
    func find(text: String, id: String) async throws {
        try await withStore { store in
            try await addAll(to: store)
            #expect(try store.open(text).header.id == id)
            #expect(try store.folder(text).id == id)
        }
    }

    @Test("An ambiguous start of an id is refused, and the candidates are named")
    func ambiguous() async throws {
        try await withStore { store in
            try await addAll(to: store)
            let error = #expect(throws: LabError.self) { try store.open("20241121") }
            #expect(error?.description == "\(store.directory): 2 runs start with “20241121”")
            #expect(error?.hint == "They are: 20241121-040405-abcd, 20241121-040405-abce.")
            #expect(error?.exitStatus == .usage)
        }
    }

    @Test("Unknown ids are refused", arguments: ["", "2023", "..", "../x", "/", "20241121-040405-abcdx"])
    func unknown(text: String) async throws {
        try await withStore { store in
            try await addAll(to: store)
            let error = #expect(throws: LabError.self) { try store.open(text) }
            #expect(error?.description == "\(store.directory): no run “\(text)”")
            #expect(error?.exitStatus == .usage)
        }
    }

    @Test("Of runs that started within one second, the latest is the one that started last")
    func latestWithinSecond() async throws {
        try await withStore { store in
            for (id, start) in [("abcd", 1), ("zzzz", 2), ("0000", 3), ("mmmm", 0)] as [(String, Int64)] {
                try await add("20241121-040405-" + id, startedAt: start, to: store)
            }
            #expect(try store.folder("latest").id == "20241121-040405-0000")
        }
    }

    // MARK: - Logs

    @Test("Pods with logs are listed, and the path of a log is made of the pod's name")
    func logs() async throws {
        try await withStore { store in
            try await addAll(to: store)
            let folder = try store.folder("latest")
            #expect(folder.podsWithLogs().isEmpty)
            for pod in ["b-1", "b-0"] {
                try Data("x".utf8).write(to: URL(fileURLWithPath: try folder.logPath(pod: pod)))
            }
            try Data().write(to: URL(fileURLWithPath: folder.logsDirectory + "/other.txt"))
            #expect(folder.podsWithLogs() == ["b-0", "b-1"])
            #expect(try folder.logPath(pod: "b-0") == "\(store.directory)/\(Self.ids[2])/logs/b-0.log")
        }
    }

    @Test(
        "No name leads out of the folder of logs",
        arguments: ["", ".", "..", "../run", "a/b", "/etc/x", "a\0b"]
    )
    func logTraversal(pod: String) {
        #expect(throws: LabError.self) { try RunFolder(id: "x", in: "/store").logPath(pod: pod) }
    }

    // MARK: - Two at once

    @Test("Two runs record into one store at once and do not mix")
    func two() async throws {
        try await withStore { store in
            let recorders = try Self.ids.prefix(2).map { try store.create(.example(id: $0), options: .quick) }
            for time in 0..<1_000 {
                for (index, recorder) in recorders.enumerated() {
                    let lab = recorder.process("lab")
                    recorder.record(Double(index), of: .rss, subject: lab, at: Int64(time))
                }
            }
            for recorder in recorders { try await recorder.finish(state: .finished, result: nil) }
            for (index, id) in Self.ids.prefix(2).enumerated() {
                let series = try store.open(id).processes["lab"]?[.rss]
                #expect(series?.values == Array(repeating: Double(index), count: 1_000))
            }
        }
    }
}
