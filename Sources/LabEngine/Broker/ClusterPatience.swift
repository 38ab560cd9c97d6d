import Kafka

/// How long a question is put to a cluster again whose answer means “not yet”.
///
/// A cluster does not change at once. A KRaft broker answers CreateTopics before it leads the new partitions, some ten
/// milliseconds later; a deleted topic is there until its controller has got round to it; a controller or a leader
/// moves. A value without a clock: ``ClusterTime`` is where time comes from.
struct ClusterPatience: Hashable, Sendable {
    /// From the first question to the last.
    ///
    /// Short enough for an error within ten seconds of the start.
    var limit = Duration.seconds(8)
    /// Between an answer and the next question.
    var pause = Duration.milliseconds(50)

    /// What is asked, since one code means “not yet” to one question and is the answer to another.
    enum Question: CaseIterable, Sendable {
        /// Where a partition begins and ends, of a topic that is there.
        case offsets
        /// Which brokers and topics there are.
        case metadata
        /// To make a topic that was not there when it was last asked.
        case creation
        case deletion

        /// Answers that pass without anybody changing anything.
        var passing: Set<KafkaErrorCode> {
            switch self {
            case .offsets: Self.ofPlacement
            case .metadata: Self.ofControl
            case .creation: Self.ofControl.union([.topicAlreadyExists])
            case .deletion: Self.ofControl
            }
        }

        /// The partition's leader is not elected yet, or not known yet to who answers.
        private static let ofPlacement: Set<KafkaErrorCode> = [
            .notLeaderForPartition, .unknownPartition, .unknownTopic, .unknownTopicOrPartition,
            .leaderNotAvailable, .replicaNotAvailable, .fencedLeaderEpoch, .unknownLeaderEpoch,
            .offsetNotAvailable,
        ]
        /// The controller is another one now, or has just begun.
        private static let ofControl: Set<KafkaErrorCode> = [.notController, .leaderNotAvailable]
    }

    /// Whether the answer means “not yet” to any question.
    static func isPassing(_ code: KafkaErrorCode) -> Bool {
        Question.allCases.contains { $0 != .creation && $0.passing.contains(code) }
    }

    /// - Parameters:
    ///   - error: the answer.
    ///   - question: to which it is one.
    ///   - elapsed: since the first time that it was asked.
    /// - Returns: how long to wait before it is asked again; `nil` if the error stands.
    func pause(
        after error: KafkaErrorCode,
        to question: Question,
        elapsed: Duration
    ) -> Duration? {
        guard question.passing.contains(error), elapsed + pause < limit else { return nil }
        return pause
    }

    /// Asks until there is an answer, or the patience is at its end.
    /// - Parameters:
    ///   - question: what `body` asks.
    ///   - time: blocks the calling thread during the pauses.
    ///   - body: is given the time that is left, above zero.
    /// - Returns: the answer.
    /// - Throws: the last error.
    func asking<Answer>(
        _ question: Question,
        on time: ClusterTime,
        _ body: (_ left: Duration) throws(KafkaError) -> Answer
    ) throws(KafkaError) -> Answer {
        let start = time.now()
        while true {
            let left = max(pause, limit - (time.now() - start))
            do throws(KafkaError) {
                return try body(left)
            } catch {
                let elapsed = time.now() - start
                guard let pause = pause(after: error.code, to: question, elapsed: elapsed) else {
                    throw error
                }
                time.pause(pause)
            }
        }
    }
}

/// Time as the questions to a cluster see it; tests have their own.
struct ClusterTime: Sendable {
    /// Since a fixed instant.
    let now: @Sendable () -> Duration
    /// Blocks the calling thread.
    let pause: @Sendable (Duration) -> Void
}
