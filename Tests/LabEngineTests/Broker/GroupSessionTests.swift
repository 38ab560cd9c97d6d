import Kafka
import LabCore
import LabScenario
import Testing

@testable import LabEngine

@Suite("Groups of pods")
struct GroupSessionTests {
    private static let oldLibrary = "pods.protocol: librdkafka \(KafkaLibrary.version) does not speak"

    private func scenario(_ assignments: String...) throws -> Scenario {
        try TestScenario.make(
            ["pods.assignment=group", "workload.phases.peak.duration=100s"] + assignments
        )
    }

    @Test("what is the broker's business in a group that it assigns is no property of its members")
    func properties() {
        var pods = PodSettings()
        pods.sessionTimeout = .seconds(10)
        #expect(
            GroupSession.properties(of: pods) == [
                LabelledValue("session.timeout.ms", "10000"), LabelledValue("heartbeat.interval.ms", "2500"),
                LabelledValue("partition.assignment.strategy", "cooperative-sticky"),
            ]
        )
        pods.groupProtocol = .consumer
        #expect(GroupSession.properties(of: pods) == [LabelledValue("group.protocol", "consumer")])
    }

    @Test("a library that does not speak the protocol is a missing capability, before anything starts")
    func library() throws {
        #expect(try scenario().groupRefusal(isEmbedded: true) == nil)
        let scenario = try scenario("pods.protocol=consumer")
        for isEmbedded in [true, false] {
            let refusal = scenario.groupRefusal(isEmbedded: isEmbedded)
            #expect((refusal == nil) == KafkaLibrary.hasConsumerProtocol)
            #expect(refusal?.description.hasPrefix(Self.oldLibrary) ?? true)
            #expect(refusal?.exitStatus ?? .capabilityMissing == .capabilityMissing)
        }
    }

    @Test("the session of all groups that the embedded broker assigns is one")
    func session() throws {
        #expect(try scenario().brokerSession == nil)
        #expect(
            try scenario("pods.protocol=consumer", "pods.sessionTimeout=9s").brokerSession == .seconds(9)
        )
    }
}
