import Kafka
import LabCore
import Synchronization

@testable import LabEngine

/// A cluster whose answers are written beforehand, and a clock that only its pauses move.
final class ScriptedCluster: TopicKeeper, Sendable {
    struct State {
        var now = Duration.zero
        var brokers: [ClusterMetadata.Broker] = []
        var topics: [String: Int] = [:]
        /// Taken one by one before anything is done.
        var errors: [ClusterPatience.Question: [KafkaErrorCode]] = [:]
        /// A topic that is deleted stays so long.
        var deletionTakes = Duration.zero
        var leaving: [String: Duration] = [:]
        /// The smallest number that stands for “as the broker likes”, if it knows one.
        var knowsDefaultReplication = true
        var created: [Creation] = []
        var asked: [ClusterPatience.Question: Int] = [:]
    }

    struct Creation: Equatable {
        var name: String
        var replication: Int
        var config: [LabelledValue]
    }

    let state: Mutex<State>

    init(_ change: (inout State) -> Void = { _ in }) {
        var state = State()
        change(&state)
        self.state = Mutex(state)
    }

    var topics: ExternalTopics {
        ExternalTopics(on: time) { self }
    }

    var time: ClusterTime {
        ClusterTime(
            now: { self.state.withLock { $0.now } },
            pause: { pause in self.state.withLock { $0.now += pause } }
        )
    }

    var now: Duration { state.withLock { $0.now } }
    var created: [Creation] { state.withLock { $0.created } }
    func asked(_ question: ClusterPatience.Question) -> Int { state.withLock { $0.asked[question] ?? 0 } }

    private func answer<Answer: Sendable>(
        _ question: ClusterPatience.Question,
        _ operation: KafkaError.Operation,
        _ body: (inout State) -> Result<Answer, KafkaError>
    ) throws(KafkaError) -> Answer {
        try state.withLock { state in
            state.asked[question, default: 0] += 1
            for (name, end) in state.leaving where end <= state.now {
                state.leaving[name] = nil
                state.topics[name] = nil
            }
            if let code = state.errors[question]?.first {
                state.errors[question]?.removeFirst()
                return Result<Answer, KafkaError>.failure(KafkaError(operation, code: code))
            }
            return body(&state)
        }
        .get()
    }

    func metadata(timeout: Duration) throws(KafkaError) -> ClusterMetadata {
        try answer(.metadata, .readMetadata) { state -> Result<ClusterMetadata, KafkaError> in
            let topics = state.topics.map { ClusterMetadata.Topic(name: $0.key, partitionCount: $0.value) }
            return .success(ClusterMetadata(brokers: state.brokers, topics: topics))
        }
    }

    func create(
        _ name: String,
        partitions: Int,
        replication: Int,
        config: [LabelledValue],
        timeout: Duration
    ) throws(KafkaError) {
        try answer(.creation, .createTopic) { state -> Result<Void, KafkaError> in
            if state.topics[name] != nil {
                return .failure(KafkaError(.createTopic, code: .topicAlreadyExists))
            }
            if replication < 0, !state.knowsDefaultReplication {
                return .failure(KafkaError(.createTopic, code: .unsupportedFeature))
            }
            state.topics[name] = partitions
            state.created.append(Creation(name: name, replication: replication, config: config))
            return .success(())
        }
    }

    func delete(_ name: String, timeout: Duration) throws(KafkaError) {
        try answer(.deletion, .deleteTopic) { state -> Result<Void, KafkaError> in
            guard state.topics[name] != nil else {
                return .failure(KafkaError(.deleteTopic, code: .unknownTopicOrPartition))
            }
            state.leaving[name] = state.now + state.deletionTakes
            return .success(())
        }
    }

    func watermarks(
        of partitions: [TopicPartition],
        timeout: Duration
    ) throws(KafkaError) -> [TopicPartition: Watermarks] {
        try answer(.offsets, .readOffsets) { _ in
            .success(Dictionary(uniqueKeysWithValues: partitions.map { ($0, Watermarks(low: 0, high: 7)) }))
        }
    }
}
