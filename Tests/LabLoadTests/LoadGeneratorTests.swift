import Foundation
import Kafka
import LabCore
import LabTelemetry
import LabTesting
import Synchronization
import Testing

@testable import LabLoad

@Suite("Load generator", .timeLimit(.minutes(1)))
struct LoadGeneratorTests {
    /// 0.1 s of the clock.
    private static let profile = LoadProfile(phases: [
        LoadPhase(
            name: "up",
            duration: .milliseconds(50),
            shape: .ramp(from: .zero, to: EventRate(perSecond: 40_000))
        ),
        LoadPhase(
            name: "peak",
            duration: .milliseconds(50),
            shape: .constant(EventRate(perSecond: 40_000))
        ),
    ])

    @Test("why the broker did not write events is in the journal")
    func refusedRecords() async throws {
        try await onThread {
            let fixture = try ProductionFixture(topics: ["only"])
            fixture.cluster.pushErrors([.messageTooLarge], for: .produce)
            var generator = try LoadGenerator(
                fixture.configuration(.flatOut(events: 200), zero: MonotonicClock.nanoseconds)
            )
            let outcome = try generator.run(until: .never)
            #expect(outcome.undelivered > 0)
            var journal = BrokerJournalReader(besidePage: fixture.folder.file("page"))
            let news = journal.read()
            #expect(news.map(\.kind) == [.undelivered])
            #expect(news.first?.text.contains("MSG_SIZE_TOO_LARGE") == true)
        }
    }

    @Test("every event reaches each target exactly once, and pages and ledgers say so")
    func everyEventOnce() async throws {
        try await onThread {
            let fixture = try ProductionFixture()
            let total = Int(Self.profile.totalEvents)
            let ledgers = try fixture.topics.map { topic in
                try Ledger.create(
                    at: fixture.folder.file(topic),
                    bases: Array(repeating: 0, count: ProductionFixture.partitions),
                    capacityPerPartition: total
                )
            }
            var generator = try LoadGenerator(
                fixture.configuration(
                    .schedule(Self.profile),
                    zero: MonotonicClock.nanoseconds,
                    ledgers: true
                )
            )
            let outcome = try generator.run(until: .never)
            #expect(outcome == LoadGenerator.Outcome(sent: UInt64(total), undelivered: 0, isComplete: true))
            for (topic, ledger) in zip(fixture.topics, ledgers) {
                let records = try fixture.records(of: topic)
                let sequences = records.compactMap(\.envelope?.sequence)
                #expect(sequences.sorted() == Array(0..<UInt64(total)))
                #expect(ledger.counts().produced == total)
                #expect(ledger.totals.outOfCapacity == 0)
                for partition in 0..<ProductionFixture.partitions {
                    let here = records.count { Int($0.partition) == partition }
                    #expect(ledger.produced(Int32(partition)) == here)
                }
            }
            try Self.expectPage(of: fixture, tellsOf: total)
        }
    }

    private static func expectPage(of fixture: borrowing ProductionFixture, tellsOf total: Int) throws {
        let page = try TelemetryReader(openingPageAt: fixture.folder.file("page"))
        for (name, value) in [
            (MetricName.scheduled.rawValue, total), (ProducerMetricName.sent, total),
            (ProducerMetricName.undelivered, 0),
        ] {
            let index = try #require(page.index(of: name), "\(name)")
            #expect(page.value(of: index) == Int64(value), "\(name)")
        }
        let delays = try #require(page.index(of: ProducerMetricName.scheduleDelay, .histogram))
        #expect(page.histogram(at: delays)?.total == UInt64(total))
    }

    @Test("events carry the schedule's times, whenever they were written, and go out in runs")
    func intendedTimes() async throws {
        try await onThread {
            let fixture = try ProductionFixture(topics: ["only"])
            // The schedule began half a second ago, so that the producer is late from the first event on.
            var generator = try LoadGenerator(
                fixture.configuration(
                    .schedule(Self.profile),
                    zero: MonotonicClock.nanoseconds - 500_000_000
                )
            )
            _ = try generator.run(until: .never)
            let records = try fixture.records(of: "only")
                .sorted { ($0.envelope?.sequence ?? 0) < ($1.envelope?.sequence ?? 0) }
            let times = records.compactMap { $0.envelope.map { Int64($0.intendedMicroseconds) } }
            let first = try #require(times.first)
            let planned = Array(Self.profile.intendedTimes.map { $0 / 1_000 })
            #expect(times.map { $0 - first } == planned.map { $0 - planned[0] })
            for (sequence, record) in records.enumerated() {
                #expect(Int(record.partition) == Workload.forTests.partition(ofEvent: UInt64(sequence)))
            }
        }
    }

