import Kafka
import LabCore
import LabPod
import LabTelemetry
import Synchronization
import Testing

@Suite("Pod", .timeLimit(.minutes(1)))
struct PodTests {
    struct Refused: Error {}

    private static func places(_ count: Int, partitions: Int) -> [Place] {
        (0..<count).map { Place(partition: Int32($0 % partitions), offset: Int64($0 / partitions)) }.sorted()
    }

    @Test("a pod that may not read says so in its journal, and one without a lab ends")
    func refusal() async throws {
        let fixture = try PodFixture.with(events: 30)
        let refusals = Array(repeating: KafkaErrorCode.topicAuthorizationFailed, count: 100)
        fixture.cluster.pushErrors(refusals, for: .fetch)
        let page = fixture.folder.file("page")
        let kinds = Mutex<[BrokerNews.Kind]>([])
        let journal = Mutex(BrokerJournalReader(besidePage: page))
        try await Pod(fixture.configuration(concurrency: 1)).run(
            RecordingHandler(),
            until: .when {
                let news = journal.withLock { $0.read() }
                return kinds.withLock { kinds in
                    kinds += news.map(\.kind)
                    return kinds.contains(.refused)
                }
            }
        )
        #expect(kinds.withLock { $0 }.contains(.refused))
        var alone = fixture.configuration(concurrency: 1)
        alone.telemetryPath = nil
        fixture.cluster.pushErrors(refusals, for: .fetch)
        let error = await #expect(throws: KafkaError.self) {
            try await Pod(alone).run(RecordingHandler(), until: .when { false })
        }
        #expect(error?.code == .topicAuthorizationFailed)
    }

    @Test(
        "every event is handled exactly once, and the books say so",
        arguments: [1, 2, 16, 2_000]
    )
    func everyEventOnce(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 900)
        let handler = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: concurrency))
            .run(handler, until: .when { handler.handled >= 900 })
        #expect(handler.places.sorted() == Self.places(900, partitions: 3))
        #expect(handler.shutDowns == 1)
        let counts = fixture.ledger.counts()
        #expect(counts.produced == 900 && counts.processed == 900)
        #expect(counts.lost == 0 && counts.duplicated == 0 && counts.failed == 0)
        for partition in 0..<Int32(3) { #expect(fixture.ledger.committed(partition) == 300) }
        let page = try fixture.readPage()
        #expect(page.value(.processed) == 900 && page.value(.failed) == 0)
        #expect(page.value(.inFlight) == 0 && page.value(.outliving) == 0)
        #expect(page.value(.ready) == 1 && page.value(.assigned) == 3)
        let stall = try #require(page.index(of: MetricName.rebalanceStall.rawValue))
        #expect(page.reading(of: stall) == nil)
        #expect(page.total(PodMetricName.latency) == 900 && page.total(PodMetricName.eventAge) == 900)
        #expect(try #require(page.value(.heap)) > 0)
    }

    @Test("what arrives otherwise than it was produced is counted by its number", arguments: [1, 8])
    func strays(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 300)
        // Event n belongs to partition n modulo 3, where the next one written here goes in turn.
        try fixture.produce([.event(3), .event(4), .event(5)])
        try fixture.produce([
            .event(306), .event(303), TestRecord(key: nil, value: "garbage"),
            .event(303), .event(304), .event(305),
        ])
        let handler = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: concurrency))
            .run(handler, until: .when { handler.handled >= 309 })
        let counts = fixture.ledger.counts()
        #expect(counts.produced == 309 && counts.processed == 309 && counts.lost == 0)
        #expect(counts.duplicated == 3, "3, 4 and 5 a second time")
        #expect(counts.wrongPartition == 1, "303 in partition 1")
        #expect(counts.corrupt == 1 && counts.unexpected == 0)
        #expect(counts.outOfOrder == 1, "303 after 306")
        #expect(!fixture.ledger.isDamaged)
    }

    @Test("one handler at a time sees each partition's events in order")
    func order() async throws {
        let fixture = try PodFixture.with(events: 300)
        let handler = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: 1)).run(
            handler,
            until: .when { handler.handled >= 300 }
        )
        for partition in 0..<Int32(3) {
            let offsets = handler.places.filter { $0.partition == partition }.map(\.offset)
            #expect(offsets == Array(0..<100))
        }
    }

    @Test("an event whose handler throws counts as failed and as handled", arguments: [1, 8])
    func failures(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 300)
        let handler = RecordingHandler { envelope in
            if envelope?.sequence.isMultiple(of: 3) == true { throw Refused() }
        }
        try await Pod(fixture.configuration(concurrency: concurrency))
            .run(handler, until: .when { handler.handled >= 300 })
        let counts = fixture.ledger.counts()
        #expect(counts.failed == 100 && counts.processed == 300 && counts.lost == 0)
        let page = try fixture.readPage()
        #expect(page.value(.failed) == 100 && page.value(.processed) == 300)
    }

    @Test(
        "a pod goes on where the one before it stopped, without loss and without a duplicate",
        arguments: [1, 8],
        [1, 100, 299]
    )
    func resuming(concurrency: Int, stoppingAt: Int) async throws {
        let fixture = try PodFixture.with(events: 300)
        let first = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: concurrency))
            .run(first, until: .when { first.handled >= stoppingAt })
        #expect((stoppingAt...stoppingAt + concurrency).contains(first.handled))
        let second = RecordingHandler()
        let before = first.handled
        try await Pod(fixture.configuration(concurrency: concurrency))
            .run(second, until: .when { before + second.handled >= 300 })
        #expect((first.places + second.places).sorted() == Self.places(300, partitions: 3))
        let counts = fixture.ledger.counts()
        #expect(counts.lost == 0 && counts.duplicated == 0)
    }

    @Test("offsets are committed while events are handled, never past one that is not finished")
    func committedPrefix() async throws {
        let fixture = try PodFixture.with(events: 100, partitions: 1)
        let gate = Gate()
        let handler = RecordingHandler { envelope in
            if envelope?.sequence == 40 { await gate.wait() }
        }
        let ledger = fixture.ledger
        let highest = Atomic<Int64>(-1)
        // 99 of 100 are handled; once the commit stands at the one that is not, it is let go.
        let stop = StopFlag.when {
            let committed = ledger.committed(0)
            if handler.handled == 99 {
                highest.store(max(committed, highest.load(ordering: .relaxed)), ordering: .relaxed)
                if committed == 40 { gate.open() }
            }
            return handler.handled == 100
        }
        try await Pod(fixture.configuration(concurrency: 4)).run(handler, until: stop)
        let highestWhileHeld = highest.load(ordering: .relaxed)
        #expect(highestWhileHeld == 40)
        #expect(ledger.committed(0) == 100)
    }

    @Test("as many handlers run at once as the concurrency says, and never more", arguments: [1, 3, 10])
    func overlap(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 30)
        let barrier = Barrier(size: concurrency)
        let handler = RecordingHandler { _ in await barrier.arrive() }
        try await Pod(fixture.configuration(concurrency: concurrency))
            .run(handler, until: .when { handler.handled >= 30 })
        #expect(handler.mostRunning == concurrency)
        #expect(handler.handled == 30)
    }

    @Test("events that leave a task behind are counted until the task ends", arguments: [1, 8])
    func outliving(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 60)
        let gate = Gate()
        let leaked = Mutex<[Task<Void, Never>]>([])
        let handler = RecordingHandler { envelope in
            guard envelope?.sequence.isMultiple(of: 2) == true else { return }
            // The leak under test: unstructured, and awaited by nobody but this test.
            let task = Task { await gate.wait() }
            leaked.withLock { $0.append(task) }
        }
        try await Pod(fixture.configuration(concurrency: concurrency))
            .run(handler, until: .when { handler.handled >= 60 })
        let page = try fixture.readPage()
        #expect(page.value(.outliving) == 30)
        gate.open()
        for task in leaked.withLock({ $0 }) { await task.value }
        #expect(page.value(.outliving) == 0)
    }

    @Test(
        "records without an envelope, tombstones and empty ones are handled like any other",
        arguments: [1, 4]
    )
    func oddRecords(concurrency: Int) async throws {
        let fixture = try PodFixture(partitions: 1)
        let records = [
            TestRecord(key: "k", value: nil), TestRecord(key: nil, value: ""), TestRecord(key: "", value: ""),
            TestRecord(key: "", value: nil), TestRecord(key: nil, value: "no JSON"),
            TestRecord(key: "k", value: #"{"seq":"#), TestRecord(key: "k", value: #"{"seq":1,"at":"#),
            TestRecord(key: nil, value: #"{"seq":99999999999999999999999999,"at":1,"#),
            TestRecord(key: "k", value: String(repeating: "x", count: 100_000)), .event(7),
        ]
        try fixture.produce(records)
        let handler = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: concurrency))
            .run(handler, until: .when { handler.handled >= records.count })
        #expect(handler.places.map(\.offset).sorted() == Array(0..<Int64(records.count)))
        #expect(fixture.ledger.counts().lost == 0)
        let page = try fixture.readPage()
        #expect(page.value(.processed) == Int64(records.count))
        #expect(page.total(PodMetricName.latency) == 1)
    }

    @Test("without a ledger, fixed partitions are read from their beginning")
    func withoutLedger() async throws {
        let fixture = try PodFixture.with(events: 30)
        let handler = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: 1, hasLedger: false))
            .run(handler, until: .when { handler.handled >= 30 })
        #expect(handler.places.sorted() == Self.places(30, partitions: 3))
        #expect(fixture.ledger.counts().processed == 0)
    }

    @Test("a pod reads only the partitions that are its own")
    func ownPartitions() async throws {
        let fixture = try PodFixture.with(events: 30)
        let handler = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: 1, assignment: .fixed(partitions: [1])))
            .run(handler, until: .when { handler.handled >= 10 })
        #expect(handler.places == (0..<10).map { Place(partition: 1, offset: $0) })
    }

    @Test("a committed offset that the broker no longer has ends the pod with an error", arguments: [1, 4])
    func truncation(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 10, partitions: 1)
        fixture.ledger.setCommitted(0, 1_000)
        let handler = RecordingHandler()
        let pod = try Pod(fixture.configuration(concurrency: concurrency))
        let error = await #expect(throws: KafkaError.self) {
            try await pod.run(handler, until: .when { handler.handled > 0 })
        }
        #expect(error?.code == .offsetReset)
    }

    @Test("a flag that is up already ends the pod before its first event", arguments: [1, 4])
    func stoppedBefore(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 3)
        let handler = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: concurrency)).run(handler, until: StopFlag { true })
        #expect(handler.handled == 0 && handler.shutDowns == 1)
    }

    @Test("a member of a group begins at the run's base, and leaves its commits to the next member")
    func group() async throws {
        let fixture = try PodFixture.with(events: 60)
        let assignment = PodConfiguration.Assignment.group(id: "pods")
        let first = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: 1, assignment: assignment))
            .run(first, until: .when { first.handled >= 25 })
        #expect(first.handled == 25)
        let second = RecordingHandler()
        try await Pod(fixture.configuration(concurrency: 8, assignment: assignment))
            .run(second, until: .when { second.handled >= 35 })
        #expect((first.places + second.places).sorted() == Self.places(60, partitions: 3))
        #expect(fixture.ledger.counts().duplicated == 0)
        for partition in 0..<Int32(3) { #expect(fixture.ledger.committed(partition) == 20) }
        let page = try fixture.readPage()
        #expect(try #require(page.value(.rebalances)) >= 2)
        #expect(page.value(.assigned) == 0)
        let stall = page.index(of: MetricName.rebalanceStall.rawValue).flatMap { page.reading(of: $0) }
        // The second member's join: the group is empty when it comes.
        #expect((100...20_000).contains(try #require(stall).value))
    }

    @Test("a handler that hangs shows: its event is in flight, and nothing is processed", arguments: [1, 4])
    func hanging(concurrency: Int) async throws {
        let fixture = try PodFixture.with(events: 60, partitions: 1)
        let gate = Gate()
        let handler = RecordingHandler { envelope in
            if envelope?.sequence == 20 { await gate.wait() }
        }
        let pod = try Pod(fixture.configuration(concurrency: concurrency))
        async let run: Void = pod.run(handler, until: .when { handler.handled >= 60 })
        let page = try fixture.readPage()
        // All others are handled where there are other places, none after it where there are not.
        let others: Int64 = concurrency == 1 ? 20 : 59
        let deadline = ContinuousClock.now + .seconds(20)
        while page.value(.processed) != others || page.value(.inFlight) != 1,
            ContinuousClock.now < deadline
        { await Task.yield() }
        #expect(page.value(.processed) == others && page.value(.inFlight) == 1)
        gate.open()
        try await run
        #expect(page.value(.processed) == 60 && page.value(.inFlight) == 0)
    }

    @Test("files that are not there are an error", arguments: ["page", "ledger"])
    func missingFile(name: String) throws {
        let fixture = try PodFixture()
        var configuration = fixture.configuration(concurrency: 1)
        if name == "page" { configuration.telemetryPath = fixture.folder.file("absent") }
        if name == "ledger" { configuration.ledgerPath = fixture.folder.file("absent") }
        let error = #expect(throws: LabError.self) { try Pod(configuration) }
        #expect(error?.description.contains("absent") == true)
    }
}
