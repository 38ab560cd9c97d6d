import Kafka
package import LabCore

/// The librdkafka properties that the lab gives its clients, pinned so that a run does not depend on a release's
/// defaults.
package enum ClientProfile {
    /// A producer that loses nothing: idempotent, all replicas, bounded queue.
    ///
    /// Linger gathers the events of a run into one batch, since the embedded broker walks its batches one by
    /// one.
    package static func producer(
        bootstrapServers: String,
        compression: Compression = .standard,
        overrides: [LabelledValue]
    ) -> [LabelledValue] {
        merge(
            [
                LabelledValue("bootstrap.servers", bootstrapServers),
                LabelledValue("client.id", "leaklab-producer"),
                LabelledValue("enable.idempotence", "true"),
                LabelledValue("acks", "all"),
                LabelledValue("compression.codec", compression.rawValue),
                LabelledValue("linger.ms", "20"),
                LabelledValue("batch.num.messages", "10000"),
                LabelledValue("queue.buffering.max.messages", "200000"),
                LabelledValue("queue.buffering.max.kbytes", "131072"),
            ],
            overrides
        )
    }

    /// How much a consumer fetches ahead of its handler.
    package enum Prefetch: Hashable, Sendable {
        /// What librdkafka does by itself: up to 64 MiB ahead. A pod restarted onto a backlog jumps by that much.
        case productionDefaults
        case bounded(messages: Int, bytes: ByteCount)

        /// Two seconds of one pod's peak: before release 2.2.0 a full prefetch queue stops fetching for a whole
        /// second, so less would silently cap the throughput.
        package static func pinned(peakPerPod: EventRate, payload: ByteCount) -> Prefetch {
            let messages = max(2_000, Int(min(peakPerPod.perSecond * 2, mostMessages).rounded(.up)))
            return .bounded(messages: messages, bytes: ByteCount(Int64(messages) * (payload.bytes + 100)))
        }

        /// librdkafka's own bounds of `queued.min.messages` and `queued.max.messages.kbytes`.
        fileprivate static let mostMessages = 10_000_000.0
        fileprivate static let mostKibibytes: Int64 = 2_097_151

        package var text: String {
            switch self {
            case .productionDefaults: "librdkafka's defaults (100,000 messages, 64 MiB)"
            case .bounded(let messages, let bytes): "\(grouped(messages)) messages, \(bytes)"
            }
        }
    }

    /// A consumer whose offsets are the pod's business, and that waits at most 10 ms in an empty fetch: the
    /// embedded broker answers such a fetch only when its wait is over.
    ///
    /// Checksums are checked, which librdkafka leaves out by
    /// default: a batch that was damaged on its way is reported and not handled.
    package static func consumer(
        bootstrapServers: String,
        group: String,
        prefetch: Prefetch,
        offsetReset: String,
        overrides: [LabelledValue]
    ) -> [LabelledValue] {
        var properties = [
            LabelledValue("bootstrap.servers", bootstrapServers),
            LabelledValue("client.id", "leaklab-pod"),
            LabelledValue("group.id", group),
            LabelledValue("auto.offset.reset", offsetReset),
            LabelledValue("fetch.wait.max.ms", "10"),
            LabelledValue("check.crcs", "true"),
        ]
        if case .bounded(let messages, let bytes) = prefetch {
            properties += [
                LabelledValue("queued.min.messages", String(min(messages, Int(Prefetch.mostMessages)))),
                LabelledValue(
                    "queued.max.messages.kbytes",
                    String(min(max(64, bytes.bytes / 1_024), Prefetch.mostKibibytes))
                ),
                LabelledValue("fetch.message.max.bytes", "1048576"),
            ]
            if KafkaLibrary.supports(property: "fetch.queue.backoff.ms") {
                properties.append(LabelledValue("fetch.queue.backoff.ms", "10"))
            }
        }
        return merge(properties, overrides)
    }

    package static func merge(_ base: [LabelledValue], _ overrides: [LabelledValue]) -> [LabelledValue] {
        var merged = base
        for override in overrides {
            if let index = merged.firstIndex(where: { $0.label == override.label }) {
                merged[index] = override
            } else {
                merged.append(override)
            }
        }
        return merged
    }
}
