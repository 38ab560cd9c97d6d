import Kafka
import LabCore
import LabTelemetry
import Testing

@testable import LabPod

@Suite("Heap reader")
struct HeapReaderTests {
    @Test(
        "the pause after a reading is the interval, or a hundred times what the reading took and no more than a second",
        arguments: [
            (0, Duration.seconds(1), 1), (9_999_999, .seconds(1), 1), (10_000_000, .seconds(1), 1),
            (5_000_000, .milliseconds(100), 0.5), (144_000_000, .milliseconds(100), 1),
            (144_000_000, .seconds(2), 2), (.max, .milliseconds(100), 1),
            (100_000, .milliseconds(100), 0.1), (0, .zero, 0),
        ] as [(UInt64, Duration, Double)]
    )
    func pause(cost: UInt64, interval: Duration, seconds: Double) {
        #expect(abs(HeapReader.pause(after: cost, interval: interval).inSeconds - seconds) < 1e-9)
    }

    @Test("a reading tells the heap's size, when it was taken and what it cost")
    func reading() throws {
        let page = try TelemetryPage.anonymous()
        let reader = HeapReader(interval: .seconds(1), metrics: PodMetrics(page: page))
        let before = MonotonicClock.nanoseconds
        let cost = reader.readOnce()
        let metrics = try TelemetryReader(page)
        let heap = try #require(metrics.index(of: MetricName.heap.rawValue))
        let reading = try #require(metrics.reading(of: heap))
        #expect(reading.value > 0)
        #expect((before...MonotonicClock.nanoseconds).contains(reading.nanoseconds))
        #expect(metrics.value(.heapReadCost) == Int64(cost))
    }
}

@Suite("Event books")
struct EventBooksTests {
    @Test("an event from the future has an age of nothing, one without envelope none")
    func clocks() throws {
        let page = try TelemetryPage.anonymous()
        let books = EventBooks(metrics: PodMetrics(page: page), ledger: nil)
        let envelope = EventEnvelope(sequence: 1, intendedMicroseconds: 1_000)
        books.began(envelope, at: 500)
        books.ended(envelope, partition: 0, offset: 0, failed: false, at: 4_000)
        books.began(nil, at: 5_000)
        books.ended(nil, partition: 0, offset: 1, failed: true, at: 5_000)
        let metrics = try TelemetryReader(page)
        let age = try #require(metrics.index(of: PodMetricName.eventAge).flatMap(metrics.histogram(at:)))
        let latency = try #require(metrics.index(of: PodMetricName.latency).flatMap(metrics.histogram(at:)))
        #expect(age.total == 1 && age.maximum == 0)
        #expect(latency.total == 1 && latency.maximum == 3_000)
        #expect(metrics.value(.processed) == 2 && metrics.value(.failed) == 1)
    }
}

@Suite("Pod rebalances")
struct PodRebalancesTests {
    private let partitions = [0, 1, 7].map { TopicPartition(topic: "events", partition: $0) }

    @Test("before partitions are given up, what is finished is committed for all of them")
    func revoking() {
        let rebalances = PodRebalances(topic: "events", ledger: nil)
        #expect(rebalances.willRevoke(partitions).isEmpty)
        let isNoted = rebalances.takeStart() != nil
        #expect(isNoted && rebalances.takeStart() == nil)
        rebalances.setFinish {
            [CommittableOffset(partition: 0, next: 5), CommittableOffset(partition: 3, next: 9)]
        }
        #expect(
            rebalances.willRevoke([partitions[0]]) == [
                PartitionOffset(topic: "events", partition: 0, offset: 5),
                PartitionOffset(topic: "events", partition: 3, offset: 9),
            ]
        )
        // Nobody has confirmed them, so they go along until somebody does.
        rebalances.setFinish { [CommittableOffset(partition: 3, next: 11)] }
        rebalances.confirm(CommittableOffset(partition: 3, next: 9))
        rebalances.forget(0)
        #expect(rebalances.willRevoke([]) == [PartitionOffset(topic: "events", partition: 3, offset: 11)])
    }

    @Test("partitions that nobody has committed start at the run's base, unknown ones at the beginning")
    func assigned() throws {
        let folder = try ScratchFolder()
        let ledger = try Ledger.create(at: folder.file("ledger"), bases: [40, 50], capacityPerPartition: 10)
        let starts = PodRebalances(topic: "events", ledger: ledger).assigned(partitions)
        #expect(starts?.map(\.offset) == [40, 50, 0])
        #expect(starts?.map(\.partition) == partitions)
        #expect(PodRebalances(topic: "events", ledger: nil).assigned(partitions) == nil)
    }
}

@Suite("Pod configuration")
struct PodConfigurationTests {
    @Test("a configuration survives the way through its file")
    func coding() throws {
        let fixture = try PodFixture()
        for assignment in [PodConfiguration.Assignment.group(id: "g"), .fixed(partitions: [0, 3])] {
            var configuration = fixture.configuration(concurrency: 7, assignment: assignment)
            configuration.errors = .retry(limit: 3)
            configuration.parameters = ["ttl": .duration(.seconds(3)), "size": .wholeNumber(5)]
            #expect(try configuration.passedThroughJSON() == configuration)
        }
    }
}
