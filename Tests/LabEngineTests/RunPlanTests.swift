import Foundation
import LabCore
import LabScenario
import LabTelemetry
import Testing

@testable import LabEngine

@Suite("Run plan")
struct RunPlanTests {
    private static let id = "20260101-000000-abcd"

    private func plan(_ assignments: String...) throws -> RunPlan {
        RunPlan(id: Self.id, scenario: try TestScenario.make(assignments))
    }

    @Test(
        "a variant's pods share all partitions, each has exactly one owner",
        arguments: [(1, 1), (1, 4), (2, 8), (3, 12), (4, 64), (64, 64)]
    )
    func partitions(replicas: Int, partitions: Int) throws {
        let plan = try plan("pods.replicas=\(replicas)", "workload.partitions=\(partitions)")
        for variant in plan.variants {
            let shares = (0..<variant.largestReplicas).map {
                VariantPlan.partitions(ofPod: $0, among: replicas, of: partitions)
            }
            #expect(shares.flatMap(\.self).sorted() == (0..<Int32(partitions)).map { $0 })
            #expect(Set(shares.map(\.count)) == [partitions / replicas])
        }
    }

    @Test("topics, groups and pods have names that occur once, and tell the run apart from others")
    func names() throws {
        let plan = try plan("pods.replicas=2")
        let names = plan.variants.flatMap { [$0.topic, $0.group] } + plan.variants.flatMap(\.podNames)
        #expect(Set(names).count == names.count)
        #expect(plan.variants.map(\.topic) == ["events-per-event-\(Self.id)", "events-singleton-\(Self.id)"])
        #expect(plan.variants[1].podNames == ["singleton-0", "singleton-1"])
        #expect(plan.variants.allSatisfy { $0.group.contains(Self.id) })
    }

    @Test("on somebody else's broker topics are named without the run, groups with it")
    func externalNames() throws {
        let plan = RunPlan(id: Self.id, scenario: try TestScenario.make([]), onExternalBroker: true)
        #expect(plan.variants.map(\.topic) == ["events-per-event", "events-singleton"])
        #expect(plan.variants.allSatisfy { $0.group.contains(Self.id) })
    }

    @Test("variants run in one stage in parallel, in one each if they run after another")
    func stages() throws {
        let parallel = try plan("schedule=parallel").stages.map { $0.map(\.name) }
        let sequential = try plan("schedule=sequential").stages.map { $0.map(\.name) }
        #expect(parallel == [["per-event", "singleton"]])
        #expect(sequential == [["per-event"], ["singleton"]])
    }

    @Test(
        "the peak is the highest rate of any phase, on the wall clock",
        arguments: [
            ("{name: p, duration: 10s, rate: 50/s}", 1.0, 50.0),
            ("{name: p, duration: 10s, from: 80/s, to: 20/s}", 1, 80),
            ("{name: p, duration: 10s, from: 80/s, to: 20/s}", 10, 800),
            ("{name: p, duration: 60s, rate: 10/s, spike: {to: 300/s, every: 20s, for: 2s}}", 2, 600),
        ]
    )
    func peak(phase: String, timeScale: Double, perSecond: Double) throws {
        let plan = try plan("workload.phases=[\(phase)]", "timeScale=\(timeScale)")
        #expect(abs(plan.peakRate.perSecond - perSecond) < 1e-6)
    }

    @Test(
        "no partition ever gets more events than its ledger has room for",
        arguments: [1, 3, 8],
        [1, 7, 64, 1_000]
    )
    func ledgerCapacity(partitions: Int, runLength: Int) throws {
        for seconds in [1, 7, 40, 301] {
            let plan = try plan(
                "workload.partitions=\(partitions)",
                "workload.runLength=\(runLength)",
                "workload.phases=[{name: p, duration: \(seconds)s, rate: 100/s}]"
            )
            var counts = [Int](repeating: 0, count: partitions)
            for event in 0..<plan.profile.totalEvents {
                counts[plan.scenario.workload.partition(ofEvent: event)] += 1
            }
            #expect(plan.ledgerCapacity >= counts.max() ?? 0)
        }
    }

    @Test("the room that a run asks for suffices for its ledgers and pages")
    func sharedBytes() throws {
        let plan = try plan("workload.partitions=8", "pods.replicas=4", "workload.phases.peak.duration=3000s")
        let folder = try ScratchFolder()
        _ = try Ledger.create(
            at: folder.file("ledger"),
            bases: Array(repeating: 0, count: 8),
            capacityPerPartition: plan.ledgerCapacity
        )
        _ = try TelemetryPage.create(at: folder.file("page"))
        func size(_ name: String) throws -> Int {
            try Data(contentsOf: URL(fileURLWithPath: folder.file(name))).count
        }
        let pods = plan.variants.flatMap(\.podNames).count
        let needed = try plan.variants.count * size("ledger") + (pods + 1) * size("page")
        #expect(plan.sharedBytes.bytes >= Int64(needed))
        #expect(plan.sharedBytes.bytes < Int64(4 * needed))
    }

