import Kafka
import LabBroker
import LabCluster
import LabCore
import LabScenario
import LabTelemetry
import LabTesting
import Testing

@testable import LabEngine

@Suite("An embedded broker that a scenario disturbs", .timeLimit(.minutes(1)))
struct BrokerConditionTests {
    @Test("every condition is a list of faults")
    func faults() {
        #expect(BrokerCondition.faults(for: .normal).isEmpty)
        #expect(BrokerCondition.faults(for: .down) == [BrokerFault(.down)])
        #expect(BrokerCondition.faults(for: .slow(.seconds(1))) == [BrokerFault(.delay(.seconds(1)))])
        for error in BrokerError.allCases {
            let faults = BrokerCondition.faults(for: .errors(error, share: 0.05))
            #expect(faults.map(\.effect) == [.error(error.code)])
            #expect(faults.allSatisfy { !$0.requests.isEmpty })
            #expect(faults.map(\.occurrence) == [.share(0.05, seed: 1)])
        }
    }

    @Test("it does what its file says, until the file says otherwise")
    func follow() async throws {
        try await onThread {
            let path = "/tmp/leaklab-test-condition-\(UInt64.random(in: .min ... .max))"
            defer { Folder.remove(path) }
            let cluster = try FrontedCluster(topics: [("events", 1)])
            let thread = BrokerCondition.follow(path, front: cluster.front)
            defer {
                thread.stop()
                thread.join()
            }
            let admin = try AdminClient(ClientProperties(bootstrapServers: cluster.addresses.front))
            _ = try admin.metadata(timeout: .seconds(10))
            try BrokerCondition.write(.down, to: path)
            var failed = false
            let deadline = ContinuousClock.now + .seconds(10)
            while !failed, ContinuousClock.now < deadline {
                failed = (try? admin.metadata(timeout: .milliseconds(500))) == nil
            }
            #expect(failed)
            try BrokerCondition.write(.normal, to: path)
            #expect(try admin.metadata(timeout: .seconds(20)).topics.map(\.name) == ["events"])
        }
    }

    @Test("only the lab's own broker can be disturbed, and the refusal names the phase")
    func refusal() throws {
        let text = """
            workload:
              phases:
                - {name: calm, duration: 60s, rate: 100/s}
                - {name: outage, duration: 60s, rate: 100/s, world: {broker: down}}
            variants:
              - {name: own, control: true, command: [/bin/true, "{{topic}}"]}
            """
        func load(_ text: String) throws -> Scenario {
            try Scenario.load(text: text, path: "test.yaml", catalogue: .library)
        }
        let scenario = try load(text)
        #expect(scenario.disturbsBroker)
        let refusal = try #require(scenario.externalBrokerRefusal)
        #expect(refusal.description.hasPrefix("workload.phases.outage.world.broker: "))
        #expect(
            refusal.exitStatus == .invalidScenario && refusal.hint?.contains("--bootstrap-servers") == true
        )
        let calm = try load(text.replacing(", world: {broker: down}", with: ""))
        #expect(!calm.disturbsBroker && calm.externalBrokerRefusal == nil)
    }
}
