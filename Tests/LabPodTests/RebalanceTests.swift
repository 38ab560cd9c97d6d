import LabCore
import LabTelemetry
import Testing

@testable import LabPod

@Suite("Rebalance stall")
struct RebalanceStallTests {
    @Test(
        "a pod that starts stands still until its first event, less the time in which none was due",
        arguments: [
            // Age of the first event: unknown; older than the assignment; 10 after it; just sent.
            (nil, 150), (100, 150), (0, 100), (40, 140), (.max, 150),
        ] as [(UInt64?, UInt64)]
    )
    func start(age: UInt64?, expected: UInt64) {
        var stall = RebalanceStall(startingAt: 1_000)
        #expect(!stall.endsWithNextEvent)
        #expect(stall.tookEvent(at: 1_050, age: nil) == nil)
        #expect(stall.assigned(holdingAny: true, at: 1_100) == nil)
        #expect(stall.endsWithNextEvent)
        #expect(stall.tookEvent(at: 1_150, age: age) == expected)
        #expect(!stall.endsWithNextEvent)
        #expect(stall.tookEvent(at: 1_160, age: age) == nil)
    }

    /// A pod that has been working since 100.
    private func working() -> RebalanceStall {
        var stall = RebalanceStall(startingAt: 0)
        _ = stall.assigned(holdingAny: true, at: 50)
        _ = stall.tookEvent(at: 100, age: nil)
        return stall
    }

    @Test("a pod that gives up everything stands still from then to its first event, whatever comes between")
    func eager() {
        var stall = working()
        stall.interrupted(for: 5)
        stall.gaveUpAll(at: 200)
        stall.interrupted(for: 7)
        #expect(stall.assigned(holdingAny: true, at: 300) == nil)
        stall.gaveUpAll(at: 400)
        #expect(!stall.endsWithNextEvent)
        #expect(stall.assigned(holdingAny: false, at: 450) == nil)
        #expect(!stall.endsWithNextEvent)
        #expect(stall.assigned(holdingAny: true, at: 500) == nil)
        #expect(stall.tookEvent(at: 520, age: 1_000) == 320)
    }

    @Test("a pod that keeps partitions pays for the callbacks of one rebalance alone")
    func cooperative() {
        var stall = working()
        #expect(stall.assigned(holdingAny: true, at: 150) == 0)
        stall.interrupted(for: 5)
        stall.interrupted(for: 7)
        #expect(stall.assigned(holdingAny: true, at: 200) == 12)
        #expect(!stall.endsWithNextEvent)
        #expect(stall.assigned(holdingAny: true, at: 300) == 0)
    }
}

@Suite("Held partitions")
struct HeldPartitionsTests {
    private let metrics: PodMetrics
    private let reader: TelemetryReader

    init() throws {
        let page = try TelemetryPage.anonymous()
        metrics = PodMetrics(page: page)
        reader = try TelemetryReader(page)
    }

    private var stall: TimedReading? {
        reader.index(of: MetricName.rebalanceStall.rawValue).flatMap { reader.reading(of: $0) }
    }

    @Test("the page tells how many partitions are held, and rounds a stall to milliseconds")
    func joining() {
        var held = HeldPartitions(joiningAt: 1_000_000, metrics: metrics)
        held.add([3, 4, 5], at: 2_000_000)
        #expect(reader.value(.assigned) == 3)
        #expect(held.awaitsEvent && stall == nil)
        held.took(at: 9_400_000, age: nil)
        #expect(stall?.value == 8 && stall?.nanoseconds == 9_400_000)
        held.remove([4, 9], since: 10_000_000)
        #expect(reader.value(.assigned) == 2)
        held.interrupted(for: 2_600_000)
        held.add([4, 4], at: 20_000_000)
        #expect(reader.value(.assigned) == 3)
        #expect(stall?.value == 3 && stall?.nanoseconds == 20_000_000)
        held.remove([3, 4, 5], since: 30_000_000)
        #expect(reader.value(.assigned) == 0)
        held.add([3], at: 5_000_000_000)
        held.took(at: 5_030_000_000, age: nil)
        #expect(stall?.value == 5_000)
    }

    @Test("fixed partitions are held at once, and know no rebalance")
    func fixed() {
        var held = HeldPartitions(fixed: [1, 2], metrics: metrics)
        #expect(reader.value(.assigned) == 2)
        #expect(!held.awaitsEvent)
        held.took(at: 5, age: nil)
        #expect(stall == nil)
    }
}