    @Test("a pod fetches ahead what its share of the peak asks for, or what the scenario says")
    func prefetch() throws {
        let peak = EventRate(perSecond: 8_000)
        let payload = ByteCount(300)
        let pinned = try plan().variants[0].prefetch(replicas: 2, peak: peak, payload: payload)
        #expect(pinned == .bounded(messages: 8_000, bytes: ByteCount(3_200_000)))
        let production = try plan("pods.prefetch=production-defaults").variants[0]
        #expect(production.prefetch(replicas: 2, peak: peak, payload: payload) == .productionDefaults)
        let custom = try plan("pods.prefetch={messages: 10, bytes: 1MiB}").variants[0]
        #expect(
            custom.prefetch(replicas: 2, peak: peak, payload: payload)
                == .bounded(messages: 10, bytes: .mebibytes(1))
        )
    }

    private static let steps = """
        variants.per-event.steps=[{at: 12s, name: more, scale: 4, memory: 1GiB}, {at: 20s, handler: singleton}]
        """

    @Test("a variant's steps are recorded with the run, in wall time")
    func segments() throws {
        let plan = try plan(Self.steps, "pods.memory=256MiB", "timeScale=2")
        let variant = plan.variants[0]
        #expect(
            variant.header(in: plan.scenario).segments == [
                SegmentHeader(
                    name: "start",
                    start: 0,
                    handler: "per-event",
                    replicas: 1,
                    memoryLimit: 256 << 20
                ),
                SegmentHeader(
                    name: "more",
                    start: 6_000_000_000,
                    handler: "per-event",
                    replicas: 4,
                    memoryLimit: 1 << 30
                ),
                SegmentHeader(
                    name: "step-2",
                    start: 10_000_000_000,
                    handler: "singleton",
                    replicas: 4,
                    memoryLimit: 1 << 30
                ),
            ]
        )
        #expect(plan.variants[1].header(in: plan.scenario).segments.isEmpty)
        #expect(variant.podNames == (0..<4).map { "per-event-\($0)" })
        #expect(plan.sharedBytes > (try self.plan("pods.memory=256MiB")).sharedBytes)
    }

    @Test(
        "what limits promise is the most that pods can have together at any time",
        arguments: [
            ([], nil),
            (["pods.memory=1GiB"], 2),
            (["pods.memory=1GiB", "schedule=sequential"], 1),
            (["pods.memory=1GiB", steps], 5),
            (["pods.memory=1GiB", steps, "schedule=sequential"], 4),
            (["pods.memory=1GiB", "pods.replicas=4"], 8),
        ] as [([String], Int64?)]
    )
    func largestMemory(assignments: [String], gibibytes: Int64?) throws {
        let plan = RunPlan(id: Self.id, scenario: try TestScenario.make(assignments))
        #expect(plan.largestMemory?.bytes == gibibytes.map { $0 << 30 })
    }

    @Test(
        "what an incident predicts is recorded with the run, unless a step changes its pods",
        arguments: [
            ([], ["lru-by-count"]), (["variants.lru-by-count.steps=[{at: 12s, scale: 4}]"], []),
            (["variants.lru-by-count.steps=[{at: 12s, handler: disabled}]"], []),
            (["variants.lru-by-count.steps=[{at: 12s, memory: 1GiB}]"], ["lru-by-count"]),
        ] as [([String], [String])]
    )
    func predictions(assignments: [String], predicted: [String]) throws {
        let incident = [
            "incident=oversized-result-cache",
            "variants=[{name: lru-by-count}, {name: disabled}, {name: lru-by-bytes, control: true}]",
        ]
        let plan = RunPlan(id: Self.id, scenario: try TestScenario.make(incident + assignments))
        let headers = plan.variants.map { $0.header(in: plan.scenario) }
        #expect(headers.filter { !$0.predictions.isEmpty }.map(\.name) == predicted)
    }

    @Test("before its first stage a run has nothing to show")
    func emptyBoard() throws {
        let plan = try plan()
        let board = RunBoard(
            plan: plan,
            agenda: RunAgenda(plan.scenario),
            overrides: [],
            faults: RunFaults(stop: StopSwitch())
        )
        let broker = BrokerDescription(kind: "embedded", bootstrapServers: "127.0.0.1:1")
        #expect(board.snapshot(broker: broker, judged: nil) == nil)
        #expect(board.closedLedgers.isEmpty)
    }
}
