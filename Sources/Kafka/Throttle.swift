import CRdKafka

/// A broker's answer that came late on purpose, because the client has used up a quota.
package struct Throttle: Hashable, Sendable {
    /// As the cluster names it: `host:port`, with the broker's number where it is known.
    package let broker: String
    /// How long the broker made the client wait; zero when it no longer does.
    package let time: Duration

    package init(broker: String, time: Duration) {
        self.broker = broker
        self.time = time
    }
}

extension ClientConfiguration {
    /// Has `rd_kafka_throttle_cb` called with the client's context, on the thread that polls.
    func setThrottleCallback(
        _ callback:
            @convention(c) (
                OpaquePointer?, UnsafePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?
            ) -> Void
    ) {
        rd_kafka_conf_set_throttle_cb(pointer, callback)
    }
}

extension Throttle {
    init(_ broker: UnsafePointer<CChar>?, milliseconds: Int32) {
        self.init(
            broker: broker.map { String(cString: $0) } ?? "",
            time: .milliseconds(Int64(max(0, milliseconds)))
        )
    }
}
