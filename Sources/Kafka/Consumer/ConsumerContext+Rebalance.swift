import CRdKafka

extension ConsumerContext {
    /// Does what the protocol asks of `rebalance_cb` (rdkafka.h): whole assignments under an eager protocol,
    /// differences under a cooperative one.
    func rebalance(
        _ client: OpaquePointer,
        code: rd_kafka_resp_err_t,
        partitions: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
    ) {
        switch code {
        case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
            takeOn(partitions, of: client)
        case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
            giveUp(partitions, of: client)
        default:
            post(.error(KafkaError(.assign, code: code, of: client)))
            assign(nil, to: client)
        }
    }

    private func takeOn(
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
        of client: OpaquePointer
    ) {
        let partitions = TopicPartitionList.elements(of: list).map(\.partition)
        if let starts = delegate?.assigned(partitions), !starts.isEmpty {
            setStarts(starts, in: list, of: client)
        }
        if isCooperative(client) {
            post(rd_kafka_incremental_assign(client, list))
        } else {
            assign(list, to: client)
        }
        noteAssigned(partitions)
    }

    private func giveUp(
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
        of client: OpaquePointer
    ) {
        let partitions = TopicPartitionList.elements(of: list).map(\.partition)
        let isLost = rd_kafka_assignment_lost(client) != 0
        if !isLost, let delegate {
            commit(delegate.willRevoke(partitions), of: client)
        }
        if isCooperative(client) {
            post(rd_kafka_incremental_unassign(client, list))
        } else {
            assign(nil, to: client)
        }
        noteGivenUp(partitions, as: isLost ? .lost(partitions) : .revoked(partitions))
    }

    /// Writes the offsets of `starts` into the list, for partitions of which the group has committed none.
    ///
    /// An offset in the list overrules the committed one (`rd_kafka_assign`), so that must be known first. If the
    /// coordinator does not tell in time, the list stays as it is and librdkafka goes on asking by itself.
    private func setStarts(
        _ starts: [PartitionOffset],
        in list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
        of client: OpaquePointer
    ) {
        let committed = TopicPartitionList(starts.map(\.partition))
        let code = rd_kafka_committed(client, committed.pointer, rebalanceTimeout.milliseconds)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            post(.error(KafkaError(.readOffsets, code: code, of: client)))
            return
        }
        for (element, start) in zip(committed.elements, starts) where !element.isError && element.offset < 0 {
            let topic = start.partition.topic
            rd_kafka_topic_partition_list_set_offset(list, topic, start.partition.partition, start.offset)
        }
    }

    private func commit(_ offsets: [PartitionOffset], of client: OpaquePointer) {
        guard !offsets.isEmpty else { return }
        let list = TopicPartitionList(offsets)
        do {
            let outcome = try commitWaiting(list.pointer, of: client, timeout: rebalanceTimeout)
            for error in outcome.errors { post(.commitFailed(error)) }
            if !outcome.committed.isEmpty { post(.committed(outcome.committed)) }
        } catch {
            post(.commitFailed(error))
        }
    }

    private func isCooperative(_ client: OpaquePointer) -> Bool {
        rd_kafka_rebalance_protocol(client).map { String(cString: $0) } == "COOPERATIVE"
    }

    private func assign(
        _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
        to client: OpaquePointer
    ) {
        let code = rd_kafka_assign(client, list)
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        post(.error(KafkaError(.assign, code: code, of: client)))
    }

    private func post(_ error: OpaquePointer?) {
        guard let error else { return }
        post(.error(KafkaError(.assign, consuming: error)))
    }
}

/// Commits offsets, the stored ones if none are given, and waits for the answer.
///
/// It comes on a queue of its own: `rd_kafka_commit` would wait without limit.
/// - Returns: what became of each offset.
/// - Throws: ``KafkaError`` if there is no answer in time; the commit may still go through.
func commitWaiting(
    _ offsets: UnsafePointer<rd_kafka_topic_partition_list_t>?,
    of client: OpaquePointer,
    timeout: Duration
) throws(KafkaError) -> CommitOutcome {
    let queue = promised(rd_kafka_queue_new(client), by: "rd_kafka_queue_new")
    defer { rd_kafka_queue_destroy(queue) }
    let code = rd_kafka_commit_queue(client, offsets, queue, nil, nil)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(.commit, code: code, of: client) }
    guard let answer = rd_kafka_queue_poll(queue, timeout.milliseconds) else {
        throw KafkaError(.commit, code: .timedOut, detail: "no answer within \(timeout)")
    }
    defer { rd_kafka_event_destroy(answer) }
    return CommitOutcome(
        code: rd_kafka_event_error(answer),
        offsets: rd_kafka_event_topic_partition_list(answer),
        of: client
    )
}
