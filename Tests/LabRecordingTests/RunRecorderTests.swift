import GRDB
import LabCore
import Testing

@testable import LabRecording

@Suite(.timeLimit(.minutes(1))) struct RunRecorderTests {
    @Test("Values that are not finite are skipped, times out of all reason are cut")
    func oddNumbers() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            let lab = recorder.process("lab")
            for value in [Double.nan, .infinity, -.infinity, 1] {
                recorder.record(value, of: .rss, subject: lab, at: .max)
            }
            recorder.record(event: TimelineEvent(at: .min, reason: "Phase", object: "run", message: ""))
            try await recorder.finish(state: .finished, result: nil)

            let run = try store.open("latest")
            #expect(run.processes["lab"] == [.rss: Series(times: [1 << 60], values: [1])])
            #expect(run.timeline.map(\.at) == [-(1 << 60)])
        }
    }

    @Test("Samples of one series that come out of order are put in order")
    func order() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            for (time, value) in [(30, 1), (10, 2), (20, 3), (10, 4)] as [(Int64, Double)] {
                recorder.record(value, of: .rss, subject: recorder.process("lab"), at: time)
            }
            try await recorder.finish(state: .finished, result: nil)
            let series = try store.open("latest").processes["lab"]?[.rss]
            #expect(series == Series(times: [10, 10, 20, 30], values: [2, 4, 3, 1]))
        }
    }

    @Test("Pods are listed by ordinal, lives by index, in whatever order they were told")
    func podOrder() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            for (ordinal, life) in [(10, 0), (2, 1), (2, 0), (0, 0)] {
                _ = recorder.lifeStarted(
                    variant: "singleton",
                    pod: "singleton-\(ordinal)",
                    ordinal: ordinal,
                    memoryLimit: nil,
                    life: life,
                    pid: 1,
                    at: 0
                )
            }
            try await recorder.finish(state: .finished, result: nil)
            let pods = try store.open("latest").variants[1].pods
            #expect(pods.map(\.name) == ["singleton-0", "singleton-2", "singleton-10"])
            #expect(pods[1].lives.map(\.index) == [0, 1])
        }
    }

    @Test("Eight threads record at once and nothing is lost")
    func threads() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            await withDiscardingTaskGroup { group in
                for thread in 0..<8 {
                    group.addTask {
                        for time in 0..<2_000 {
                            let subject = recorder.process("process-\(thread)")
                            recorder.record(Double(time), of: .rss, subject: subject, at: Int64(time))
                        }
                    }
                }
            }
            try await recorder.finish(state: .finished, result: nil)
            let run = try store.open("latest")
            let expected = Series(times: (0..<2_000).map { $0 }, values: (0..<2_000).map(Double.init))
            #expect(run.processes.count == 8)
            #expect(run.processes.values.allSatisfy { $0[.rss] == expected })
            #expect(run.invalidBecause.isEmpty)
        }
    }

    @Test("What finds the queue full is counted and makes the run invalid; lives are never dropped")
    func drops() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .idle(capacity: 10))
            let lab = recorder.process("lab")
            for time in 0..<1_200 { recorder.record(1, of: .rss, subject: lab, at: Int64(time)) }
            for at in 0..<50 {
                recorder.record(
                    event: TimelineEvent(at: Int64(at), reason: "Phase", object: "run", message: "")
                )
            }
            for life in 0..<20 {
                _ = recorder.lifeStarted(
                    variant: "singleton",
                    pod: "singleton-0",
                    ordinal: 0,
                    memoryLimit: nil,
                    life: life,
                    pid: 1,
                    at: 0
                )
            }
            try await recorder.finish(state: .finished, result: nil)

            let run = try store.open("latest")
            #expect(run.processes["lab"]?[.rss]?.times == Array(0..<10))
            #expect(run.variants[1].pods.first?.lives.count == 20)
            // Eight events: a process and a metric waited before them.
            #expect(run.timeline.count == 8)
            #expect(
                run.invalidBecause == ["the recorder dropped 1,232 samples or events: the disk was too slow"]
            )
        }
    }

    @Test("A run can be read while it is recorded")
    func whileRecording() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            let lab = recorder.process("lab")
            recorder.record(1, of: .rss, subject: lab, at: 1)
            await recorder.untilWritten()
            let before = try store.open("latest")
            #expect(before.state == .recording)
            #expect(before.processes["lab"]?[.rss]?.values == [1])
            #expect(try store.runs().map(\.state) == [.recording])

            recorder.record(2, of: .rss, subject: lab, at: 2)
            await recorder.untilWritten()
            #expect(try store.open("latest").processes["lab"]?[.rss]?.values == [1, 2])
            try await recorder.finish(state: .interrupted, result: nil)
            #expect(try store.open("latest").state == .interrupted)
        }
    }

    @Test("Without being asked, the recorder writes what waits, every quarter of a second")
    func interval() async throws {
        try await withStore { store in
            let recorder = try store.create(.example())
            recorder.record(1, of: .rss, subject: recorder.process("lab"), at: 1)
            await recorder.untilWritten()
            #expect(RecorderOptions().flushInterval == .milliseconds(250))
            #expect(try store.open("latest").processes["lab"]?[.rss]?.values == [1])
        }
    }

    @Test("Many samples are written before the interval is over")
    func earlyBatch() async throws {
        try await withStore { store in
            var options = RecorderOptions.quick
            options.flushInterval = .seconds(3_600)
            let recorder = try store.create(.example(), options: options)
            let lab = recorder.process("lab")
            for time in 0..<Int64(options.batchSize) { recorder.record(1, of: .rss, subject: lab, at: time) }
            while try store.open("latest").processes.isEmpty { try Task.checkCancellation() }
            #expect(recorder.failure == nil)
        }
    }

    @Test("A recorder that is let go writes what it has and leaves the run unfinished")
    func released() async throws {
        try await withStore { store in
            func letGo() throws {
                let recorder = try store.create(.example(), options: .idle(capacity: 100))
                recorder.record(1, of: .rss, subject: recorder.process("lab"), at: 1)
            }
            try letGo()
            var run = try store.open("latest")
            while run.processes.isEmpty {
                try Task.checkCancellation()
                run = try store.open("latest")
            }
            #expect(run.state == .recording)
            #expect(run.processes["lab"]?[.rss]?.values == [1])
        }
    }

    @Test("Finished is finished: nothing is recorded any more, and a second end changes nothing")
    func twice() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            try await recorder.finish(state: .finished, result: nil)
            let lab = recorder.process("lab")
            recorder.record(1, of: .rss, subject: lab, at: 1)
            recorder.invalidate(because: "too late")
            await recorder.untilWritten()
            try await recorder.finish(state: .failed, result: nil)
            let run = try store.open("latest")
            #expect(run.state == .finished)
            #expect(run.processes.isEmpty)
            #expect(run.invalidBecause.isEmpty)
        }
    }

    @Test("A finished run is one file that can be read where nothing can be written")
    func selfContained() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            let folder = recorder.folder
            try await recorder.finish(state: .finished, result: nil)
            #expect(try FileNames.of(folder.path) == ["logs", "run.sqlite"])
            var configuration = Configuration()
            configuration.readonly = true
            let database = try DatabaseQueue(path: folder.databasePath, configuration: configuration)
            let mode = try await database.read { db in try String.fetchOne(db, sql: "PRAGMA journal_mode") }
            #expect(mode == "delete")
        }
    }
}
