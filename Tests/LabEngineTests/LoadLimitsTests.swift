import Kafka
import LabCore
import LabRecording
import LabScenario
import Testing

@testable import LabEngine

@Suite("How much load somebody else's brokers may get")
struct LoadLimitsTests {
    private static let rate = EventRate(perSecond: 2_000)

    @Test(
        "brokers on this machine have no limit, others have one, and what is stated counts for both",
        arguments: [
            (nil, nil, 9_000, 900_000, true, nil), (nil, nil, 90_000, 9_000_000, false, nil),
            (nil, nil, 10_001, 1, true, "would send 10,001/s at its peak"),
            (nil, nil, 1, 1_000_001, true, "would send 1,000,001 events in all"),
            (20_000, 5_000_000, 20_000, 5_000_000, true, nil),
            (20_000, nil, 20_001, 1, true, "--max-rate allows 20,000/s"),
            (20_000, nil, 20_001, 1, false, "--max-rate allows 20,000/s"),
            (nil, 10, 1, 11, false, "--max-events allows 10 events"),
            (20_000, nil, 15_000, 1_000_001, true, "get 1,000,000 events at most"),
        ] as [(Double?, UInt64?, Double, UInt64, Bool, String?)]
    )
    func limits(
        rate: Double?,
        events: UInt64?,
        peak: Double,
        planned: UInt64,
        isElsewhere: Bool,
        complaint: String?
    ) {
        let limits = LoadLimits(rate: rate.map { EventRate(perSecond: $0) }, events: events)
        let load = PlannedLoad(peak: EventRate(perSecond: peak), events: planned)
        let refusal = limits.refusal(of: load, elsewhere: isElsewhere)
        #expect((refusal == nil) == (complaint == nil))
        if let complaint { #expect(refusal?.description.contains(complaint) == true, "\(refusal as Any)") }
        #expect(refusal.map { $0.exitStatus == .usage && $0.hint != nil } ?? true)
    }

    @Test("a load without a highest rate, or without an end, is refused where there is a limit")
    func unbounded() {
        let flatOut = LoadLimits().refusal(of: PlannedLoad(peak: nil, events: 5), elsewhere: true)
        #expect(flatOut?.description.contains("as fast as the brokers take them") == true)
        #expect(flatOut?.hint == "Say how fast.")
        let endless = LoadLimits().refusal(of: PlannedLoad(peak: Self.rate, events: nil), elsewhere: true)
        #expect(endless?.description.contains("until it is interrupted") == true)
        #expect(LoadLimits().refusal(of: PlannedLoad(peak: nil, events: nil), elsewhere: false) == nil)
    }

    @Test("a run's load is that of all its topics, and its peak of those that are written to together")
    func load() throws {
        let parallel = RunPlan(id: "r", scenario: try TestScenario.make([]))
        #expect(parallel.load == PlannedLoad(peak: EventRate(perSecond: 200), events: 5_000))
        let sequential = RunPlan(id: "r", scenario: try TestScenario.make(["schedule=sequential"]))
        #expect(sequential.load == PlannedLoad(peak: EventRate(perSecond: 100), events: 5_000))
    }

    @Test("a cluster whose brokers turn out to be elsewhere gets no topic and no event beyond its limit")
    func advertisedElsewhere() throws {
        let excess = LoadLimits().refusal(of: PlannedLoad(peak: nil, events: 1), elsewhere: true)
        let remote = ScriptedCluster { $0.brokers = [.init(id: 1, host: "kafka.example.com", port: 9_092)] }
        let topics = ExternalTopics(on: remote.time, allowsRemote: true, excess: excess) { remote }
        let error = #expect(throws: LabError.self) {
            try topics.create(["orders"], partitions: 1, reusing: false)
        }
        #expect(error?.description.contains("not on this machine") == true && remote.created.isEmpty)
        let here = ScriptedCluster { $0.brokers = [.init(id: 1, host: "127.0.0.1", port: 9_092)] }
        let allowed = ExternalTopics(on: here.time, allowsRemote: true, excess: excess) { here }
        #expect(try allowed.create(["orders"], partitions: 1, reusing: false) == ["orders"])
    }
}

@Suite("What a run would do")
struct RunOutlookTests {
    private func request(_ assignments: [String], on servers: String? = nil) throws -> RunRequest {
        RunRequest(
            scenario: try TestScenario.make(assignments),
            bootstrapServers: servers,
            store: RunStore(directory: "/nowhere"),
            version: "test"
        )
    }

    @Test("it names topics as the run makes them, groups where there are any, and counts all events")
    func whole() throws {
        let outlook = try RunOutlook(
            of: request(
                [
                    "workload.topic={name: orders, replication: 3, config: {min.insync.replicas: 2}}",
                    "workload.phases=[{name: p, duration: 90s, rate: 100/s}]",
                    "variants.singleton.pods.assignment=group",
                ],
                on: "kafka:9092"
            )
        )
        #expect(outlook.topics.map(\.name) == ["orders-per-event", "orders-singleton"])
        #expect(outlook.topics.allSatisfy { $0.partitions == 4 && $0.replication == 3 })
        #expect(outlook.topics[0].config == [LabelledValue("min.insync.replicas", "2")])
        #expect(outlook.groups == ["leaklab-singleton-RUN"])
        #expect(outlook.eventsPerTopic == 9_000 && outlook.events == 18_000)
        #expect(outlook.peakPerSecond == 200 && outlook.bytes == 18_000 * 300)
        #expect(outlook.isElsewhere && outlook.mostPerSecond == 10_000 && outlook.mostEvents == 1_000_000)
        #expect(outlook.refusal(within: LoadLimits()) == nil)
        #expect(outlook.refusal(within: LoadLimits(events: 17_999))?.exitStatus == .usage)
    }

    @Test("repetitions count each with the run that may have to be made in its place")
    func repetitions() throws {
        var request = try request([], on: "localhost:9092")
        request.repetition = RunRepetition(series: "", number: 1, count: 2)
        let outlook = try RunOutlook(of: request)
        #expect(outlook.events == 4 * 5_000)
        #expect(
            outlook.topics.map(\.name).filter { $0.hasPrefix("events-singleton") }.sorted() == [
                "events-singleton-r1", "events-singleton-r1-2", "events-singleton-r2",
                "events-singleton-r2-2",
            ]
        )
        #expect(!outlook.isElsewhere && outlook.mostEvents == nil)
    }

    @Test("what an external broker cannot be made to suffer is refused before anybody is asked")
    func disturbed() throws {
        let phases = "workload.phases=[{name: p, duration: 30s, rate: 100/s, world: {broker: down}}]"
        let error = #expect(throws: LabError.self) {
            try RunOutlook(of: request([phases], on: "localhost:9092"))
        }
        #expect(error?.exitStatus == .invalidScenario)
        #expect(error?.description.contains("only the embedded broker can be “down”") == true)
        #expect(throws: Never.self) { try RunOutlook(of: request([phases])) }
        let requirements = BrokerRequirements(of: try TestScenario.make([phases]))
        #expect(requirements.refusal(on: "localhost:9092", within: LoadLimits()) == error)
    }
}
