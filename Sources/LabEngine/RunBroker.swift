import Kafka
import LabCluster
import LabCore
import LabScenario

/// The broker of a run, while it runs: a child process of the lab, or somebody else's.
struct RunBroker: Sendable {
    let description: BrokerDescription
    /// The embedded broker's process.
    let pid: Int32?

    var bootstrapServers: String { description.bootstrapServers }

    /// False once an embedded broker's process has ended; of another broker it is not known.
    var isAlive: Bool { pid.map { ProcessIdentity(ofRunning: $0) != nil } ?? true }

    static let startLimit = Duration.seconds(10)

    /// Runs `body` beside an embedded broker that has the run's topics.
    /// - Throws: ``LabError`` with the broker's last words if it does not come up.
    static func embedded<Result: Sendable>(
        _ plan: RunPlan,
        children: Children,
        guardian: Guardian,
        faults: RunFaults,
        stop: StopSwitch,
        _ body: @Sendable (RunBroker) async throws -> Result
    ) async throws -> Result {
        let announcement = children.scratch.file("broker")
        let child = children.broker(
            topics: plan.variants.map(\.topic),
            partitions: plan.scenario.workload.partitions,
            announcement: announcement
        )
        let lifetime = ChildLifetime(child, name: "broker", guardian: guardian)
        return try await lifetime.beside { end in
            faults.report("the broker ended: \(end.text)\(LogTail.clause(of: child.logPath))")
        } _: { pid in
            let isUp = await stop.wait(atMost: startLimit) { Announcement.read(announcement) != nil }
            guard isUp, let servers = Announcement.read(announcement) else {
                if stop.reason == .interrupted { throw LabError.stoppedBeforeItBegan }
                throw LabError(
                    "broker: does not come up",
                    hint: "Its last words: \(LogTail.lastLine(of: child.logPath))",
                    exitStatus: .brokerUnavailable
                )
            }
            return try await body(
                RunBroker(
                    description: BrokerDescription(kind: "embedded", bootstrapServers: servers),
                    pid: pid
                )
            )
        }
    }

    /// Runs `body` with the run's topics on a foreign broker, and deletes those that it made.
    /// - Throws: ``LabError`` with exit status 6 if the broker does not answer within ten seconds, or if a topic
    ///   exists and may not be used.
    static func external<Result: Sendable>(
        _ plan: RunPlan,
        _ request: RunRequest,
        servers: String,
        _ body: @Sendable (RunBroker) async throws -> Result
    ) async throws -> Result {
        let topics = ForeignTopics(servers: servers, properties: request.kafkaProperties)
        let made = try topics.create(
            plan.variants.map(\.topic),
            partitions: plan.scenario.workload.partitions,
            reusing: request.reusesTopics
        )
        defer { if !request.keepsTopics { topics.delete(made) } }
        return try await body(
            RunBroker(description: BrokerDescription(kind: "external", bootstrapServers: servers), pid: nil)
        )
    }
}