    @Test("another schedule takes the place of the first one, and what was sent before stays sent")
    func revised() async throws {
        try await onThread {
            let fixture = try ProductionFixture(topics: ["only"])
            // Half a second at a tenth of the rate, in the place of a second that has only begun.
            let planned = LoadProfile(phases: [
                LoadPhase(name: "all", duration: .seconds(1), shape: .constant(EventRate(perSecond: 2_000)))
            ])
            let revised = LoadProfile(phases: [
                LoadPhase(
                    name: "first",
                    duration: .milliseconds(40),
                    shape: .constant(EventRate(perSecond: 2_000))
                ),
                LoadPhase(
                    name: "rest",
                    duration: .milliseconds(460),
                    shape: .constant(EventRate(perSecond: 200))
                ),
            ])
            let path = fixture.folder.file("schedule")
            try JSONEncoder().encode(revised).write(
                to: URL(fileURLWithPath: RevisedSchedules.file(1, at: path))
            )
            var configuration = fixture.configuration(.schedule(planned), zero: MonotonicClock.nanoseconds)
            configuration.revisionsPath = path
            var generator = try LoadGenerator(configuration)
            let outcome = try generator.run(until: .never)
            #expect(outcome.sent == revised.totalEvents && outcome.isComplete)
            let records = try fixture.records(of: "only")
                .sorted { ($0.envelope?.sequence ?? 0) < ($1.envelope?.sequence ?? 0) }
            #expect(records.count == Int(revised.totalEvents))
            #expect(records.map { $0.envelope?.sequence } == (0..<revised.totalEvents).map { $0 })
            let times = records.compactMap { $0.envelope.map { Int64($0.intendedMicroseconds) } }
            #expect(((times.last ?? 0) - (times.first ?? 0)) / 1_000 >= 490)
            let page = try TelemetryReader(openingPageAt: fixture.folder.file("page"))
            let index = try #require(page.index(of: ProducerMetricName.revision))
            #expect(page.value(of: index) == 1)
        }
    }

    @Test("a schedule that cannot be read changes nothing")
    func damagedRevision() async throws {
        try await onThread {
            let fixture = try ProductionFixture(topics: ["only"])
            let path = fixture.folder.file("schedule")
            try Data("{".utf8).write(to: URL(fileURLWithPath: RevisedSchedules.file(1, at: path)))
            var configuration = fixture.configuration(
                .schedule(Self.profile),
                zero: MonotonicClock.nanoseconds
            )
            configuration.revisionsPath = path
            var generator = try LoadGenerator(configuration)
            #expect(try generator.run(until: .never).sent == Self.profile.totalEvents)
        }
    }

    @Test("within a partition the order of sending is kept")
    func order() async throws {
        try await onThread {
            let fixture = try ProductionFixture(topics: ["only"])
            var generator = try LoadGenerator(fixture.configuration(.flatOut(events: 3_000)))
            _ = try generator.run(until: .never)
            let records = try fixture.records(of: "only")
            for partition in 0..<Int32(ProductionFixture.partitions) {
                let sequences = records.filter { $0.partition == partition }
                    .sorted { $0.offset < $1.offset }
                    .compactMap(\.envelope?.sequence)
                #expect(sequences == sequences.sorted() && !sequences.isEmpty)
            }
        }
    }

    @Test("flat out, exactly the number of events asked for is sent", arguments: [0, 1, 63, 4_096, 10_001])
    func flatOut(events: Int) async throws {
        try await onThread {
            let fixture = try ProductionFixture(topics: ["only"])
            var generator = try LoadGenerator(fixture.configuration(.flatOut(events: UInt64(events))))
            let outcome = try generator.run(until: .never)
            #expect(outcome == LoadGenerator.Outcome(sent: UInt64(events), undelivered: 0, isComplete: true))
            let sequences = try fixture.records(of: "only").compactMap(\.envelope?.sequence)
            #expect(sequences.sorted() == Array(0..<UInt64(events)))
        }
    }

