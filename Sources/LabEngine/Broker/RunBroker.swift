import Kafka
import LabCluster
import LabCore
import LabScenario

/// The broker of a run, while it runs: a child process of the lab, or somebody else's.
struct RunBroker: Sendable {
    let description: BrokerDescription
    /// What the lab's own clients take: not the front, where there is one.
    let ownServers: String
    /// What pods that run handlers take: the front only where a phase has the broker disturbed.
    let podServers: String
    /// The embedded broker's process.
    let pid: Int32?
    /// The file of the embedded broker's beats.
    var heartbeat: String?

    /// What commands of the user's take.
    var bootstrapServers: String { description.bootstrapServers }

    /// False once an embedded broker's process has ended; of another broker it is not known.
    var isAlive: Bool { pid.map { ProcessIdentity(ofRunning: $0) != nil } ?? true }

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
        let settings = children.broker(
            topics: plan.variants.map(\.topic),
            partitions: plan.scenario.workload.partitions,
            isDisturbed: plan.scenario.disturbsBroker,
            session: plan.scenario.brokerSession
        )
        return try await EmbeddedBroker.beside(settings, guardian: guardian, stop: stop) {
            faults.report($0)
        } _: { broker in
            try await body(
                RunBroker(
                    description: BrokerDescription(
                        kind: "embedded",
                        bootstrapServers: broker.addresses.front
                    ),
                    ownServers: broker.addresses.direct,
                    podServers: plan.scenario.disturbsBroker
                        ? broker.addresses.front : broker.addresses.direct,
                    pid: broker.pid,
                    heartbeat: broker.heartbeat
                )
            )
        }
    }

    /// Runs `body` with the run's topics on an external broker, and deletes those that it made; until then the run's folder names
    /// them.
    /// - Throws: ``LabError`` with exit status 6 if the broker does not answer within ten seconds, or if a topic
    ///   exists and may not be used.
    static func external<Result: Sendable>(
        _ plan: RunPlan,
        _ request: RunRequest,
        servers: String,
        folder: String,
        _ body: @Sendable (RunBroker) async throws -> Result
    ) async throws -> Result {
        let topics = ExternalTopics(
            servers: servers,
            properties: request.kafkaProperties,
            allowsRemote: request.allowsRemote,
            excess: request.limits.refusal(of: request.load(of: plan), elsewhere: true)
        )
        let made = try topics.create(
            plan.variants.map(\.topic),
            partitions: plan.scenario.workload.partitions,
            with: plan.scenario.workload.topicSettings,
            reusing: request.reusesTopics
        )
        MadeTopics.forget(made, in: request.store, on: servers)
        let books = MadeTopics(run: plan.id, bootstrapServers: servers, topics: made)
        if !request.keepsTopics { try books.save(in: folder) }
        defer { if !request.keepsTopics { _ = books.delete(topics, in: request.store) } }
        return try await body(
            RunBroker(
                description: BrokerDescription(kind: "external", bootstrapServers: servers),
                ownServers: servers,
                podServers: servers,
                pid: nil
            )
        )
    }
}
