import LabCore
import Testing

@testable import LabEngine

@Suite("Broker capacity")
struct BrokerCapacityTests {
    struct Load: Sendable, CustomTestStringConvertible {
        let name: String
        var events = 190_000.0
        var partitions = 4
        var payload: Int64 = 300
        var perSecond = 2_008.0
        var runLength = 64

        var testDescription: String { name }
        var rate: EventRate { EventRate(perSecond: perSecond) }
        var capacity: BrokerCapacity {
            BrokerCapacity(
                events: events,
                partitions: partitions,
                payload: ByteCount(payload),
                wallRate: rate,
                runLength: runLength,
                linger: .milliseconds(20)
            )
        }
        var refusal: LabError? { capacity.refusal(partitions: partitions, wallRate: rate) }
    }

    @Test(
        "a run that the broker holds as a whole has no largest lag, and may start",
        arguments: [
            Load(name: "reference incident", events: 150_000), Load(name: "nothing", events: 0, perSecond: 0),
            Load(name: "trickle", events: 500, perSecond: 5),
            Load(name: "small events", events: 10_000, payload: 0, runLength: 1),
        ]
    )
    func fits(load: Load) {
        #expect(load.capacity.largestLag(partitions: load.partitions) == nil)
        #expect(load.refusal == nil)
    }

    @Test("an hour of the reference incident may start, if nobody lags by more than the broker holds")
    func longRun() throws {
        let load = Load(name: "an hour", events: 7_230_000)
        let lag = try #require(load.capacity.largestLag(partitions: 4))
        #expect(lag == 4 * load.capacity.eventsPerPartition)
        // 5 MiB hold at least what they would without compression, and not more than a tenth of it would need.
        #expect((5 << 20) / 324...(5 << 20) / 32 ~= load.capacity.eventsPerPartition)
        #expect(load.refusal == nil)
    }

    @Test(
        "a run that the broker cannot serve is refused before it starts, with what would help",
        arguments: [
            (Load(name: "single events", runLength: 1), "batches per partition"),
            (
                Load(name: "slow stream over few partitions", events: 60_000, perSecond: 40),
                "batches per partition"
            ),
            (Load(name: "large events", payload: 100_000), "less than five seconds"),
            (Load(name: "high rate", events: 100_000_000, perSecond: 50_000), "less than five seconds"),
        ]
    )
    func refused(load: Load, reason: String) throws {
        let refusal = try #require(load.refusal)
        #expect(refusal.description.contains(reason))
        #expect(refusal.description.hasPrefix("workload: the embedded broker "))
        #expect(refusal.hint?.contains("--bootstrap-servers") == true)
        #expect(refusal.exitStatus == .invalidScenario)
    }

    @Test("more partitions, smaller events and longer runs never make less fit")
    func monotony() {
        for partitions in 1...20 {
            for payload in [Int64(64), 300, 5_000] {
                for runLength in [1, 8, 64] {
                    let load = Load(
                        name: "",
                        partitions: partitions,
                        payload: payload,
                        runLength: runLength
                    )
                    var better = [load, load, load]
                    better[0].partitions += 1
                    better[1].payload /= 2
                    better[2].runLength *= 2
                    let lag = load.capacity.largestLag(partitions: load.partitions) ?? .max
                    for other in better {
                        #expect(other.capacity.largestLag(partitions: other.partitions) ?? .max >= lag)
                    }
                }
            }
        }
    }
}
