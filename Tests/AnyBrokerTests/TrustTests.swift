import Foundation
import Kafka
import LabBroker
import LabCore
import LabTesting
import Testing

@testable import LabEngine

extension AnyBroker {
    @Suite("Trust and trouble", .timeLimit(.minutes(1)))
    struct TrustTests {
        /// What the broker refuses, as an error of the command line.
        private func refusal(of client: [LabelledValue], on broker: TestBroker) async throws -> LabError? {
            var properties = broker.properties
            for property in client {
                properties.removeAll { $0.label == property.label }
                properties.append(property)
            }
            let topics = ExternalTopics(servers: broker.servers, properties: properties)
            return await withCheckedContinuation { continuation in
                Thread.detachNewThread {
                    do throws(LabError) {
                        try topics.checkReachable()
                        continuation.resume(returning: nil)
                    } catch {
                        continuation.resume(returning: error)
                    }
                }
            }
        }

        @Test("a client that wants TLS where there is none, or none where there is, ends with status 6")
        func transport() async throws {
            let broker = try TestBroker()
            let isTLS = broker.property("security.protocol")?.uppercased().contains("SSL") ?? false
            let protocols = [LabelledValue("security.protocol", isTLS ? "PLAINTEXT" : "SSL")]
            let start = ContinuousClock.now
            let error = try await refusal(of: protocols, on: broker)
            #expect(error?.exitStatus == .brokerUnavailable && error?.hint != nil)
            #expect(ContinuousClock.now - start < .seconds(10))
        }

        @Test(
            "a wrong password ends with status 6, and is not shown",
            .enabled(
                if: TestBroker.hasPassword,
                "the properties in LEAKLAB_TEST_PROPERTIES name no sasl.password"
            )
        )
        func password() async throws {
            let broker = try TestBroker()
            let error = try await refusal(of: [LabelledValue("sasl.password", "hunter2")], on: broker)
            #expect(error?.exitStatus == .brokerUnavailable)
            #expect(error?.description.contains("hunter2") == false)
        }

        @Test(
            "no right to write is the reason of each event that is not written, and ends with status 6",
            .enabled(if: TestBroker.isEmbedded, "whose rights a named broker lacks is not known here")
        )
        func rights() async throws {
            let broker = try TestBroker()
            try await onThread {
                let topic = TestBroker.name("rights")
                _ = try broker.topics.create([topic], partitions: 1, reusing: false)
                _ = try broker.topics.endOffsets(of: topic, partitions: 1)
                let noRight = BrokerFault(.error(29), requests: [.produce], topic: topic)
                broker.embedded?.front.apply([noRight])
                let sent = try broker.write(5, toEachOf: 1, of: topic)
                #expect(sent.confirmed == 0)
                #expect(Set(sent.errors) == [.topicAuthorizationFailed])
                let error = LabError(KafkaError(.produce, code: sent.errors[0]))
                #expect(error.exitStatus == .brokerUnavailable)
            }
        }

        @Test(
            "nothing that was confirmed is lost when the broker goes away for a while and comes back",
            .enabled(if: TestBroker.isEmbedded, "a named broker is not taken down")
        )
        func outage() async throws {
            let broker = try TestBroker(brokers: 3)
            try await onThread {
                let topic = TestBroker.name("outage")
                _ = try broker.topics.create([topic], partitions: 3, reusing: false)
                let ends = try broker.topics.endOffsets(of: topic, partitions: 3)
                let outage = BrokerFault(.down, from: .milliseconds(50), to: .milliseconds(2_050))
                broker.embedded?.front.apply([outage])
                let start = ContinuousClock.now
                var confirmed = 0
                while ContinuousClock.now - start < .seconds(2) {
                    confirmed += try broker.write(10, toEachOf: 3, of: topic).confirmed
                }
                #expect(ContinuousClock.now - start > .milliseconds(1_900))
                // The embedded broker keeps what was sent twice, and what came before an answer was lost.
                let kept = Int(try broker.topics.endOffsets(of: topic, partitions: 3).reduce(0, +))
                #expect(confirmed > 0 && kept >= confirmed)
                #expect(try broker.read(kept, of: topic, from: ends).map(\.count).reduce(0, +) == kept)
            }
        }
    }
}
