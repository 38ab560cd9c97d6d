import GRDB
import LabCore
import Testing

@testable import LabRecording

@Suite(.timeLimit(.minutes(1))) struct RunRecorderTests {
    @Test("Everything that was recorded is read back as it was")
    func roundTrip() async throws {
        try await withStore { store in
            let recorder = try store.create(.example(), options: .quick)
            record(into: recorder)
            let result = RunResult.example(of: .example())
            try await recorder.finish(state: .finished, result: result)

            #expect(try store.open("latest") == expectedRun)
            #expect(try store.result(of: "latest") == result)
        }
    }

    private func record(into recorder: RunRecorder) {
        let suspect = recorder.variant("per-event")
        let first = recorder.lifeStarted(
            variant: "per-event", pod: "per-event-0", ordinal: 0, memoryLimit: 1 << 28, life: 0, pid: 41, at: 1_000
        )
        recorder.record(100, of: .rss, subject: first, at: 2_000)
        recorder.record(150.5, of: .rss, subject: first, at: 3_000)
        recorder.record(7, of: .live(site: "IndexCache.worker"), subject: first, at: 3_000)
        recorder.record(12, of: .produced, subject: suspect, at: 3_000)
        recorder.lifeEnded(
            first, at: 4_000, exit: PodExit(reason: "OOMKilled", code: 137),
            sites: [VariantResult.Site(site: "IndexCache.worker", kind: "task", created: 9, live: 7)],
            latency: .of(1, 20, 300), eventAge: .of(5), quiescentFrom: nil
        )
        let second = recorder.lifeStarted(
            variant: "per-event", pod: "per-event-0", ordinal: 0, memoryLimit: 1 << 28, life: 1, pid: 42, at: 5_000
        )
        recorder.lifeObserved(second, sites: [], latency: .of(2), eventAge: .of(3, .max), quiescentFrom: 5_500)
        _ = recorder.lifeStarted(
            variant: "singleton", pod: "singleton-0", ordinal: 0, memoryLimit: nil, life: 0, pid: 43, at: -10
        )
        recorder.record(0.25, of: .cpu, subject: recorder.process("lab"), at: 6_000)
        recorder.record(2_008, of: .targetRate, subject: recorder.process("producer"), at: 6_000)
        recorder.record(event: TimelineEvent(at: 9, reason: "Phase", object: "run", message: "peak"))
        recorder.record(
            event: TimelineEvent(at: 8, isWarning: true, reason: "BackOff", object: "pod/x", message: "“a” 'b'")
        )
        var ledger = LedgerCounts()
        ledger.produced = 1
        recorder.setLedger(ledger, variant: "per-event")
        recorder.setLedger(exactLedger, variant: "per-event")
        recorder.setScheduleDelay(.of(1_000))
        recorder.setProductionEnded(at: 5_900)
        recorder.invalidate(because: "pacing under 95 %")
    }

    private var exactLedger: LedgerCounts {
        var ledger = LedgerCounts()
        ledger.produced = 12
        ledger.processed = 10
        ledger.lost = 2
        ledger.duplicated = 1
        ledger.droppedByBroker = 1
        return ledger
    }

    private var expectedRun: RecordedRun {
        let lives = [
            RecordedLife(
                index: 0, pid: 41, start: 1_000, end: 4_000, exit: PodExit(reason: "OOMKilled", code: 137),
                series: [
                    .rss: Series(times: [2_000, 3_000], values: [100, 150.5]),
                    .live(site: "IndexCache.worker"): Series(times: [3_000], values: [7]),
                ],
                sites: [VariantResult.Site(site: "IndexCache.worker", kind: "task", created: 9, live: 7)],
                latency: .of(1, 20, 300), eventAge: .of(5)
            ),
            RecordedLife(
                index: 1, pid: 42, start: 5_000, latency: .of(2), eventAge: .of(3, .max), quiescentFrom: 5_500
            ),
        ]
        let header = RunHeader.example()
        return RecordedRun(
            header: header,
            state: .finished,
            variants: [
                RecordedVariant(
                    header: header.variants[0],
                    ledger: exactLedger,
                    series: [.produced: Series(times: [3_000], values: [12])],
                    pods: [RecordedPod(name: "per-event-0", memoryLimit: 1 << 28, lives: lives)]
                ),
                RecordedVariant(
                    header: header.variants[1],
                    pods: [
                        RecordedPod(
                            name: "singleton-0",
                            memoryLimit: nil,
                            lives: [RecordedLife(index: 0, pid: 43, start: -10)]
                        )
                    ]
                ),
            ],
            processes: [
                "lab": [.cpu: Series(times: [6_000], values: [0.25])],
                "producer": [.targetRate: Series(times: [6_000], values: [2_008])],
            ],
            timeline: [
                TimelineEvent(at: 8, isWarning: true, reason: "BackOff", object: "pod/x", message: "“a” 'b'"),
                TimelineEvent(at: 9, reason: "Phase", object: "run", message: "peak"),
            ],
            scheduleDelay: .of(1_000),
            invalidBecause: ["pacing under 95 %"],
            productionEnded: 5_900
        )
    }

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
                    variant: "singleton", pod: "singleton-\(ordinal)", ordinal: ordinal, memoryLimit: nil,
                    life: life, pid: 1, at: 0
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
                recorder.record(event: TimelineEvent(at: Int64(at), reason: "Phase", object: "run", message: ""))
            }
            for life in 0..<20 {
                _ = recorder.lifeStarted(
                    variant: "singleton", pod: "singleton-0", ordinal: 0, memoryLimit: nil, life: life, pid: 1, at: 0
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

    @Test("Without being asked, the recorder writes what waits within a second")
    func interval() async throws {
        try await withStore { store in
            let recorder = try store.create(.example())
            recorder.record(1, of: .rss, subject: recorder.process("lab"), at: 1)
            let waited = await ContinuousClock().measure { await recorder.untilWritten() }
            #expect(waited < .seconds(1))
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
            async let written: Void = recorder.untilWritten()
            for time in 0..<Int64(3 * options.batchSize) { recorder.record(1, of: .rss, subject: lab, at: time) }
            await written
            let count = try store.open("latest").processes["lab"]?[.rss]?.times.count ?? 0
            #expect(count >= options.batchSize)
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
            while run.processes.isEmpty { run = try store.open("latest") }
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
