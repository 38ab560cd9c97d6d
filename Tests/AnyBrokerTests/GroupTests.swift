import Foundation
import Kafka
import LabCluster
import LabCore
import LabTesting
import Synchronization
import Testing

@testable import LabEngine

/// Everything here runs against the broker that `LEAKLAB_TEST_BROKER` names, else against an embedded one.
@Suite("On any broker")
struct AnyBroker {}

extension AnyBroker {
    @Suite("Groups", .timeLimit(.minutes(3)))
    struct GroupTests {
        private static let partitions = 4

        /// Events that a consumer says it has handled, in the last of its lines.
        private static func handled(by consumer: RunningProgram) -> Int {
            let line = consumer.errors.split(separator: "\n").last { $0.contains(" events, ") }
            let number = line?.split(separator: " ").first?.filter(\.isNumber) ?? ""
            return Int(number) ?? 0
        }

        @Test("a killed member's partitions go to the others, and it comes back")
        func rejoin() async throws {
            let broker = try TestBroker()
            let (topic, group) = (TestBroker.name("group"), TestBroker.name("group"))
            try await onThread {
                _ = try broker.topics.create([topic], partitions: Self.partitions, reusing: false)
                _ = try broker.topics.endOffsets(of: topic, partitions: Self.partitions)
            }
            let consume =
                ["consume", "--topic", topic, "--group", group, "--interval", "100ms"] + broker.options + [
                    "--kafka-property", "session.timeout.ms=6000",
                ]
            try await LabFixture.with { lab in
                let written = Written(broker: broker, topic: topic, group: group)
                let survivor = try await lab.leaklab(consume) { survivor in
                    let killed = try await lab.leaklab(consume) { victim in
                        try await written.untilBoth(survivor, victim, handle: { Self.handled(by: $0) })
                        victim.send(SIGKILL)
                    }
                    #expect(killed.status != 0)
                    let before = Self.handled(by: survivor)
                    try await written.more()
                    try await eventually("the survivor has all of it", within: .seconds(40)) {
                        Self.handled(by: survivor) >= before + Written.count
                    }
                    let back = try await lab.leaklab(consume) { back in
                        try await written.untilBoth(survivor, back, handle: { Self.handled(by: $0) })
                        back.send(SIGTERM)
                    }
                    #expect(back.status == 0, "\(back.errors)")
                    survivor.send(SIGTERM)
                }
                #expect(survivor.status == 0, "\(survivor.errors)")
                // A consumer that is killed leaves its folder to whichever lab on this machine begins next.
                for name in Folder.entries(of: lab.scratch) { Folder.remove("\(lab.scratch)/\(name)") }
            }
            try await onThread { #expect(broker.topics.delete([topic]).isEmpty) }
        }

        /// Events for a group, some at a time.
        private final class Written: Sendable {
            static let count = 40

            let broker: TestBroker
            let topic: String
            let group: String
            /// To each partition, which began empty.
            private let perPartition = Mutex<Int64>(0)

            init(broker: TestBroker, topic: String, group: String) {
                (self.broker, self.topic, self.group) = (broker, topic, group)
            }

            func more() async throws {
                try await onThread { [self] in
                    let sent = try broker.write(
                        Self.count / GroupTests.partitions,
                        toEachOf: GroupTests.partitions,
                        of: topic
                    )
                    #expect(sent.confirmed == Self.count)
                    perPartition.withLock { $0 += Int64(Self.count / GroupTests.partitions) }
                }
            }

            /// Writes until two members have handled some of the same portion, and the group has committed all there is.
            func untilBoth(
                _ first: RunningProgram,
                _ second: RunningProgram,
                handle handled: @escaping @Sendable (RunningProgram) -> Int
            ) async throws {
                let deadline = ContinuousClock.now + .seconds(25)
                while ContinuousClock.now < deadline {
                    let before = (handled(first), handled(second))
                    try await more()
                    try await eventually("the group is through", within: .seconds(40)) { try isThrough() }
                    try await eventually("both say so", within: .seconds(10)) {
                        handled(first) + handled(second) >= before.0 + before.1 + Self.count
                    }
                    if handled(first) > before.0, handled(second) > before.1 { return }
                }
                throw LabError("two members never shared the partitions")
            }

            private func isThrough() throws -> Bool {
                let end = perPartition.withLock { $0 }
                let places = (0..<GroupTests.partitions).map {
                    TopicPartition(topic: topic, partition: Int32($0))
                }
                let asker = try Consumer(broker.client([LabelledValue("group.id", group)]))
                let committed = try asker.committed(places, timeout: .seconds(5))
                return places.allSatisfy { committed[$0] == end }
            }
        }
    }
}