    @Test("a full queue holds the producer up, and drops nothing")
    func fullQueue() async throws {
        try await onThread {
            let fixture = try ProductionFixture()
            var generator = try LoadGenerator(
                fixture.configuration(
                    .flatOut(events: 2_000),
                    properties: [LabelledValue("queue.buffering.max.messages", "40")]
                )
            )
            #expect(try generator.run(until: .never).sent == 2_000)
            for topic in fixture.topics {
                let sequences = try fixture.records(of: topic).compactMap(\.envelope?.sequence)
                #expect(sequences.sorted() == Array(0..<2_000))
            }
            let page = try TelemetryReader(openingPageAt: fixture.folder.file("page"))
            let full = try #require(page.index(of: "queueFull"))
            #expect((page.value(of: full) ?? 0) > 0)
        }
    }

    @Test(
        "a production that is stopped early says how many events reached every target",
        arguments: [0, 1, 10, 50]
    )
    func stopping(asks: Int) async throws {
        try await onThread {
            let fixture = try ProductionFixture()
            let asked = Atomic(0)
            var generator = try LoadGenerator(
                fixture.configuration(
                    .flatOut(events: 1_000_000),
                    properties: [LabelledValue("queue.buffering.max.messages", "40")]
                )
            )
            let outcome = try generator.run(
                until: StopFlag { asked.wrappingAdd(1, ordering: .relaxed).newValue > asks }
            )
            #expect(!outcome.isComplete && outcome.undelivered == 0)
            #expect(asks == 0 ? outcome.sent == 0 : outcome.sent < 10_000)
            let complete = try fixture.topics.map { topic in
                try fixture.records(of: topic).compactMap(\.envelope?.sequence)
            }
            #expect(complete.map(\.count).min() == Int(outcome.sent))
            for sequences in complete {
                #expect(Set(sequences).isSuperset(of: 0..<outcome.sent))
            }
        }
    }

    @Test("a schedule that is stopped before its start sends nothing")
    func stoppedBefore() async throws {
        try await onThread {
            let fixture = try ProductionFixture(topics: ["only"])
            var generator = try LoadGenerator(
                fixture.configuration(
                    .schedule(Self.profile),
                    zero: MonotonicClock.nanoseconds + 3_600_000_000_000
                )
            )
            let outcome = try generator.run(until: StopFlag { true })
            #expect(outcome == LoadGenerator.Outcome(sent: 0, undelivered: 0, isComplete: false))
        }
    }

    @Test("what the broker refuses is counted as undelivered, and not as produced")
    func undelivered() async throws {
        try await onThread {
            let fixture = try ProductionFixture(topics: ["only"])
            let ledger = try Ledger.create(
                at: fixture.folder.file("only"),
                bases: Array(repeating: 0, count: ProductionFixture.partitions),
                capacityPerPartition: 1_000
            )
            fixture.cluster.pushErrors([.messageTooLarge], for: .produce)
            var generator = try LoadGenerator(
                fixture.configuration(.flatOut(events: 640), ledgers: true)
            )
            let outcome = try generator.run(until: .never)
            #expect(outcome.sent == 640 && outcome.isComplete)
            #expect(outcome.undelivered > 0)
            #expect(ledger.counts().produced == 640 - outcome.undelivered)
        }
    }

    @Test("a property that librdkafka does not know is refused with its name")
    func unknownProperty() throws {
        let fixture = try ProductionFixture(topics: ["only"])
        let configuration = fixture.configuration(
            .flatOut(events: 1),
            properties: [LabelledValue("linger.mz", "1")]
        )
        let error = #expect(throws: KafkaError.self) { _ = try LoadGenerator(configuration).isStarted }
        #expect(error?.description.contains("linger.mz") == true)
    }

    @Test("a telemetry page that is not there is an error")
    func missingPage() throws {
        let fixture = try ProductionFixture(topics: ["only"])
        var absent = fixture.configuration(.flatOut(events: 1))
        absent.telemetryPath = fixture.folder.file("absent")
        let configuration = absent
        #expect(throws: LabError.self) { _ = try LoadGenerator(configuration).isStarted }
    }

    @Test("a configuration survives the way through its file")
    func coding() throws {
        let fixture = try ProductionFixture()
        for pace in [ProducerConfiguration.Pace.schedule(Self.profile), .flatOut(events: 5)] {
            let configuration = fixture.configuration(pace, zero: 99, ledgers: true)
            #expect(try configuration.passedThroughJSON() == configuration)
        }
    }
}
