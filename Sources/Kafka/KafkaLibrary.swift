import CRdKafka

/// The librdkafka that this process runs with, which may be newer than the one it was compiled against.
package enum KafkaLibrary {
    /// Such as `2.0.2` (`rd_kafka_version_str`).
    package static var version: String { String(cString: rd_kafka_version_str()) }

    /// `0xMMmmrrpp`: major, minor, revision, and `ff` for a release (`rd_kafka_version`).
    package static var versionNumber: Int32 { rd_kafka_version() }

    /// Whether the library knows the property, asked of the library itself on a scratch configuration.
    ///
    /// For keys that came later, such as `fetch.queue.backoff.ms` (2.2.0): setting an unknown one is an error.
    package static func supports(property key: String) -> Bool {
        let configuration = promised(rd_kafka_conf_new(), by: "rd_kafka_conf_new")
        defer { rd_kafka_conf_destroy(configuration) }
        let text = ErrorBuffer()
        // Without a value a property may be refused or set to its default; only an unknown one is reported as such.
        return rd_kafka_conf_set(configuration, key, nil, text.start, text.capacity) != RD_KAFKA_CONF_UNKNOWN
    }

    /// What has to be there for the group protocol of KIP-848: before, it was a preview that changed.
    package static let firstWithConsumerProtocol = "2.12"

    /// Whether members of groups can speak the protocol in which the broker assigns (`group.protocol=consumer`).
    package static var hasConsumerProtocol: Bool { versionNumber >= 0x020c_0000 }

    /// What the library was built with, such as `gzip` or `zstd` (its property `builtin.features`).
    package static var features: [String] {
        let configuration = promised(rd_kafka_conf_new(), by: "rd_kafka_conf_new")
        defer { rd_kafka_conf_destroy(configuration) }
        var length = 0
        guard rd_kafka_conf_get(configuration, "builtin.features", nil, &length) == RD_KAFKA_CONF_OK else {
            return []
        }
        let text = String(unsafeUninitializedCapacity: length) { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                let start = characters.baseAddress
                let result = rd_kafka_conf_get(configuration, "builtin.features", start, &length)
                // The length has room for the null byte at the end.
                return result == RD_KAFKA_CONF_OK ? max(0, length - 1) : 0
            }
        }
        return text.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }

    /// Defects of the running version that a user should know of when a connection fails, in one clause; `nil` if none.
    ///
    /// Before 2.2.0 tagged fields in broker responses are skipped one byte short (CHANGELOG.md, v2.2.0), so that
    /// the first request, ApiVersions, can fail with brokers that send such fields.
    package static var knownLimitation: String? {
        guard versionNumber < 0x0202_00ff else { return nil }
        return
            "librdkafka \(version) misreads tagged fields in responses and may not connect to newer brokers, 2.2.0 does"
    }
}
